import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CopyFailure } from "../../failure/copy-failure";
import { ExitCode } from "../../failure/exit-code";
import { rememberMade } from "../../util/secrets/known-secrets";
import { asked, MAX_ATTEMPTS } from "./client";
import { loadFederation } from "./load-federation";

/** The audience that Entra ID requires in a token of another issuer. */
const AUDIENCE = "api://AzureADTokenExchange";
/** Longer than an invocation lives. */
const LIFETIME_SECONDS = 1_800;

/**
 * GetWebIdentityToken: a token of the function's role, which Entra ID accepts in place of a secret.
 * It is written to a file, because the Azure SDK reads it from a file whenever it signs in.
 *
 * @returns the path of the file
 */
export async function webIdentityFile(): Promise<string> {
  const { getWebIdentityToken } = loadFederation();
  const token = await asked("AWS STS does not answer", () => getWebIdentityToken(AUDIENCE, LIFETIME_SECONDS, MAX_ATTEMPTS)).catch(refused);
  if (token === undefined) return refused(new Error("the answer has no token"));
  rememberMade(token);
  const path = join(tmpdir(), "blob-copy-web-identity");
  writeFileSync(path, token, { mode: 0o600 });
  return path;
}

function refused(error: unknown): never {
  if (error instanceof CopyFailure) throw error;
  throw new CopyFailure({
    exitCode: ExitCode.NOT_AUTHORISED,
    what: "AWS STS returned no token for Entra ID",
    why: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
    remedy: "enable outbound identity federation in the account (iam:EnableOutboundWebIdentityFederation), or declare another credential",
    cause: error,
  });
}
