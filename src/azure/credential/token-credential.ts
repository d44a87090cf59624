import { badIntent } from "../../failure/bad-intent";
import type { TokenCache } from "../identity/token-cache";
import { sasLifetime } from "../signing/sas-lifetime";
import type { CopySourceAccess, CopySourceRequest, Credential, PutAuthoriser, UnauthorisedRequest } from "./credential";
import type { Clock } from "../../engine/ports/clock";

/** Milliseconds; from here on it is said what is waited for. */
const PATIENCE_IN_SILENCE = 5_000;

/** A token of an identity, renewed for as long as it is signed in. */
export class TokenCredential implements Credential {
  readonly query = "";
  #isWaiting = false;

  constructor(
    private readonly tokens: TokenCache,
    private readonly clock: Clock,
    private readonly notify: (text: string) => void,
    /** Told once, of the first one. */
    private readonly onToken: (token: string) => void = () => undefined,
  ) {}

  get expiresOn(): Date | undefined {
    const { expiresOn } = this.tokens;
    return expiresOn === undefined ? undefined : new Date(expiresOn);
  }

  /** Who is asked for the token without which no request can be sent; undefined when none is waited for. */
  get waitsFor(): string | undefined {
    return this.#isWaiting ? this.tokens.waitingFor : undefined;
  }

  readonly renew = (onFailure: (error: unknown) => void): void => this.tokens.renew(onFailure);

  authorise({ blob, headers, isUrgent }: UnauthorisedRequest): void | Promise<void> {
    if (blob.kind === "file") headers["x-ms-file-request-intent"] = "backup";
    const token = (isUrgent ? this.tokens.inHand() : undefined) ?? this.#token();
    const add = (value: string) => {
      headers["authorization"] = bearer(value);
    };
    return typeof token === "string" ? add(token) : token.then(add);
  }

  putAuthoriser(): PutAuthoriser {
    return () => this.#authorization();
  }

  async asCopySource({
    source,
    scope,
    access,
    isAsynchronous,
    lifetimeMilliseconds,
    delegation,
  }: CopySourceRequest): Promise<CopySourceAccess> {
    if (!isAsynchronous) {
      // The first token may take seconds to get, or turn out not to be there: once, and not in each of hundreds of requests.
      await this.#token();
      const authorization = () => this.#authorization();
      return { query: "", authorization, ...(source.kind === "file" ? { fileRequestIntent: "backup" } : {}) };
    }
    if (source.kind !== "blob" || scope === "container") {
      throw badIntent(
        "source",
        "Copy Blob reads it with a SAS only, and a token does not make one for it",
        "Declare a SAS or the account key as its credential, or leave the copy method to the program.",
      );
    }
    return { query: await delegation.mintReadSas(source, access, this, sasLifetime(this.clock.now(), lifetimeMilliseconds)) };
  }

  /** Another identity's right to read is not this one's. */
  covers(source: Credential): boolean {
    return source instanceof TokenCredential && source.tokens === this.tokens;
  }

  replaceRefused(authorization: string | undefined): boolean {
    return authorization !== undefined && this.tokens.replaceRefused(authorization.slice("Bearer ".length));
  }

  #token(): string | Promise<string> {
    const token = this.tokens.get();
    return typeof token === "string" ? token : this.#reportToWaiting(token);
  }

  /** Once for all requests that wait for the same token. */
  #reportToWaiting(token: Promise<string>): Promise<string> {
    if (this.#isWaiting) return token;
    this.#isWaiting = true;
    token.then(this.onToken, () => undefined);
    const timer = setTimeout(() => {
      this.notify(`waiting for a token: no answer yet from ${this.tokens.waitingFor}`);
    }, PATIENCE_IN_SILENCE);
    return token.finally(() => {
      clearTimeout(timer);
      this.#isWaiting = false;
    });
  }

  #authorization(): string | Promise<string> {
    const token = this.#token();
    return typeof token === "string" ? bearer(token) : token.then(bearer);
  }
}

function bearer(token: string): string {
  return `Bearer ${token}`;
}
