import { parseLocation } from "../../../../src/azure/address/blob-url";
import { AccountKey } from "../../../../src/azure/credential/account-key";
import { ANONYMOUS } from "../../../../src/azure/credential/anonymous";
import type { Credential } from "../../../../src/azure/credential/credential";
import { Credentials, identityOf } from "../../../../src/azure/credential/credentials";
import { SasCredential } from "../../../../src/azure/credential/sas-credential";
import { TokenCredential } from "../../../../src/azure/credential/token-credential";
import { systemClock } from "../../../../src/engine/ports/clock";
import { CopyFailure } from "../../../../src/failure/copy-failure";
import { CredentialKind, type CredentialReference, LocationKind } from "../../../../src/intent";
import { ExitCode } from "../../../../src/failure/exit-code";

const KEY = Buffer.alloc(64, "a key of the account").toString("base64");

function resolve(
  credential: CredentialReference | undefined,
  environment: NodeJS.ProcessEnv,
  url = "https://acct.blob.core.windows.net/data/x",
): Credential {
  const blob = parseLocation({ kind: LocationKind.URL, url, credential }, "source");
  return new Credentials({
    environment,
    workingDirectory: "/work-folder",
    clock: systemClock,
    tokens: new Map(),
    notify: () => undefined,
  }).resolve(credential, blob, "source");
}

function refusal(...parameters: Parameters<typeof resolve>): CopyFailure {
  try {
    resolve(...parameters);
  } catch (error) {
    if (error instanceof CopyFailure) return error;
    throw error;
  }
  throw new Error("it was accepted");
}

const variable = "THE_SECRET";

test("no credential means the default Azure credential in Azure, and none elsewhere", () => {
  expect(resolve(undefined, {})).toBeInstanceOf(TokenCredential);
  expect(resolve(undefined, {}, "https://acct.file.core.usgovcloudapi.net/share/x")).toBeInstanceOf(TokenCredential);
  expect(resolve(undefined, {}, "https://acct-ipv6.blob.core.windows.net/data/x")).toBeInstanceOf(TokenCredential);
  expect(resolve(undefined, {}, "https://example.com/data/x")).toBe(ANONYMOUS);
  expect(resolve(undefined, {}, "https://acct.z6.web.core.windows.net/index.html")).toBe(ANONYMOUS);
  expect(resolve(undefined, {}, "http://127.0.0.1:10000/devstoreaccount1/data/x")).toBe(ANONYMOUS);
});

test.each(["constructor", "__proto__", "toString"])("a variable %s that is not set is told as any other", (name) => {
  for (const kind of [CredentialKind.SAS, CredentialKind.ACCOUNT_KEY, CredentialKind.CONNECTION_STRING])
    expect(refusal({ kind, variable: name }, {})).toMatchObject({
      exitCode: ExitCode.BAD_INTENT,
      why: `the environment variable ${name} is not set`,
    });
});

test("a secret of Terraform's that is empty, or of another kind, is not told as a variable that a user has to set", () => {
  const reference = { kind: CredentialKind.SAS, variable: "BLOB_COPY_SECRET_1" };
  for (const environment of [{}, { BLOB_COPY_SECRET_1: "" }, { BLOB_COPY_SECRET_1: " \n" }])
    expect(refusal(reference, environment)).toMatchObject({
      exitCode: ExitCode.BAD_INTENT,
      why: "the Terraform value that is declared as its SAS is empty, or null",
      remedy: expect.not.stringContaining("BLOB_COPY_SECRET_1") as string,
    });
  expect(refusal(reference, { BLOB_COPY_SECRET_1: KEY }).why).toBe(
    "the environment variable BLOB_COPY_SECRET_1 (the Terraform value that is declared) does not hold a SAS",
  );
});

test("a SAS is read from its variable, with or without its question mark", () => {
  const expected = { query: "se=2027-01-01T00%3A00%3A00Z&sig=abc", expiresOn: new Date("2027-01-01T00:00:00Z") };
  expect(resolve({ kind: CredentialKind.SAS, variable }, { [variable]: "?se=2027-01-01T00%3A00%3A00Z&sig=abc\n" })).toMatchObject(expected);
  expect(resolve({ kind: CredentialKind.SAS, variable }, { [variable]: "si=policy&sig=abc" })).toMatchObject({ expiresOn: undefined });
});

test("the account of a key is told by the URL, or has to be declared", () => {
  const reference = { kind: CredentialKind.ACCOUNT_KEY, variable };
  expect(resolve(reference, { [variable]: KEY })).toMatchObject({ key: { accountName: "acct" } });
  expect(resolve({ ...reference, accountName: "mine" }, { [variable]: KEY }, "https://files.example.com/data/x")).toMatchObject({
    key: { accountName: "mine" },
  });
  expect(refusal(reference, { [variable]: KEY }, "https://files.example.com/data/x").remedy).toContain("account name");
  expect(refusal({ ...reference, accountName: "other" }, { [variable]: KEY }).why).toContain("other");
});

test.each([
  ["a key", `DefaultEndpointsProtocol=https;AccountName=acct;AccountKey=${KEY};EndpointSuffix=core.windows.net`, AccountKey],
  ["a SAS", "BlobEndpoint=https://acct.blob.core.windows.net/;SharedAccessSignature=sv=1&sig=abc%3D", SasCredential],
  ["an endpoint and a key", `BlobEndpoint=https://acct.blob.core.windows.net/;AccountKey=${KEY}`, AccountKey],
])("a connection string with %s is understood", (_what, value, kind) => {
  const credential = resolve({ kind: CredentialKind.CONNECTION_STRING, variable }, { [variable]: value });
  expect(credential).toBeInstanceOf(kind);
  if (kind === SasCredential) expect(credential.query).toBe("sv=1&sig=abc%3D");
});

test("two references mean one credential when all their fields are equal, and only then", () => {
  const reference = { kind: CredentialKind.ACCOUNT_KEY, variable, accountName: undefined };
  expect(identityOf({ variable, kind: CredentialKind.ACCOUNT_KEY })).toBe(identityOf(reference));
  expect(identityOf({ ...reference, accountName: "mine" })).not.toBe(identityOf(reference));
  const withNewField = { ...reference, fieldOfALaterVersion: "x" };
  expect(identityOf(withNewField)).not.toBe(identityOf(reference));
  expect(identityOf(undefined)).not.toBe(identityOf(reference));
});

test("the emulator's connection string is understood", () => {
  const reference = { kind: CredentialKind.CONNECTION_STRING, variable };
  const credential = resolve(reference, { [variable]: "UseDevelopmentStorage=true" }, "http://127.0.0.1:10000/devstoreaccount1/data/x");
  expect(credential).toMatchObject({ key: { accountName: "devstoreaccount1" } });
});

test.each([
  [CredentialKind.SAS, undefined],
  [CredentialKind.SAS, "  "],
  [CredentialKind.SAS, "hunter2"],
  [CredentialKind.SAS, "https://other.blob.core.windows.net/data?sv=1&sig=hunter2"],
  [CredentialKind.ACCOUNT_KEY, "hunter2!"],
  [CredentialKind.CONNECTION_STRING, "AccountName=hunter2"],
  [CredentialKind.CONNECTION_STRING, "AccountName=acct;AccountKey=hunter2!"],
])("a %s that is missing or something else is refused by its variable's name, never by its value: %s", (kind, value) => {
  const failure = refusal({ kind, variable }, value === undefined ? {} : { [variable]: value });
  expect(failure).toMatchObject({ exitCode: ExitCode.BAD_INTENT, side: "source" });
  expect(failure.message).toContain(variable);
  expect(`${failure.message} ${failure.remedy}`).not.toContain("hunter2");
});

test("a token is not sent over http, except to this machine", () => {
  const reference = { kind: CredentialKind.DEFAULT_AZURE_CREDENTIAL };
  expect(refusal(reference, {}, "http://acct.blob.core.windows.net/data/x").why).toContain("http");
  expect(resolve(reference, {}, "http://127.0.0.1:10000/devstoreaccount1/data/x")).toBeInstanceOf(TokenCredential);
});

test.each<[string, CredentialReference, NodeJS.ProcessEnv]>([
  ["secret of a service principal", { kind: CredentialKind.SERVICE_PRINCIPAL, tenantId: "t", clientId: "c", variable }, {}],
  [
    "certificate of a service principal",
    { kind: CredentialKind.SERVICE_PRINCIPAL, tenantId: "t", clientId: "c", pathVariable: variable },
    {},
  ],
  [
    "token file of a workload identity",
    { kind: CredentialKind.WORKLOAD_IDENTITY, tenantId: "t", clientId: "c", pathVariable: variable },
    {},
  ],
])("the %s is named by its variable when it is missing", (_what, reference, environment) => {
  const failure = refusal(reference, environment);
  expect(failure.exitCode).toBe(ExitCode.BAD_INTENT);
  expect(failure.message).toContain(variable);
  expect(resolve(reference, { [variable]: "given" })).toBeInstanceOf(TokenCredential);
});

test("an identity is not sent over http either", () => {
  const reference = { kind: CredentialKind.MANAGED_IDENTITY };
  expect(refusal(reference, {}, "http://acct.blob.core.windows.net/data/x").why).toContain("http");
  expect(resolve(reference, {})).toBeInstanceOf(TokenCredential);
});
