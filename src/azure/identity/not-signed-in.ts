import { CopyFailure } from "../../failure/copy-failure";
import { loadDiagnosis } from "../../failure/diagnosis/load-diagnosis";
import { ExitCode } from "../../failure/exit-code";
import { redactForeign } from "../../util/secrets/redact-foreign";
import { describeIdentity, type IdentityChoice } from "./identity-choice";
import type { SignInTrouble } from "./identity-requests";

const SIGN_IN =
  "sign in where Terraform runs (az login, a managed or workload identity, or AZURE_ or ARM_ CLIENT_ID, TENANT_ID and CLIENT_SECRET), or declare another credential";

const REMEDIES: Readonly<Record<IdentityChoice["kind"], string>> = {
  default: SIGN_IN,
  "client-secret": "check the client id, the tenant id and the secret, and that this machine reaches the sign-in (HTTPS_PROXY)",
  "client-certificate":
    "check the client id, the tenant id, the certificate and its password, and that this machine reaches the sign-in (HTTPS_PROXY)",
  assertion: "check the variables of OpenID Connect, and that this machine reaches the issuer and the sign-in (HTTPS_PROXY)",
  "managed-identity":
    "give this machine that identity, or declare another credential; a client id must be that of a user-assigned identity of this machine",
  "azure-cli":
    "run az login where Terraform runs, with --tenant for the tenant of the storage account; if you have done that, see the output of az account get-access-token --resource https://storage.azure.com/",
};

/**
 * Entra ID's sentence, without the parts that only its support can use:
 * `invalid_client: Error(s): 7000215 - Timestamp: … - Description: AADSTS7000215: … Trace ID: …`.
 */
const SAID = /\bAADSTS\d+:.*?(?=\s*(?:Trace ID:|$))/;
/** Occurs in the SDK's message about the output of a command. */
const NOT_JSON = /\bJSON\b/;
const TRACE = /\bTrace ID: *([\w-]+)/;

/**
 * Explains why an identity returned no token, and what to do. `trouble`: the problem of the last
 * request.
 */
export function notSignedIn(error: unknown, choice: IdentityChoice, trouble?: SignInTrouble): CopyFailure {
  // The error already has its reason and remedy, and no token was requested.
  if (error instanceof CopyFailure) return error;
  const message = (error instanceof Error ? error.message : String(error)).replace(/\s*\n\s*/g, "; ");
  const reason = choice.kind === "azure-cli" && NOT_JSON.test(message) ? `az did not print a token as JSON: ${message}` : message;
  const said = SAID.exec(reason)?.[0];
  const trace = TRACE.exec(reason)?.[1];
  const why =
    said === undefined ? (trouble?.text ?? reason) : `${said.replace(/[;.\s]+$/, "")}${trace === undefined ? "" : ` (trace id ${trace})`}`;
  const { title, remedy } = loadDiagnosis()?.signInCause(said ?? "") ?? {};
  const unknown = trouble?.isPassing === true ? "deploy again in a few minutes" : (trouble?.remedy ?? REMEDIES[choice.kind]);
  return new CopyFailure({
    exitCode: ExitCode.NOT_AUTHORISED,
    what: `${capitalised(describeIdentity(choice) ?? defaultName(choice))} returned no token`,
    why: redactForeign([...(title === undefined ? [] : [title]), ...unusedOf(choice), why].join("; ")),
    remedy: typeof remedy === "string" ? remedy : unknown,
    cause: error,
  });
}

function defaultName(choice: IdentityChoice): string {
  return `the default Azure credential${choice.kind === "default" && choice.how !== undefined ? `, ${choice.how},` : ""}`;
}

function unusedOf(choice: IdentityChoice): readonly string[] {
  return choice.kind === "default" && choice.unused !== undefined ? [choice.unused] : [];
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
