import type { Clock } from "../../engine/ports/clock";
import { rememberGiven } from "../../util/secrets/known-secrets";
import { fetchAssertion } from "./assertion";
import type { AssertionSource, IdentityChoice } from "./identity-choice";
import { askedAgain, type IdentityRequest, IdentityRequests } from "./identity-requests";
import { loadIdentity } from "./load-identity";
import { loadPfx } from "./load-pfx";
import { notSignedIn } from "./not-signed-in";
import { type AccessToken, TokenCache } from "./token-cache";

/**
 * The tokens of one process by identity. They are shared because signing in takes longer than many
 * copies.
 */
export type Tokens = Map<string, TokenCache>;

/** Milliseconds to obtain one token, including all tries. */
const MAX_FETCH = 60_000;

export interface SignIn {
  readonly choice: IdentityChoice;
  readonly environment: NodeJS.ProcessEnv;
  /** undefined: the public cloud's. */
  readonly authorityHost: string | undefined;
  readonly clock: Clock;
}

/**
 * Returns the one cache for all services that accept this identity's tokens from `authorityHost`.
 */
export function tokensOf(tokens: Tokens, { choice, environment, authorityHost = "", clock }: SignIn): TokenCache {
  const key = choice.kind === "default" ? authorityHost : JSON.stringify([authorityHost, choice]);
  const known = tokens.get(key);
  if (known !== undefined) return known;
  for (const secret of secretsOf(choice)) rememberGiven(secret);
  const requests = new IdentityRequests(environment, clock);
  const { send } = requests;
  const options = {
    choice,
    authorityHost: authorityHost === "" ? undefined : authorityHost,
    send,
    askMachine: (request: IdentityRequest) => askedAgain({ send, clock }, request, true),
    fetchAssertion: (source: AssertionSource) =>
      fetchAssertion(source, { send, clock, onTrouble: (trouble) => (requests.trouble = trouble) }),
    loadPfx,
  };
  let source: (() => Promise<AccessToken>) | undefined;
  const fetchToken = async (isFresh: boolean) => {
    // A new source does not have the responses that the old one has cached.
    if (isFresh) source = undefined;
    source ??= loadIdentity().createTokenSource(options);
    return inTime(source(), requests, clock);
  };
  const cache = new TokenCache(
    (isFresh) =>
      fetchToken(isFresh).catch((error: unknown) => {
        throw notSignedIn(error, choice, requests.trouble);
      }),
    clock,
    () => requests.waitingFor,
  );
  tokens.set(key, cache);
  return cache;
}

/** Includes secrets from a file, and parts of a larger secret. */
function secretsOf(choice: IdentityChoice): readonly string[] {
  switch (choice.kind) {
    case "client-secret":
      return [choice.secret];
    case "client-certificate":
      return choice.password === undefined ? [] : [choice.password];
    case "assertion":
      return "token" in choice.assertion ? [choice.assertion.token] : [];
    default:
      return [];
  }
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
