import { badIntent } from "../../failure/bad-intent";
import type { TokenCache } from "../identity/token-cache";
import { sasLifetime } from "../signing/sas-lifetime";
import type { CopySourceAccess, CopySourceRequest, Credential, PutAuthoriser, UnauthorisedRequest } from "./credential";
import type { Clock } from "../../engine/ports/clock";

/** Milliseconds after which the program reports that it is waiting for a token. */
const PATIENCE_IN_SILENCE = 5_000;

/** A token of an identity, renewed while the identity is signed in. */
export class TokenCredential implements Credential {
  readonly query = "";
  #isWaiting = false;

  constructor(
    private readonly tokens: TokenCache,
    private readonly clock: Clock,
    private readonly notify: (text: string) => void,
    /** Called with each token that a request had to wait for. */
    private readonly onToken: (token: string) => void = () => undefined,
  ) {}

  get expiresOn(): Date | undefined {
    const { expiresOn } = this.tokens;
    return expiresOn === undefined ? undefined : new Date(expiresOn);
  }

  /**
   * Describes who is asked for the token that requests are waiting for; undefined if they do not
   * wait.
   */
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
      // The first token may take seconds, or fail. Here that happens once, and not in each of
      // hundreds of requests.
      await this.#token();
      const authorization = () => this.#authorization();
      return { query: "", authorization, ...(source.kind === "file" ? { fileRequestIntent: "backup" } : {}) };
    }
    if (source.kind !== "blob" || scope === "container") {
      throw badIntent(
        "source",
        "Copy Blob reads it only with a SAS, which cannot be made from a token here",
        "Declare a SAS or the account key as its credential, or leave the copy method to the program.",
      );
    }
    return { query: await delegation.mintReadSas(source, access, this, sasLifetime(this.clock.now(), lifetimeMilliseconds)) };
  }

  /** The right of another identity to read does not extend to this one. */
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

  /** Reports once for all requests that wait for the same token. */
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
