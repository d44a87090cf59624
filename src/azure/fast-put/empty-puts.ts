import type { Dialer } from "../http/dialer";
import { isExhausted, type LoneTries } from "../http/connection-budget";
import { ABORTED } from "../../failure/transient";
import { TIMED_OUT } from "../../failure/transient";
import { UnderWay } from "../../util/under-way";
import { NoAnswer } from "../http/exchange";
import { Place, Places } from "../http/places";
import type { PutAnswer } from "./put-answer";
import { type AnswerTaker, PutConnection } from "./put-connection";

/** `failure` is undefined exactly when there is a response. */
export type PutDone = (answer: PutAnswer | undefined, failure: NoAnswer | undefined) => void;

const SWEEP_MILLISECONDS = 1_000;

/**
 * PUT requests without a body to one endpoint, of which a set sends millions. Each has a connection
 * to itself. This replaces node:http, which takes more than half of a set's time on this path: a
 * request has no timer, stream, headers object or promise of its own, and one timer serves all
 * requests.
 */
export class EmptyPuts {
  readonly #underWay = new UnderWay<Put>();
  readonly #free: PutConnection[] = [];
  readonly #aborted = new AbortController();
  readonly #forgetPlaces: () => void;
  #sweep: NodeJS.Timeout | undefined;

  constructor(
    private readonly dialer: Dialer,
    /** Milliseconds for one request. */
    private readonly timeout: number,
    private readonly places = new Places(),
  ) {
    this.#forgetPlaces = places.onShortage(() => this.#closeIdle());
  }

  /**
   * `headers`: lines that end with CRLF, including `Host` and `Content-Length`. `path` is escaped.
   */
  send(path: string, headers: string, done: PutDone): void {
    this.#queue(new Request(`PUT ${path} HTTP/1.1\r\n${headers}\r\n`, done));
  }

  /** Gives up all requests that are in flight or waiting. Every caller is called back. */
  abort(reason: unknown): void {
    this.#endSweep();
    this.#forgetPlaces();
    this.#aborted.abort(reason);
    for (const put of this.#underWay) put.giveUp(ABORTED, reason);
    this.#closeIdle();
  }

  #queue(request: Request): void {
    const place = this.places.take(false, this.#aborted.signal);
    if (place instanceof Place) return this.#start(request, place);
    place.then(
      (given) => this.#start(request, given),
      (reason: unknown) => request.done(undefined, new NoAnswer(ABORTED, false, reason)),
    );
  }

  #start(request: Request, place: Place): void {
    const { signal } = this.#aborted;
    if (signal.aborted) {
      place.giveBack();
      return request.done(undefined, new NoAnswer(ABORTED, false, signal.reason));
    }
    this.#sweep ??= setInterval(() => this.#endLate(), SWEEP_MILLISECONDS).unref();
    const put = new Put(this.#takeConnection(), (answer, failure) => {
      takeOut();
      if (answer !== undefined && !answer.isLast) this.#free.push(put.connection);
      this.#ended(request, place, answer, failure);
    });
    const takeOut = this.#underWay.add(put);
    put.send(request.text);
  }

  #ended(request: Request, place: Place, answer: PutAnswer | undefined, failure: NoAnswer | undefined): void {
    place.giveBack();
    if (failure === undefined || failure.sent || !isExhausted(failure.code)) return request.done(answer, failure);
    void this.places.refused(request).then((again) => {
      if (again) this.#queue(request);
      else request.done(undefined, failure);
    });
  }

  /** The most recently used connection is the warmest. */
  #takeConnection(): PutConnection {
    for (;;) {
      const connection = this.#free.pop();
      if (connection === undefined) return new PutConnection(this.dialer);
      if (connection.isUsable) return connection;
      connection.destroy();
    }
  }

  #closeIdle(): number {
    const idle = this.#free.splice(0);
    for (const connection of idle) connection.destroy();
    return idle.length;
  }

  #endLate(): void {
    const latest = Date.now() - this.timeout;
    for (const put of this.#underWay) {
      if (put.startedAt <= latest) put.giveUp(TIMED_OUT, new Error(`none within ${this.timeout / 1000} s`));
    }
    if (this.#underWay.size === 0) this.#endSweep();
  }

  #endSweep(): void {
    clearInterval(this.#sweep);
    this.#sweep = undefined;
  }
}

/** A class, for the reason given at {@link UnderWay}. */
class Request implements LoneTries {
  count = 0;

  constructor(
    readonly text: string,
    readonly done: PutDone,
  ) {}
}

class Put implements AnswerTaker {
  readonly startedAt = Date.now();

  constructor(
    readonly connection: PutConnection,
    private readonly done: PutDone,
  ) {}

  send(request: string): void {
    this.connection.send(request, this);
  }

  answered(answer: PutAnswer): void {
    this.done(answer, undefined);
  }

  failed(code: string, cause: unknown): void {
    this.done(undefined, new NoAnswer(code, this.connection.isConnected, cause));
  }

  giveUp(code: string, reason: unknown): void {
    this.connection.destroy();
    this.failed(code, reason);
  }
}
