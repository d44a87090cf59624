import type { Dialer } from "../http/dialer";
import { ABORTED, NoAnswer, TIMED_OUT } from "../http/exchange";
import type { PutAnswer } from "./put-answer";
import { type AnswerTaker, PutConnection } from "./put-connection";

/** `failure` is undefined exactly when there is an answer. */
export type PutDone = (answer: PutAnswer | undefined, failure: NoAnswer | undefined) => void;

const SWEEP_MILLISECONDS = 1_000;

/**
 * PUT requests without a body to one endpoint: what a set makes millions of, each on a connection that no other request uses.
 * Beside node:http, which takes more than half of a set's time on this path, there is no timer, no stream, no object for the
 * headers and no promise for a request; one timer looks after all of them.
 */
export class EmptyPuts {
  readonly #underWay = new Set<Put>();
  readonly #free: PutConnection[] = [];
  #sweep: NodeJS.Timeout | undefined;

  constructor(
    private readonly dialer: Dialer,
    /** Milliseconds for one request. */
    private readonly timeout: number,
  ) {}

  /** `headers` are lines that end with CRLF, `Host` and `Content-Length` among them; `path` is escaped. */
  send(path: string, headers: string, done: PutDone): void {
    this.#sweep ??= setInterval(() => this.#endLate(), SWEEP_MILLISECONDS).unref();
    const connection = this.#takeConnection();
    const put = new Put(connection, done, this.#underWay, this.#free);
    connection.send(`PUT ${path} HTTP/1.1\r\n${headers}\r\n`, put);
  }

  /** Gives up everything that is under way; every caller hears of it. */
  abort(reason: unknown): void {
    this.#endSweep();
    for (const put of this.#underWay) put.giveUp(ABORTED, reason);
    for (const connection of this.#free.splice(0)) connection.destroy();
  }

  /** The one that was used last is the warmest. */
  #takeConnection(): PutConnection {
    for (;;) {
      const connection = this.#free.pop();
      if (connection === undefined) return new PutConnection(this.dialer);
      if (connection.isUsable) return connection;
      connection.destroy();
    }
  }

  #endLate(): void {
    const latest = Date.now() - this.timeout;
    for (const put of this.#underWay) {
      if (put.startedAt <= latest) put.giveUp(TIMED_OUT, new Error(`no answer within ${this.timeout / 1000} s`));
    }
    if (this.#underWay.size === 0) this.#endSweep();
  }

  #endSweep(): void {
    clearInterval(this.#sweep);
    this.#sweep = undefined;
  }
}

class Put implements AnswerTaker {
  readonly startedAt = Date.now();

  constructor(
    private readonly connection: PutConnection,
    private readonly done: PutDone,
    private readonly underWay: Set<Put>,
    private readonly free: PutConnection[],
  ) {
    underWay.add(this);
  }

  answered(answer: PutAnswer): void {
    this.underWay.delete(this);
    if (!answer.isLast) this.free.push(this.connection);
    this.done(answer, undefined);
  }

  failed(code: string, cause: unknown): void {
    this.underWay.delete(this);
    this.done(undefined, new NoAnswer(code, this.connection.isConnected, cause));
  }

  giveUp(code: string, reason: unknown): void {
    this.connection.destroy();
    this.failed(code, reason);
  }
}
