import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetWebIdentityTokenCommand, STSClient } from "@aws-sdk/client-sts";
import { CopyFailure } from "../../failure/copy-failure";
import { ExitCode } from "../../failure/exit-code";
import { rememberMade } from "../../util/known-secrets";
import { asked, MAX_ATTEMPTS } from "./client";

/** What Entra ID expects the token of another issuer to be for. */
const AUDIENCE = "api://AzureADTokenExchange";
/** Longer than an invocation. */
const LIFETIME_SECONDS = 1_800;

/**
 * GetWebIdentityToken: a token of the function's role, which Entra ID takes in the place of a secret. It is in a file, because that is
 * where the Azure SDK looks for one whenever it signs in.
 *
 * @returns the path of the file
 */
export async function webIdentityFile(): Promise<string> {
  const client = new STSClient({ maxAttempts: MAX_ATTEMPTS });
  const command = new GetWebIdentityTokenCommand({ Audience: [AUDIENCE], SigningAlgorithm: "RS256", DurationSeconds: LIFETIME_SECONDS });
  const { WebIdentityToken: token } = await asked("AWS STS does not answer", () => client.send(command)).catch(refused);
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
