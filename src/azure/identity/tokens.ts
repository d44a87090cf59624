import type { Clock } from "../../engine/ports/clock";
import { CopyFailure } from "../../failure/copy-failure";
import { ExitCode } from "../../failure/exit-code";
import { redact } from "../../util/redaction";
import { fetchAssertion } from "./assertion";
import { type AssertionSource, describeIdentity, type IdentityChoice } from "./identity-choice";
import { IdentityRequests } from "./identity-requests";
import { loadIdentity } from "./load-identity";
import { type AccessToken, TokenCache } from "./token-cache";

/** The tokens of one process, by the identity that they are of: signing in takes longer than many a copy. */
export type Tokens = Map<string, TokenCache>;

/** For one token, with all that is tried for it. */
const MAX_FETCH = 60_000;

export interface SignIn {
  readonly choice: IdentityChoice;
  readonly environment: NodeJS.ProcessEnv;
  /** undefined: the public cloud's. */
  readonly authorityHost: string | undefined;
  readonly clock: Clock;
}

/** The one cache for all that this identity signs in to at `authorityHost`. */
export function tokensOf(tokens: Tokens, { choice, environment, authorityHost = "", clock }: SignIn): TokenCache {
  const key = choice.kind === "default" ? authorityHost : JSON.stringify([authorityHost, choice]);
  const known = tokens.get(key);
  if (known !== undefined) return known;
  const requests = new IdentityRequests(environment);
  const { send } = requests;
  const options = {
    choice,
    authorityHost: authorityHost === "" ? undefined : authorityHost,
    send,
    fetchAssertion: (source: AssertionSource) => fetchAssertion(source, send),
  };
  let source: (() => Promise<AccessToken>) | undefined;
  const fetchToken = async (isFresh: boolean) => {
    // A new source has none of the answers that the old one keeps.
    if (isFresh) source = undefined;
    source ??= loadIdentity().createTokenSource(options);
    return inTime(source(), requests, clock);
  };
  const cache = new TokenCache(
    (isFresh) =>
      fetchToken(isFresh).catch((error: unknown) => {
        throw notSignedIn(error, choice);
      }),
    clock,
    () => requests.waitingFor,
  );
  tokens.set(key, cache);
  return cache;
}

async function inTime(token: Promise<AccessToken>, requests: IdentityRequests, clock: Clock): Promise<AccessToken> {
  const ended = new AbortController();
  const bound = clock.sleep(MAX_FETCH, ended.signal).then(
    () => {
      throw new Error(`no answer from ${requests.waitingFor} within ${MAX_FETCH / 1_000} s`);
    },
    () => token,
  );
  try {
    return await Promise.race([token, bound]);
  } finally {
    ended.abort();
  }
}

function notSignedIn(error: unknown, choice: IdentityChoice): CopyFailure {
  const reason = error instanceof Error ? error.message : String(error);
  return new CopyFailure({
    exitCode: ExitCode.NOT_AUTHORISED,
    what: `${capitalised(describeIdentity(choice) ?? "the default Azure credential")} returned no token`,
    why: redact(reason.replace(/\s*\n\s*/g, "; ")),
    remedy:
      "Sign in where Terraform runs (az login, a managed or workload identity, or AZURE_ or ARM_ CLIENT_ID, TENANT_ID and CLIENT_SECRET), or declare another credential",
    cause: error,
  });
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
