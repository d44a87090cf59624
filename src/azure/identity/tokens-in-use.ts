/** Where a token is from. */
export interface TokenOrigin {
  /** A token that is good for a while. */
  get(): string | Promise<string>;
  /** The service refused this token. Returns whether another one can be had. */
  replaceRefused(token: string): boolean;
}

const MAX_KNOWN = 200;
const origins = new Map<string, TokenOrigin>();

/** Remembers where a token is from: it may have to be replaced in a request that was made with it long ago. */
export function rememberToken(token: string, origin: TokenOrigin): void {
  origins.delete(token);
  origins.set(token, origin);
  for (const oldest of origins.keys()) {
    if (origins.size <= MAX_KNOWN) return;
    origins.delete(oldest);
  }
}

/** Where the token of an `Authorization` is from; undefined for what is not one of ours. */
export function originOf(authorization: string | undefined): TokenOrigin | undefined {
  return authorization === undefined ? undefined : origins.get(authorization.replace(/^Bearer /, ""));
}

/** The same authorisation with a token that is good for a while. */
export function currentAuthorization(authorization: string): string | Promise<string> {
  const token = originOf(authorization)?.get();
  if (token === undefined) return authorization;
  return typeof token === "string" ? `Bearer ${token}` : token.then((known) => `Bearer ${known}`);
}
