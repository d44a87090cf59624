/** Where a token is from, or a shared access signature that was made with one. */
export interface Origin {
  /** One that is good for a while. */
  get(): string | Promise<string>;
  /** The service refused this one. Returns whether another one can be had. */
  replaceRefused(refused: string): boolean;
}

const MAX_KNOWN = 200;

/** The latest that requests were made with: they may have to be replaced in one that was made long ago. */
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

/** `query`: of a SAS, which `origin` returns as a query as well. */
export function rememberSas(query: string, origin: Origin): void {
  signatures.remember(query, origin);
}

/** Where the token of an `Authorization` is from; undefined for what is not one of ours. */
export function originOf(authorization: string | undefined): Origin | undefined {
  return authorization === undefined ? undefined : tokens.of(authorization.replace(/^Bearer /, ""));
}

/** Where the SAS is from with which the service reads a source; undefined for one that was declared, and where there is none. */
export function originOfSas(sourceUrl: string): Origin | undefined {
  return signatures.of(sasIn(sourceUrl));
}

/** The same authorisation with a token that is good for a while. */
export function currentAuthorization(authorization: string): string | Promise<string> {
  const token = originOf(authorization)?.get();
  if (token === undefined) return authorization;
  return typeof token === "string" ? `Bearer ${token}` : token.then((known) => `Bearer ${known}`);
}

/** The same URL of a source with a SAS that is good for a while. */
export function currentSourceUrl(sourceUrl: string): string | Promise<string> {
  const used = sasIn(sourceUrl);
  const sas = signatures.of(used)?.get();
  if (sas === undefined) return sourceUrl;
  const withSas = (query: string) => sourceUrl.slice(0, -used.length) + query;
  return typeof sas === "string" ? withSas(sas) : sas.then(withSas);
}

/** It comes last, after the snapshot or the version. */
function sasIn(sourceUrl: string): string {
  return /[?&](sv=.*)$/.exec(sourceUrl)?.[1] ?? "";
}
