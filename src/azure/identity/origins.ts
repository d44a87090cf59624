/** Source of a token, or of a SAS that was made with one. */
export interface Origin {
  /** Returns a token or SAS that is valid for a while. */
  get(): string | Promise<string>;
  /**
   * Called when the service has refused a token or SAS. Returns whether another one is available.
   */
  replaceRefused(refused: string): boolean;
}

const MAX_KNOWN = 200;

/** The latest tokens or SAS of requests. A request that was made long ago may need a newer one. */
class Origins {
  readonly #known = new Map<string, Origin>();

  remember(value: string, origin: Origin): void {
    this.#known.delete(value);
    this.#known.set(value, origin);
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= MAX_KNOWN) return;
      this.#known.delete(oldest);
    }
  }

  of(value: string): Origin | undefined {
    return this.#known.get(value);
  }
}

const tokens = new Origins();
const signatures = new Origins();

export function rememberToken(token: string, origin: Origin): void {
  tokens.remember(token, origin);
}

/** `query`: the query of a SAS. `origin` returns a query, too. */
export function rememberSas(query: string, origin: Origin): void {
  signatures.remember(query, origin);
}

/**
 * Origin of the token in an `Authorization`; undefined for a token that this process did not fetch.
 */
export function originOf(authorization: string | undefined): Origin | undefined {
  return authorization === undefined ? undefined : tokens.of(authorization.replace(/^Bearer /, ""));
}

/**
 * Origin of the SAS with which the service reads a source; undefined for a declared SAS, and
 * without one.
 */
export function originOfSas(sourceUrl: string): Origin | undefined {
  return signatures.of(sasIn(sourceUrl));
}

/** The same authorisation with a token that is valid for a while. */
export function currentAuthorization(authorization: string): string | Promise<string> {
  const token = originOf(authorization)?.get();
  if (token === undefined) return authorization;
  return typeof token === "string" ? `Bearer ${token}` : token.then((known) => `Bearer ${known}`);
}

/** The same URL of a source with a SAS that is valid for a while. */
export function currentSourceUrl(sourceUrl: string): string | Promise<string> {
  const used = sasIn(sourceUrl);
  const sas = signatures.of(used)?.get();
  if (sas === undefined) return sourceUrl;
  const withSas = (query: string) => sourceUrl.slice(0, -used.length) + query;
  return typeof sas === "string" ? withSas(sas) : sas.then(withSas);
}

/** The SAS is last in the query, after the snapshot or the version. */
function sasIn(sourceUrl: string): string {
  return /[?&](sv=.*)$/.exec(sourceUrl)?.[1] ?? "";
}
