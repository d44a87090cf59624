import { CredentialKind, hostOf, type IdentityKind, isIdentity, isSecret, ProgramEnvironment, type SecretKind } from "../../../src/intent";
import type { Credential } from "../../vocabulary/credential";
import type { Problems } from "../../framework/problems";
import { words } from "../../framework/language";
import { problemsAt } from "../../shapes/shapes";
import { TokenAwareText, isOneToken, show } from "../../framework/tokens";

const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;
const ACCOUNT = /^[a-z0-9]{3,24}$/;
/** An application cannot sign in to all tenants at once. */
const TENANT = /^(?!(?:common|organizations|consumers)$)[A-Za-z0-9][A-Za-z0-9.-]*$/;
const CLIENT = /^[A-Za-z0-9][A-Za-z0-9-]*$/;
const RESERVED_PREFIX = "BLOB_COPY_";
/**
 * Factories that take the name of a variable. The factory of a stored secret knows where the secret
 * is.
 */
const NEEDS_A_NAME: Readonly<Record<SecretKind, string | undefined>> = {
  [CredentialKind.SAS]: "Credential.sasFromEnvironment",
  [CredentialKind.ACCOUNT_KEY]: "Credential.accountKeyFromEnvironment",
  [CredentialKind.CONNECTION_STRING]: "Credential.connectionStringFromEnvironment",
  [CredentialKind.STORED]: undefined,
};

const FACTORIES: Readonly<Record<Exclude<IdentityKind, CredentialKind.WORKLOAD_IDENTITY>, string>> = {
  [CredentialKind.DEFAULT_AZURE_CREDENTIAL]: "Credential.defaultAzureCredential()",
  [CredentialKind.SERVICE_PRINCIPAL]: "Credential.servicePrincipal",
  [CredentialKind.MANAGED_IDENTITY]: "Credential.managedIdentity",
  [CredentialKind.AZURE_CLI]: "Credential.azureCli",
};

/**
 * Messages of this file never repeat the given value, because it may be a secret in the wrong
 * place.
 *
 * @param address URL or endpoint that the credential is for
 */
export function checkCredential(credential: Credential | undefined, address: unknown, at: string, problems: Problems): void {
  if (credential === undefined) {
    checkDefault(address, at, problems);
    return;
  }
  for (const problem of problemsAt(`${at}.credential`, credential._problems)) problems.add(problem);
  if (credential._problems.length > 0) return;
  const { _kind: kind } = credential;
  const factory = isSecret(kind) ? NEEDS_A_NAME[kind] : undefined;
  if (factory !== undefined) {
    if (credential._secret !== undefined) checkSecret(credential._secret, `${at}.credential`, factory, problems);
    else checkVariable(credential._variable, `${at}.credential`, factory, problems);
  }
  if (credential._kind === CredentialKind.ACCOUNT_KEY) checkAccount(credential._accountName, `${at}.credential`, problems);
  checkIdentity(credential, `${at}.credential`, problems);
  if (isIdentity(credential._kind) && typeof address === "string" && /^http:/i.test(address)) {
    problems.add(`${at}.credential is ${factoryOf(credential._kind)}, whose token must not travel over plain http; use https.`);
  }
}

/** Without a credential, the deploy's own identity is used for an endpoint of Azure. */
function checkDefault(address: unknown, at: string, problems: Problems): void {
  const host = typeof address === "string" ? hostOf(address) : undefined;
  if (host?.protocol !== "http:" || host.service === undefined || host.service === "web") return;
  problems.add(
    `${at} has no credential, so the identity of the deploy is used, whose token must not travel over plain http; use https, or give another credential.`,
  );
}

/** Like {@link checkCredential}, for the name of the variable that holds an encryption key. */
export function checkEncryptionKey(variable: string | undefined, address: unknown, side: string, problems: Problems): void {
  if (variable === undefined) return;
  const at = `${side}.encryptionKeyEnvironment`;
  checkVariable(variable, at, "it", problems);
  const host = typeof address === "string" ? hostOf(address) : undefined;
  if (host?.protocol === "http:" && !host.isLoopback) problems.add(`${at} is given, and a key must not travel over plain http; use https.`);
}

/** A destroy-time provisioner may read only values in state, and a secret must not be there. */
export function checkKnownAtDestroy(credential: Credential | undefined, at: string, why: string, problems: Problems): void {
  if (credential?._secret === undefined) return;
  problems.add(
    `${why}, and ${at}.credential is a secret that Terraform holds: at destroy Terraform passes a program only values from its state, and a secret must not be there; use Credential.defaultAzureCredential() or a credential from the environment.`,
  );
}

/** Checks the ids and the variables of an identity. The ids may be Terraform values. */
function checkIdentity({ _kind: kind, _variable: variable, _identity: identity }: Credential, at: string, problems: Problems): void {
  if (identity === undefined || !isIdentity(kind)) return;
  checkId(
    identity.tenantId,
    TENANT,
    `${at}.tenantId`,
    "a tenant: give its id, a GUID, or its domain, such as contoso.onmicrosoft.com",
    problems,
  );
  checkId(identity.clientId, CLIENT, `${at}.clientId`, "the id of an application: give its application (client) id, a GUID", problems);
  for (const name of [variable, identity.pathVariable]) {
    if (name !== undefined) checkVariable(name, at, factoryOf(kind), problems);
  }
}

function checkId(id: unknown, form: RegExp, at: string, what: string, problems: Problems): void {
  if (typeof id === "string" && id !== "" && new TokenAwareText(id).isKnown && !form.test(id))
    problems.add(`${at} ${show(id)} is not ${what}.`);
}

function factoryOf(kind: IdentityKind): string {
  return kind === CredentialKind.WORKLOAD_IDENTITY ? words().workloadIdentity : FACTORIES[kind];
}

function checkSecret(secret: unknown, at: string, factory: string, problems: Problems): void {
  if (typeof secret === "string" && isOneToken(secret)) return;
  const isPartlyToken = typeof secret === "string" && !new TokenAwareText(secret).isKnown;
  problems.add(
    isPartlyToken
      ? `${at} is a secret with text around a Terraform value; give one value, for example Fn.join("", [...]).`
      : `${at} is a literal secret, which would be written to the synthesized folder; give a Terraform value, or put it into an environment variable and use ${factory}("NAME").`,
  );
}

function checkVariable(variable: unknown, at: string, factory: string, problems: Problems): void {
  if (typeof variable !== "string" || !VARIABLE.test(variable)) {
    problems.add(
      `${at} does not name an environment variable: ${factory} takes the name (letters, digits and "_", not starting with a digit), never the value.`,
    );
  } else if (variable === "__proto__") {
    problems.add(`${at} names the environment variable __proto__, which JavaScript takes for something else; use another name.`);
  } else if (variable.toUpperCase().startsWith(RESERVED_PREFIX)) {
    problems.add(
      `${at} names an environment variable that starts with ${RESERVED_PREFIX}, such as ${ProgramEnvironment.INTENT}; these are the program's own, so use another name.`,
    );
  }
}

function checkAccount(accountName: unknown, at: string, problems: Problems): void {
  if (typeof accountName === "string") {
    const text = new TokenAwareText(accountName);
    if (text.isKnown ? ACCOUNT.test(accountName) : /^[a-z0-9]*$/.test(text.literals)) return;
  }
  problems.add(`${at}: accountName ${show(accountName)} is not the name of a storage account: 3 to 24 lower-case letters and digits.`);
}
