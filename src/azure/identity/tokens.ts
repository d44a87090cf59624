import type { Clock } from "../../engine/ports/clock";
import { CopyFailure } from "../../failure/copy-failure";
import { ExitCode } from "../../failure/exit-code";
import { redact } from "../../util/redaction";
import { loadIdentity } from "./load-identity";
import { type AccessToken, TokenCache } from "./token-cache";

/** The tokens of one process, by the identity that they are of: signing in takes longer than many a copy. */
export type Tokens = Map<string, TokenCache>;

/** The one cache for all that this identity signs in to at `authorityHost`; undefined: the public cloud's. */
export function tokensOf(tokens: Tokens, authorityHost: string | undefined, clock: Clock): TokenCache {
  const known = tokens.get(authorityHost ?? "");
  if (known !== undefined) return known;
  let source: (() => Promise<AccessToken>) | undefined;
  const cache = new TokenCache(async (isFresh) => {
    try {
      // A new source has none of the answers that the old one keeps.
      if (isFresh) source = undefined;
      source ??= loadIdentity().createTokenSource(authorityHost);
      return await source();
    } catch (error) {
      throw notSignedIn(error);
    }
  }, clock);
  tokens.set(authorityHost ?? "", cache);
  return cache;
}

function notSignedIn(error: unknown): CopyFailure {
  const reason = error instanceof Error ? error.message : String(error);
  return new CopyFailure({
    exitCode: ExitCode.NOT_AUTHORISED,
    what: "The default Azure credential returned no token",
    why: redact(reason.replace(/\s*\n\s*/g, "; ")),
    remedy:
      "Sign in where Terraform runs (az login, a managed or workload identity, or AZURE_CLIENT_ID, AZURE_TENANT_ID and AZURE_CLIENT_SECRET), or declare another credential.",
    cause: error,
  });
}
