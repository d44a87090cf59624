import type { TokenCache } from "./token-cache";

const MAX_KNOWN = 200;
const caches = new Map<string, TokenCache>();

/** Remembers where a token is from: it may have to be replaced in a request that was made with it long ago. */
export function rememberToken(token: string, cache: TokenCache): void {
  caches.delete(token);
  caches.set(token, cache);
  for (const oldest of caches.keys()) {
    if (caches.size <= MAX_KNOWN) return;
    caches.delete(oldest);
  }
}

/** Where the token of an `Authorization` is from; undefined for what is not one of ours. */
export function cacheOf(authorization: string | undefined): TokenCache | undefined {
  return authorization === undefined ? undefined : caches.get(authorization.replace(/^Bearer /, ""));
}

/** The same authorisation with a token that is good for a while. */
export function currentAuthorization(authorization: string): string | Promise<string> {
  const token = cacheOf(authorization)?.get();
  if (token === undefined) return authorization;
  return typeof token === "string" ? `Bearer ${token}` : token.then((known) => `Bearer ${known}`);
}
