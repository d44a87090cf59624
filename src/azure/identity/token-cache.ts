import type { Clock } from "../../engine/ports/clock";
import { rememberMade } from "../../util/secrets/known-secrets";
import { rememberToken } from "./origins";

export interface AccessToken {
  readonly token: string;
  /** Milliseconds since the epoch. */
  readonly expiresOnTimestamp: number;
}

/** `isFresh`: the last answer was refused by the service, so one from a cache on the way does not do. */
export type FetchToken = (isFresh: boolean) => Promise<AccessToken>;

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** From here on a new token is fetched while the old one still serves; earlier in the life of a short one. */
const REFRESH_BEFORE_EXPIRY = 10 * MINUTE;
const REFRESH_SHARE = 1 / 2;
/** From here on a request waits for the new token: the service may read a source long after it was asked to. */
const WAIT_BEFORE_EXPIRY = 2 * MINUTE;
const WAIT_SHARE = 1 / 4;
/** No other fetch after one that brought the same token again, or none: it would bring that once more. */
const QUIET = 1 * MINUTE;
const QUIET_AFTER_FAILURE = 5 * SECOND;

/** One bearer token for the storage service, fetched once for all requests and renewed before it expires. */
export class TokenCache {
  #current: AccessToken | undefined;
  #fetching: Promise<AccessToken> | undefined;
  /** Of the token in hand, when it came. */
  #lifetime = 0;
  #quietUntil = Number.NEGATIVE_INFINITY;
  readonly #refused = new Set<string>();

  constructor(
    private readonly fetchToken: FetchToken,
    private readonly clock: Clock,
    private readonly source: () => string = () => "the identity",
  ) {}

  /** Who is being asked for a token, for as long as that takes. */
  get waitingFor(): string {
    return this.source();
  }

  /** A token that is good for a while; at once when there is one. */
  get(): string | Promise<string> {
    const current = this.#current;
    const remaining = this.#remaining();
    // Where no better one can be had at the moment, nobody waits to hear that again: a rollback has no time for it.
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

  /** The token that is here now, if it has not expired: for an abort, which must not wait. */
  inHand(): string | undefined {
    return this.#remaining() > 0 ? this.#current?.token : undefined;
  }

  /** Milliseconds since the epoch; undefined before there was a token. */
  get expiresOn(): number | undefined {
    return this.#current?.expiresOnTimestamp;
  }

  /** In the background, unless a fetch would only repeat itself; one that fails leaves the token in hand. */
  renew(onFailure: (error: unknown) => void = () => undefined): void {
    if (!this.#isQuiet) this.#refresh().catch(onFailure);
  }

  /** The service refused this token. Returns whether another one can be had, which the next {@link get} returns. */
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
