import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { CopyFailure } from "../../failure/copy-failure";
import { ExitCode } from "../../failure/exit-code";
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
  /** Terraform's working directory, for relative file paths. */
  readonly workingDirectory: string;
}

/**
 * The value of `ARM_ENVIRONMENT`, if it is not one of the provider's clouds; undefined if it is
 * one, or is not set.
 */
export function unknownCloud({ ARM_ENVIRONMENT = "" }: NodeJS.ProcessEnv): string | undefined {
  const name = ARM_ENVIRONMENT.trim();
  return /^(?:public|azurecloud|azurepubliccloud|)$/i.test(name) || name.toLowerCase() in AUTHORITY_HOSTS ? undefined : name;
}

/** Authority of the azurerm provider by `ARM_ENVIRONMENT`; undefined for the public cloud. */
export function authorityHostOfProvider({ ARM_ENVIRONMENT = "" }: NodeJS.ProcessEnv): string | undefined {
  return AUTHORITY_HOSTS[ARM_ENVIRONMENT.toLowerCase()];
}

/**
 * The identity of `Credential.defaultAzureCredential()`: that of the Azure SDK's own variables;
 * otherwise that of the azurerm provider's variables, in the provider's order; otherwise the one
 * that the SDK finds.
 */
export function defaultIdentity(settings: ProviderSettings): IdentityChoice {
  const { environment } = settings;
  const given = (name: string) => (environment[name]?.trim() ?? "") !== "";
  const isOfSdk =
    given("AZURE_TOKEN_CREDENTIALS") ||
    (given("AZURE_CLIENT_ID") &&
      given("AZURE_TENANT_ID") &&
      ["AZURE_CLIENT_SECRET", "AZURE_CLIENT_CERTIFICATE_PATH", "AZURE_PASSWORD"].some(given));
  if (isOfSdk) return { kind: "default", how: "from the AZURE_ variables" };
  const unused = unusedVariables(given);
  return providerIdentity(settings) ?? { kind: "default", ...(unused === undefined ? {} : { unused }) };
}

/** The parts of a service principal. One variable is enough for each part. */
const PARTS: readonly (readonly [part: string, ofProvider: readonly string[], ofSdk: readonly string[]])[] = [
  ["a client id", ["ARM_CLIENT_ID", "ARM_CLIENT_ID_FILE_PATH"], ["AZURE_CLIENT_ID"]],
  ["a tenant id", ["ARM_TENANT_ID"], ["AZURE_TENANT_ID"]],
  [
    "a secret, a certificate or a token",
    ["ARM_CLIENT_SECRET", "ARM_CLIENT_SECRET_FILE_PATH", "ARM_CLIENT_CERTIFICATE", "ARM_CLIENT_CERTIFICATE_PATH", "ARM_USE_OIDC"],
    ["AZURE_CLIENT_SECRET", "AZURE_CLIENT_CERTIFICATE_PATH", "AZURE_PASSWORD"],
  ],
];

/**
 * Describes half of a service principal: the user meant it to be used, but it cannot sign in. A
 * tenant alone is for the Azure CLI.
 */
function unusedVariables(given: (name: string) => boolean): string | undefined {
  for (const [prefix, of] of [
    ["ARM_", 1],
    ["AZURE_", 2],
  ] as const) {
    const [id, , proof] = PARTS.map((part) => part[of].find(given));
    // `AZURE_CLIENT_ID` alone is that of a managed identity or of a pod.
    const isMeant = prefix === "ARM_" ? (id ?? proof) !== undefined : proof !== undefined;
    if (!isMeant) continue;
    const set = PARTS.flatMap((part) => part[of].filter(given));
    const missing = PARTS.filter((part) => !part[of].some(given)).map(([part, ...names]) => `${part} (${names[of - 1]?.join(", ") ?? ""})`);
    const lacks =
      missing.length > 0 ? missing.join(" and ") : "the token for the sign-in (ARM_OIDC_TOKEN, ARM_OIDC_TOKEN_FILE_PATH, or the job's)";
    return `${set.join(", ")} ${set.length === 1 ? "is" : "are"} set but not used, because ${lacks} ${missing.length > 1 ? "are" : "is"} missing`;
  }
  return undefined;
}

function providerIdentity({ environment, workingDirectory }: ProviderSettings): IdentityChoice | undefined {
  const text = (...names: string[]) => names.map((name) => environment[name]?.trim()).find(Boolean);
  const isOn = (name: string) => /^(1|t|true)$/i.test(text(name) ?? "");
  const path = (name: string) => (text(name) === undefined ? undefined : resolve(workingDirectory, text(name) ?? ""));
  const read = (name: string) => {
    const file = path(name);
    return file === undefined ? undefined : readText(name, file);
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

function readText(variable: string, path: string): string {
  let text = "";
  let why = `${path} is empty`;
  try {
    text = readFileSync(path, "utf8").trim();
  } catch (error) {
    why = error instanceof Error ? error.message : String(error);
  }
  if (text !== "") return text;
  throw new CopyFailure({
    exitCode: ExitCode.BAD_INTENT,
    what: `The file that ${variable} names cannot be used`,
    why,
    remedy: `correct ${variable}, or the file: it is read where Terraform runs`,
  });
}
