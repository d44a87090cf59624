import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FakeBlobService, type FakeBlobServiceOptions } from "../fake-blob-service";
import { installAzureCli } from "./azure-cli";
import { ApplicationCertificate, serverCertificate } from "./certificates";
import { Entra, type Identity } from "./entra";
import { type Answering, JsonServer } from "./json-server";
import { ManagedIdentities } from "./managed-identity";
import { OidcIssuer } from "./oidc-issuer";
import { NamesProxy } from "./proxy";

const LOGIN_HOSTS = ["login.microsoftonline.com", "login.microsoftonline.us", "login.chinacloudapi.cn"];
const ISSUER_HOST = "issuer.blob-copy.test";
export const PFX_PASSWORD = "password-of-the-certificate";

const newIdentity = (tenantId: string): Identity => ({ tenantId, clientId: randomUUID(), objectId: randomUUID() });

/**
 * All servers with which a deploy signs in, over TLS and under their real names, with a test
 * authority. Its blob service accepts only the tokens of this world.
 */
export class SignInWorld {
  /** Files of this world. Each process that runs in it may have further ones. */
  readonly folder = mkdtempSync(join(tmpdir(), "blob-copy-sign-in-"));
  readonly entra = new Entra();
  readonly issuer = new OidcIssuer();
  readonly certificate = new ApplicationCertificate();
  readonly ours = randomUUID();
  readonly theirs = randomUUID();
  readonly application = this.entra.register({
    ...newIdentity(this.ours),
    secret: "secret-of-our-application",
    certificate: this.certificate.certificate,
    federated: { issuer: this.issuer.issuer, subject: this.issuer.subject, key: this.issuer.publicKey },
  });
  readonly theirApplication = this.entra.register({
    ...newIdentity(this.theirs),
    secret: "secret-of-their-application",
    certificate: this.certificate.certificate,
    federated: { issuer: this.issuer.issuer, subject: this.issuer.subject, key: this.issuer.publicKey },
  });
  readonly machine = newIdentity(this.ours);
  readonly userAssigned = newIdentity(this.ours);
  readonly user = newIdentity(this.ours);
  readonly userThere = newIdentity(this.theirs);
  /** Replaces the token endpoint's answers. */
  disturbed: Answering | undefined;
  #service: FakeBlobService | undefined;
  #entra: JsonServer | undefined;
  #issuer: JsonServer | undefined;
  #machine: JsonServer | undefined;
  #proxy: NamesProxy | undefined;

  static async start(options: FakeBlobServiceOptions = {}): Promise<SignInWorld> {
    const world = new SignInWorld();
    const tls = serverCertificate(["IP:127.0.0.1", "DNS:localhost", ...[...LOGIN_HOSTS, ISSUER_HOST].map((name) => `DNS:${name}`)]);
    const { entra, issuer, machine, userAssigned } = world;
    world.#service = await FakeBlobService.start({ tls, isToken: entra.isToken, ...options });
    world.#entra = await JsonServer.start((request) => (world.disturbed ?? entra.answer)(request), tls);
    world.#issuer = await JsonServer.start(issuer.answer, tls);
    world.#machine = await JsonServer.start(new ManagedIdentities(entra, machine, [userAssigned]).answer);
    world.#proxy = await NamesProxy.start((host) =>
      LOGIN_HOSTS.includes(host) ? world.#entra?.port : host === ISSUER_HOST ? world.#issuer?.port : undefined,
    );
    const { certificate } = world;
    world.#write("ca.pem", tls.cert);
    world.#write("server-key.pem", tls.key);
    world.#write("application.pem", certificate.pem);
    world.#write("application.pfx", certificate.pfx(PFX_PASSWORD));
    world.#write("client-id.txt", `${world.application.clientId}\n`);
    world.#write("secret.txt", `${world.application.secret}\n`);
    world.#write("token.txt", `${issuer.issue()}\n`);
    installAzureCli(join(world.folder, "bin"), entra, [world.user, world.userThere]);
    return world;
  }

  get service(): FakeBlobService {
    if (this.#service === undefined) throw new Error("the world has not begun");
    return this.#service;
  }

  get proxy(): NamesProxy {
    if (this.#proxy === undefined) throw new Error("the world has not begun");
    return this.#proxy;
  }

  /** Number of requests to the token endpoint. */
  get signIns(): number {
    return this.#entra?.seen.filter(({ method }) => method === "POST").length ?? 0;
  }

  /**
   * Environment of all processes in this world: the trusted authority, and the proxy for the real
   * names.
   */
  get surroundings(): Readonly<Record<string, string>> {
    return {
      NODE_EXTRA_CA_CERTS: this.file("ca.pem"),
      HTTPS_PROXY: this.#proxy?.url ?? "",
      // The metadata service has a link-local address, which this machine does not have.
      AZURE_POD_IDENTITY_AUTHORITY_HOST: this.#machine?.origin ?? "",
      PATH: `${join(this.folder, "bin")}:${process.env.PATH ?? ""}`,
    };
  }

  /**
   * All ways to sign in, as in the provider or the Azure SDK: their variables, and the identity
   * whose token the service must see.
   */
  get ways(): Readonly<Record<string, { readonly variables: Readonly<Record<string, string>>; readonly identity: Identity }>> {
    const { application, machine, userAssigned, user, issuer } = this;
    const { tenantId, clientId } = application;
    const arm = { ARM_TENANT_ID: tenantId, ARM_CLIENT_ID: clientId };
    const sdk = { AZURE_TENANT_ID: tenantId, AZURE_CLIENT_ID: clientId };
    const oidc = { ...arm, ARM_USE_OIDC: "true" };
    const asApplication = (variables: Readonly<Record<string, string>>) => ({ variables, identity: application });
    const url = (name: string) => `https://${ISSUER_HOST}/${name}`;
    return {
      ARM_CLIENT_SECRET: asApplication({ ...arm, ARM_CLIENT_SECRET: application.secret }),
      "ARM_CLIENT_SECRET_FILE_PATH, ARM_CLIENT_ID_FILE_PATH": asApplication({
        ARM_TENANT_ID: tenantId,
        ARM_CLIENT_ID_FILE_PATH: this.file("client-id.txt"),
        ARM_CLIENT_SECRET_FILE_PATH: this.file("secret.txt"),
      }),
      "ARM_CLIENT_CERTIFICATE_PATH (PFX)": asApplication({
        ...arm,
        ARM_CLIENT_CERTIFICATE_PATH: this.file("application.pfx"),
        ARM_CLIENT_CERTIFICATE_PASSWORD: PFX_PASSWORD,
      }),
      "ARM_CLIENT_CERTIFICATE_PATH (PEM)": asApplication({ ...arm, ARM_CLIENT_CERTIFICATE_PATH: this.file("application.pem") }),
      ARM_CLIENT_CERTIFICATE: asApplication({
        ...arm,
        ARM_CLIENT_CERTIFICATE: this.certificate.pfx(PFX_PASSWORD).toString("base64"),
        ARM_CLIENT_CERTIFICATE_PASSWORD: PFX_PASSWORD,
      }),
      ARM_OIDC_TOKEN: asApplication({ ...oidc, ARM_OIDC_TOKEN: issuer.issue() }),
      ARM_OIDC_TOKEN_FILE_PATH: asApplication({ ...oidc, ARM_OIDC_TOKEN_FILE_PATH: this.file("token.txt") }),
      "GitHub Actions": asApplication({
        ...oidc,
        ACTIONS_ID_TOKEN_REQUEST_URL: url("github?of=job"),
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: issuer.requestToken,
      }),
      ARM_OIDC_REQUEST_URL: asApplication({
        ...oidc,
        ARM_OIDC_REQUEST_URL: url("github?of=job"),
        ARM_OIDC_REQUEST_TOKEN: issuer.requestToken,
      }),
      "Azure Pipelines": asApplication({
        ...oidc,
        SYSTEM_OIDCREQUESTURI: url("pipelines"),
        SYSTEM_ACCESSTOKEN: issuer.requestToken,
        ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID: issuer.serviceConnectionId,
      }),
      ARM_USE_AKS_WORKLOAD_IDENTITY: asApplication({
        ...sdk,
        ARM_USE_AKS_WORKLOAD_IDENTITY: "true",
        AZURE_FEDERATED_TOKEN_FILE: this.file("token.txt"),
      }),
      ARM_USE_MSI: { variables: { ARM_USE_MSI: "true" }, identity: machine },
      "ARM_USE_MSI, ARM_MSI_ENDPOINT, ARM_CLIENT_ID": {
        variables: {
          ARM_USE_MSI: "true",
          ARM_CLIENT_ID: userAssigned.clientId,
          ARM_MSI_ENDPOINT: `${this.#machine?.origin ?? ""}/metadata/identity/oauth2/token`,
        },
        identity: userAssigned,
      },
      ARM_USE_CLI: { variables: { ARM_USE_CLI: "true", ARM_TENANT_ID: tenantId }, identity: user },
      AZURE_CLIENT_SECRET: asApplication({ ...sdk, AZURE_CLIENT_SECRET: application.secret }),
      AZURE_CLIENT_CERTIFICATE_PATH: asApplication({ ...sdk, AZURE_CLIENT_CERTIFICATE_PATH: this.file("application.pem") }),
      AZURE_FEDERATED_TOKEN_FILE: asApplication({ ...sdk, AZURE_FEDERATED_TOKEN_FILE: this.file("token.txt") }),
      "a managed identity": { variables: {}, identity: machine },
      AZURE_TOKEN_CREDENTIALS: { variables: { AZURE_TOKEN_CREDENTIALS: "AzureCliCredential" }, identity: user },
    };
  }

  file(name: string): string {
    return join(this.folder, name);
  }

  async stop(): Promise<void> {
    for (const one of [this.#proxy, this.#entra, this.#issuer, this.#machine, this.#service]) await one?.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #write(name: string, content: string | Buffer): void {
    mkdirSync(this.folder, { recursive: true });
    writeFileSync(this.file(name), content);
  }
}
