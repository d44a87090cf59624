import type { Clock } from "../../engine/ports/clock";
import { rememberMade } from "../../util/secrets/known-secrets";
import { rememberToken } from "./origins";

export interface AccessToken {
  readonly token: string;
  /** Milliseconds since the epoch. */
  readonly expiresOnTimestamp: number;
}

/**
 * `isFresh`: the service refused the last token, so the same one from a cache on the way is not
 * enough.
 */
export type FetchToken = (isFresh: boolean) => Promise<AccessToken>;

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/**
 * Milliseconds before its expiry, from which a token is replaced while it is still used. Earlier
 * than that for a short-lived one, by its share.
 */
const REFRESH_BEFORE_EXPIRY = 10 * MINUTE;
const REFRESH_SHARE = 1 / 2;
/**
 * Milliseconds before its expiry, from which requests wait for the new token: the service may read
 * a source long after it was asked to.
 */
const WAIT_BEFORE_EXPIRY = 2 * MINUTE;
const WAIT_SHARE = 1 / 4;
/**
 * Milliseconds without another fetch, after one that returned the same token or none: it would have
 * the same result.
 */
const QUIET = 1 * MINUTE;
const QUIET_AFTER_FAILURE = 5 * SECOND;

/**
 * One bearer token for the storage service, fetched once for all requests and renewed before it
 * expires.
 */
export class TokenCache {
  #current: AccessToken | undefined;
  #fetching: Promise<AccessToken> | undefined;
  /** Lifetime of the token in hand when it was fetched, in milliseconds. */
  #lifetime = 0;
  #quietUntil = Number.NEGATIVE_INFINITY;
  readonly #refused = new Set<string>();

  constructor(
    private readonly fetchToken: FetchToken,
    private readonly clock: Clock,
    private readonly source: () => string = () => "the identity",
  ) {}

  /** Describes who is being asked for a token. */
  get waitingFor(): string {
    return this.source();
  }

  /** A token that is valid for a while. It is not a promise if the token is in hand. */
  get(): string | Promise<string> {
    const current = this.#current;
    const remaining = this.#remaining();
    // If a new token cannot be obtained at the moment, no request waits for that result again: a
    // rollback has no time for it.
    const mustDo = this.#isQuiet && remaining > 0;
    if (current !== undefined && (mustDo || remaining > Math.min(WAIT_BEFORE_EXPIRY, this.#lifetime * WAIT_SHARE))) {
      if (remaining <= Math.min(REFRESH_BEFORE_EXPIRY, this.#lifetime * REFRESH_SHARE)) this.renew();
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

  /** The token in hand, if it has not expired, for an abort, which must not wait. */
  inHand(): string | undefined {
    return this.#remaining() > 0 ? this.#current?.token : undefined;
  }

  /** Milliseconds since the epoch; undefined before the first token. */
  get expiresOn(): number | undefined {
    return this.#current?.expiresOnTimestamp;
  }

  /**
   * Fetches in the background, unless a fetch would have the same result as the last one. A failed
   * fetch leaves the token in hand.
   */
  renew(onFailure: (error: unknown) => void = () => undefined): void {
    if (!this.#isQuiet) this.#refresh().catch(onFailure);
  }

  /**
   * Called when the service has refused this token. Returns whether another one is available, which
   * the next {@link get} returns.
   */
  replaceRefused(token: string): boolean {
    if (this.#current !== undefined && this.#current.token !== token) return true;
    if (this.#refused.has(token)) return false;
    this.#refused.add(token);
    this.#current = undefined;
    return true;
  }

  get #isQuiet(): boolean {
    return this.clock.now() < this.#quietUntil;
  }

  #remaining(): number {
    return this.#current === undefined ? 0 : this.#current.expiresOnTimestamp - this.clock.now();
  }

  #refresh(): Promise<AccessToken> {
    this.#fetching ??= this.fetchToken(this.#current === undefined && this.#refused.size > 0)
      .then(
        (fresh) => this.#take(fresh),
        (error: unknown) => {
          this.#quietUntil = this.clock.now() + QUIET_AFTER_FAILURE;
          throw error;
        },
      )
      .finally(() => (this.#fetching = undefined));
    return this.#fetching;
  }

  #take(fresh: AccessToken): AccessToken {
    const now = this.clock.now();
    const isNew = fresh.token !== this.#current?.token;
    if (isNew) this.#lifetime = fresh.expiresOnTimestamp - now;
    this.#quietUntil = isNew ? Number.NEGATIVE_INFINITY : now + QUIET;
    rememberToken(fresh.token, this);
    rememberMade(fresh.token);
    return (this.#current = fresh);
  }
}
