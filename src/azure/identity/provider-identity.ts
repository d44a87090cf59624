import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { AssertionSource, CertificateSource, IdentityChoice } from "./identity-choice";

const CHINA = "https://login.chinacloudapi.cn";
const US_GOVERNMENT = "https://login.microsoftonline.us";

const AUTHORITY_HOSTS: Readonly<Record<string, string>> = {
  china: CHINA,
  azurechinacloud: CHINA,
  usgovernment: US_GOVERNMENT,
  usgovernmentl4: US_GOVERNMENT,
  usgovernmentl5: US_GOVERNMENT,
  azureusgovernmentcloud: US_GOVERNMENT,
};

export interface ProviderSettings {
  readonly environment: NodeJS.ProcessEnv;
  /** Of Terraform: relative files mean its. */
  readonly workingDirectory: string;
}

/** Where the azurerm provider signs in, by `ARM_ENVIRONMENT`; undefined: at the public cloud. */
export function authorityHostOfProvider({ ARM_ENVIRONMENT = "" }: NodeJS.ProcessEnv): string | undefined {
  return AUTHORITY_HOSTS[ARM_ENVIRONMENT.toLowerCase()];
}

/**
 * What `Credential.defaultAzureCredential()` stands for: an identity of the Azure SDK's own variables, else the one that the
 * azurerm provider takes by its variables, in the provider's order, else whatever the SDK finds.
 */
export function defaultIdentity(settings: ProviderSettings): IdentityChoice {
  const { environment } = settings;
  const given = (name: string) => (environment[name]?.trim() ?? "") !== "";
  const isOfSdk =
    given("AZURE_TOKEN_CREDENTIALS") ||
    (given("AZURE_CLIENT_ID") &&
      given("AZURE_TENANT_ID") &&
      ["AZURE_CLIENT_SECRET", "AZURE_CLIENT_CERTIFICATE_PATH", "AZURE_PASSWORD"].some(given));
  return (isOfSdk ? undefined : providerIdentity(settings)) ?? { kind: "default" };
}

function providerIdentity({ environment, workingDirectory }: ProviderSettings): IdentityChoice | undefined {
  const text = (...names: string[]) => names.map((name) => environment[name]?.trim()).find(Boolean);
  const isOn = (name: string) => /^(1|t|true)$/i.test(text(name) ?? "");
  const path = (name: string) => (text(name) === undefined ? undefined : resolve(workingDirectory, text(name) ?? ""));
  const read = (name: string) => {
    const file = path(name);
    return file === undefined ? undefined : readText(file);
  };
  const isAks = isOn("ARM_USE_AKS_WORKLOAD_IDENTITY");
  const clientId = text("ARM_CLIENT_ID") ?? read("ARM_CLIENT_ID_FILE_PATH") ?? (isAks ? text("AZURE_CLIENT_ID") : undefined);
  const tenantId = text("ARM_TENANT_ID") ?? (isAks ? text("AZURE_TENANT_ID") : undefined);

  if (clientId !== undefined && tenantId !== undefined) {
    const application = { clientId, tenantId };
    const certificate = certificateSource(text, path);
    if (certificate !== undefined) {
      const password = text("ARM_CLIENT_CERTIFICATE_PASSWORD");
      const how = certificate.from === "file" ? "ARM_CLIENT_CERTIFICATE_PATH" : "ARM_CLIENT_CERTIFICATE";
      return { kind: "client-certificate", how, ...application, certificate, password };
    }
    const secret = text("ARM_CLIENT_SECRET") ?? read("ARM_CLIENT_SECRET_FILE_PATH");
    if (secret !== undefined) return { kind: "client-secret", how: "ARM_CLIENT_SECRET", ...application, secret };
    const assertion = isOn("ARM_USE_OIDC") || isAks ? assertionSource(text, path, isAks) : undefined;
    if (assertion !== undefined) {
      return { kind: "assertion", how: isAks ? "ARM_USE_AKS_WORKLOAD_IDENTITY" : "ARM_USE_OIDC", ...application, assertion };
    }
  }
  if (isOn("ARM_USE_MSI")) {
    const endpoint = text("ARM_MSI_ENDPOINT");
    return { kind: "managed-identity", how: "ARM_USE_MSI", clientId, ...(endpoint === undefined ? {} : { endpoint }) };
  }
  return isOn("ARM_USE_CLI") ? { kind: "azure-cli", how: "ARM_USE_CLI", tenantId } : undefined;
}

function certificateSource(text: Text, path: Text): CertificateSource | undefined {
  const base64 = text("ARM_CLIENT_CERTIFICATE");
  if (base64 !== undefined) return { from: "value", variable: "ARM_CLIENT_CERTIFICATE", base64 };
  const file = path("ARM_CLIENT_CERTIFICATE_PATH");
  return file === undefined ? undefined : { from: "file", path: file };
}

type Text = (...names: string[]) => string | undefined;

function assertionSource(text: Text, path: Text, isAks: boolean): AssertionSource | undefined {
  const token = text("ARM_OIDC_TOKEN");
  if (token !== undefined) return { from: "value", token };
  const file = path("ARM_OIDC_TOKEN_FILE_PATH") ?? (isAks ? path("AZURE_FEDERATED_TOKEN_FILE") : undefined);
  if (file !== undefined) return { from: "file", path: file };
  const requestToken = text("ARM_OIDC_REQUEST_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "SYSTEM_ACCESSTOKEN");
  const url = text("ARM_OIDC_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_URL", "SYSTEM_OIDCREQUESTURI");
  if (requestToken === undefined || url === undefined) return undefined;
  const serviceConnectionId = text(
    "ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID",
    "ARM_OIDC_AZURE_SERVICE_CONNECTION_ID",
    "AZURESUBSCRIPTION_SERVICE_CONNECTION_ID",
  );
  return serviceConnectionId === undefined
    ? { from: "github", url, token: requestToken }
    : { from: "pipelines", url, token: requestToken, serviceConnectionId };
}

function readText(path: string): string | undefined {
  return readFileSync(path, "utf8").trim() || undefined;
}
