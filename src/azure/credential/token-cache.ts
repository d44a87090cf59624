import type { Clock } from "../../engine/ports/clock";

export interface AccessToken {
  readonly token: string;
  /** Milliseconds since the epoch. */
  readonly expiresOnTimestamp: number;
}

const MINUTE = 60_000;
/** From here on a new token is fetched while the old one still serves. */
const REFRESH_BEFORE_EXPIRY = 10 * MINUTE;
/** From here on a request waits for the new token: the service may read a source long after it was asked to. */
const WAIT_BEFORE_EXPIRY = 2 * MINUTE;

/** One bearer token for the storage service, fetched once for all requests and renewed before it expires. */
export class TokenCache {
  #current: AccessToken | undefined;
  #fetching: Promise<AccessToken> | undefined;
  #lastFetchFailed = false;

  constructor(
    private readonly fetchToken: () => Promise<AccessToken>,
    private readonly clock: Clock,
  ) {}

  /** A token that is good for a while; at once when there is one. */
  get(): string | Promise<string> {
    const current = this.#current;
    const remaining = this.#remaining();
    // Where no new one could be had, a rollback is under way as a rule, and has no time to wait for another refusal.
    const mustDo = this.#lastFetchFailed && remaining > 0;
    if (current !== undefined && (remaining > WAIT_BEFORE_EXPIRY || mustDo)) {
      if (remaining <= REFRESH_BEFORE_EXPIRY) this.renew(); // the token in hand still serves; the next request tries again
      return current.token;
    }
    return this.#refresh().then(
      (fresh) => fresh.token,
      (error: unknown) => {
        const inHand = this.inHand();
        if (inHand !== undefined) return inHand;
        throw error;
      },
    );
  }

  /** The token that is here now, if it has not expired: for an abort, which must not wait. */
  inHand(): string | undefined {
    return this.#remaining() > 0 ? this.#current?.token : undefined;
  }

  /** Milliseconds since the epoch; undefined before there was a token. */
  get expiresOn(): number | undefined {
    return this.#current?.expiresOnTimestamp;
  }

  /** In the background; one that fails leaves the token in hand. */
  renew(): void {
    this.#refresh().catch(() => undefined);
  }

  #remaining(): number {
    return this.#current === undefined ? 0 : this.#current.expiresOnTimestamp - this.clock.now();
  }

  #refresh(): Promise<AccessToken> {
    this.#fetching ??= this.fetchToken()
      .then(
        (fresh) => {
          this.#lastFetchFailed = false;
          return (this.#current = fresh);
        },
        (error: unknown) => {
          this.#lastFetchFailed = true;
          throw error;
        },
      )
      .finally(() => (this.#fetching = undefined));
    return this.#fetching;
  }
}
