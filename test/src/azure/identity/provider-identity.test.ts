import { execFileSync } from "node:child_process";
import { constants, verify, X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../../../src/engine/ports/clock";
import { fetchAssertion } from "../../../../src/azure/identity/assertion";
import { createTokenSource } from "../../../../src/azure/identity/identity";
import { loadPfx } from "../../../../src/azure/identity/load-pfx";
import { describeIdentity, type IdentityChoice } from "../../../../src/azure/identity/identity-choice";
import type { IdentityAnswer, IdentityRequest } from "../../../../src/azure/identity/identity-requests";
import { claimsOf, describeClaims } from "../../../../src/azure/identity/token-claims";
import { authorityHostOfProvider, defaultIdentity } from "../../../../src/azure/identity/provider-identity";

const TENANT = "11111111-1111-1111-1111-111111111111";
const CLIENT = "22222222-2222-2222-2222-222222222222";
const APPLICATION = { ARM_TENANT_ID: TENANT, ARM_CLIENT_ID: CLIENT };
const SECRET = "the-secret-of-the-application";
const OIDC_TOKEN = "the-token-of-the-other-issuer";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "provider-identity-"));
  writeFileSync(join(folder, "secret.txt"), `${SECRET}\n`);
  writeFileSync(join(folder, "client.txt"), `${CLIENT}\n`);
  writeFileSync(join(folder, "oidc.txt"), `${OIDC_TOKEN}\n`);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const choose = (environment: NodeJS.ProcessEnv): IdentityChoice => defaultIdentity({ environment, workingDirectory: folder });

/** Records requests to each issuer, and answers for each. */
class Issuers {
  readonly requests: IdentityRequest[] = [];

  readonly send = async (request: IdentityRequest): Promise<IdentityAnswer> => {
    this.requests.push(request);
    return { status: 200, headers: { "content-type": "application/json" }, body: JSON.stringify(this.#answerTo(new URL(request.url))) };
  };

  #answerTo({ host, pathname }: URL): unknown {
    if (host === "github.test") return { value: OIDC_TOKEN };
    if (host === "pipelines.test") return { oidcToken: OIDC_TOKEN };
    if (host === "msi.test") return { access_token: "the-token", expires_on: String(Math.floor(Date.now() / 1_000) + 3_600) };
    if (pathname.endsWith("/oauth2/v2.0/token")) return { access_token: "the-token", expires_in: 3_600, token_type: "Bearer" };
    throw new Error(`nobody is at ${host}${pathname}`);
  }

  get tokenRequest(): URLSearchParams {
    return new URLSearchParams(this.requests.find(({ url }) => url.includes("/oauth2/"))?.body ?? "");
  }
}

/** Made by openssl, since the program must read files of other tools. Entra ID accepts RSA keys. */
const RSA = openssl(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=test", "-keyout", "-"]).toString();

function openssl(options: readonly string[], input?: string): Buffer {
  return execFileSync("openssl", options, { stdio: ["pipe", "pipe", "pipe"], ...(input === undefined ? {} : { input }) });
}

const makePfx = (options: readonly string[]) => openssl(["pkcs12", "-export", ...options], RSA);

function isSignedBy(jwt: string): boolean {
  const [header = "", claims = "", signature = ""] = jwt.split(".");
  const { alg } = JSON.parse(Buffer.from(header, "base64url").toString()) as { readonly alg: string };
  const { publicKey } = new X509Certificate(RSA.slice(RSA.indexOf("-----BEGIN CERTIFICATE")));
  const key = alg === "PS256" ? { key: publicKey, padding: constants.RSA_PKCS1_PSS_PADDING } : publicKey;
  return verify("sha256", Buffer.from(`${header}.${claims}`), key, Buffer.from(signature, "base64url"));
}

async function signIn(environment: NodeJS.ProcessEnv): Promise<Issuers> {
  const issuers = new Issuers();
  const { send } = issuers;
  const options = {
    choice: choose(environment),
    authorityHost: authorityHostOfProvider(environment),
    send,
    askMachine: send,
    clock: systemClock,
    loadPfx,
    onTrouble: () => undefined,
  };
  const token = await createTokenSource({ ...options, fetchAssertion: (source) => fetchAssertion(source, options) })();
  expect(token.token).toBe("the-token");
  return issuers;
}

describe("the provider's variables", () => {
  test.each<[string, NodeJS.ProcessEnv]>([
    ["a secret", { ARM_CLIENT_SECRET: SECRET }],
    ["a secret in a file of Terraform's folder", { ARM_CLIENT_SECRET_FILE_PATH: "secret.txt" }],
    ["a client id in a file, too", { ARM_CLIENT_ID: "", ARM_CLIENT_ID_FILE_PATH: "client.txt", ARM_CLIENT_SECRET: SECRET }],
  ])("sign in with %s", async (_what, variables) => {
    const issuers = await signIn({ ...APPLICATION, ...variables });
    expect(issuers.requests[0]?.url).toContain(`https://login.microsoftonline.com/${TENANT}/`);
    expect(Object.fromEntries(issuers.tokenRequest)).toMatchObject({ client_id: CLIENT, client_secret: SECRET });
    expect(issuers.tokenRequest.get("scope")).toContain("https://storage.azure.com/.default");
  });

  const gitHub = { ACTIONS_ID_TOKEN_REQUEST_URL: "https://github.test/token?a=b", ACTIONS_ID_TOKEN_REQUEST_TOKEN: "of the job" };
  const pipelines = {
    SYSTEM_OIDCREQUESTURI: "https://pipelines.test/oidc",
    SYSTEM_ACCESSTOKEN: "of the job",
    ARM_OIDC_AZURE_SERVICE_CONNECTION_ID: "connection",
  };

  test.each<[string, NodeJS.ProcessEnv, string | undefined]>([
    ["a token", { ARM_OIDC_TOKEN: OIDC_TOKEN }, undefined],
    ["a token in a file of Terraform's folder", { ARM_OIDC_TOKEN_FILE_PATH: "oidc.txt" }, undefined],
    ["GitHub Actions", gitHub, "https://github.test/token?a=b&audience=api%3A%2F%2FAzureADTokenExchange"],
    ["Azure Pipelines", pipelines, "https://pipelines.test/oidc?api-version=7.1&serviceConnectionId=connection"],
  ])("sign in with OpenID Connect by %s", async (_what, variables, asked) => {
    const issuers = await signIn({ ...APPLICATION, ARM_USE_OIDC: "true", ...variables });
    expect(issuers.tokenRequest.get("client_assertion")).toBe(OIDC_TOKEN);
    const [first] = issuers.requests;
    if (asked !== undefined) expect(first).toMatchObject({ url: asked, headers: { authorization: "Bearer of the job" } });
  });

  test("sign in with the workload identity of a Kubernetes pod", async () => {
    const pod = { AZURE_CLIENT_ID: CLIENT, AZURE_TENANT_ID: TENANT, AZURE_FEDERATED_TOKEN_FILE: join(folder, "oidc.txt") };
    const issuers = await signIn({ ARM_USE_AKS_WORKLOAD_IDENTITY: "true", ...pod });
    expect(issuers.tokenRequest.get("client_assertion")).toBe(OIDC_TOKEN);
  });

  describe("sign in with a certificate", () => {
    const certificate = (more: NodeJS.ProcessEnv) => signIn({ ...APPLICATION, ...more });
    const PFX = {
      "without a password": makePfx(["-passout", "pass:"]),
      "with a password": makePfx(["-passout", "pass:of the file"]),
      // As Windows and Key Vault write it.
      "of the old kind": makePfx([
        "-passout",
        "pass:of the file",
        "-keypbe",
        "PBE-SHA1-3DES",
        "-certpbe",
        "PBE-SHA1-3DES",
        "-macalg",
        "sha1",
      ]),
    };

    test.each(Object.entries(PFX))("a PFX %s, by its path or as it is", async (name, bytes) => {
      writeFileSync(join(folder, "cert.pfx"), bytes);
      const password = name === "without a password" ? {} : { ARM_CLIENT_CERTIFICATE_PASSWORD: "of the file" };
      for (const source of [{ ARM_CLIENT_CERTIFICATE_PATH: "cert.pfx" }, { ARM_CLIENT_CERTIFICATE: bytes.toString("base64") }]) {
        const { tokenRequest } = await certificate({ ...source, ...password });
        expect(isSignedBy(tokenRequest.get("client_assertion") ?? "")).toBe(true);
      }
    });

    test("PEM, with its key", async () => {
      writeFileSync(join(folder, "cert.pem"), RSA);
      const { tokenRequest } = await certificate({ ARM_CLIENT_CERTIFICATE_PATH: "cert.pem" });
      expect(isSignedBy(tokenRequest.get("client_assertion") ?? "")).toBe(true);
    });

    test.each<[string, NodeJS.ProcessEnv, RegExp]>([
      [
        "a wrong password",
        { ARM_CLIENT_CERTIFICATE_PATH: "cert.pfx", ARM_CLIENT_CERTIFICATE_PASSWORD: "other" },
        /cert\.pfx: the password of the PFX file is wrong/,
      ],
      [
        "no certificate at all",
        { ARM_CLIENT_CERTIFICATE: "bm90IG9uZQ==" },
        /^ARM_CLIENT_CERTIFICATE: the certificate is neither PEM nor PFX/,
      ],
      ["a file that is not there", { ARM_CLIENT_CERTIFICATE_PATH: "none.pfx" }, /ENOENT.*none\.pfx/],
    ])("not with %s", async (_what, variables, message) => {
      writeFileSync(join(folder, "cert.pfx"), PFX["with a password"]);
      await expect(certificate(variables)).rejects.toThrow(message);
    });
  });

  test("sign in with a managed identity at its own address", async () => {
    const issuers = await signIn({ ARM_USE_MSI: "true", ARM_MSI_ENDPOINT: "http://msi.test/token", ARM_CLIENT_ID: CLIENT });
    const { url, headers } = issuers.requests[0] ?? { url: "", headers: {} };
    expect(headers).toMatchObject({ metadata: "true" });
    expect(new URL(url).searchParams.get("client_id")).toBe(CLIENT);
    expect(new URL(url).searchParams.get("resource")).toBe("https://storage.azure.com/");
  });

  test("sign in where the sovereign cloud does", async () => {
    const issuers = await signIn({ ...APPLICATION, ARM_CLIENT_SECRET: SECRET, ARM_ENVIRONMENT: "usgovernment" });
    expect(issuers.requests.map(({ url }) => new URL(url).host)).toContain("login.microsoftonline.us");
  });
});

test.each<[string, NodeJS.ProcessEnv, string]>([
  [
    "a certificate before a secret",
    { ...APPLICATION, ARM_CLIENT_CERTIFICATE_PATH: "cert.pem", ARM_CLIENT_SECRET: SECRET },
    "client-certificate",
  ],
  [
    "a secret before OpenID Connect",
    { ...APPLICATION, ARM_CLIENT_SECRET: SECRET, ARM_USE_OIDC: "true", ARM_OIDC_TOKEN: "x" },
    "client-secret",
  ],
  [
    "OpenID Connect before a managed identity",
    { ...APPLICATION, ARM_USE_OIDC: "1", ARM_OIDC_TOKEN: "x", ARM_USE_MSI: "true" },
    "assertion",
  ],
  ["a managed identity before the Azure CLI", { ARM_USE_MSI: "true", ARM_USE_CLI: "true" }, "managed-identity"],
  ["the Azure CLI where it is asked for", { ARM_USE_CLI: "true" }, "azure-cli"],
  ["the SDK's own variables before the provider's", azureAnd({ ...APPLICATION, ARM_CLIENT_SECRET: SECRET }), "default"],
  ["what AZURE_TOKEN_CREDENTIALS says before the provider's", { AZURE_TOKEN_CREDENTIALS: "dev", ARM_USE_MSI: "true" }, "default"],
  ["the SDK's chain where OpenID Connect is not switched on", { ...APPLICATION, ARM_OIDC_TOKEN: "x" }, "default"],
  ["the SDK's chain where a tenant is missing", { ARM_CLIENT_ID: CLIENT, ARM_CLIENT_SECRET: SECRET }, "default"],
  ["the SDK's chain where nothing is set", {}, "default"],
])("takes %s", (_what, environment, kind) => {
  expect(choose(environment).kind).toBe(kind);
});

function azureAnd(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { AZURE_CLIENT_ID: CLIENT, AZURE_TENANT_ID: TENANT, AZURE_CLIENT_SECRET: "other", ...environment };
}

test("says which identity it is, and never its secret", () => {
  const text = describeIdentity(choose({ ...APPLICATION, ARM_CLIENT_SECRET: SECRET })) ?? "";
  expect(text).toBe(`the service principal with client id ${CLIENT}, tenant ${TENANT} (ARM_CLIENT_SECRET)`);
});

test("says whose the token is that the SDK chose", () => {
  const tokenWith = (claims: object) => `e30.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.x`;
  const described = (token: string) => {
    const claims = claimsOf(token);
    return claims === undefined ? undefined : describeClaims(claims);
  };
  const of = { tid: TENANT, appid: CLIENT };
  expect(described(tokenWith(of))).toBe(`the identity with client id ${CLIENT}, tenant ${TENANT} (the default Azure credential)`);
  expect(described(tokenWith({ ...of, scp: "user_impersonation", upn: "x" }))).toBe(
    `a user, tenant ${TENANT} (the default Azure credential)`,
  );
  expect(described(tokenWith({ tid: "\u001b[31m", appid: 1 }))).toBe("an identity (the default Azure credential)");
  expect(described("opaque")).toBeUndefined();
});

test("an issuer without a token, or over http, is named", async () => {
  const refuse = async (): Promise<IdentityAnswer> => ({ status: 403, headers: {}, body: "<html>" });
  const asker = { send: refuse, clock: systemClock, onTrouble: () => undefined };
  const gitHub = { from: "github", token: "of the job" } as const;
  await expect(fetchAssertion({ ...gitHub, url: "https://github.test/x" }, asker)).rejects.toThrow("403 without a token");
  await expect(fetchAssertion({ ...gitHub, url: "http://github.test/x" }, asker)).rejects.toThrow(
    "the address of github.test for OpenID Connect tokens is http",
  );
});
