import type { Socket } from "node:net";
import type { Dialer } from "../http/dialer";
import { codeOf } from "../http/exchange";
import { MalformedAnswer, parsePutAnswer, type PutAnswer } from "./put-answer";

/**
 * Milliseconds. Shorter than the service's own limit, so that a request does not meet a connection
 * that is being closed.
 */
const IDLE_CONNECTION = 60_000;
/**
 * Milliseconds, subtracted from the time for which the server says that it keeps an idle
 * connection.
 */
const IDLE_MARGIN = 1_000;

/** Handles the response to the request that is under way. `code` is the network's. */
export interface AnswerTaker {
  answered(answer: PutAnswer): void;
  failed(code: string, cause: unknown): void;
}

/** One keep-alive connection, HTTP/1.1, one request at a time. */
export class PutConnection {
  /** undefined while it is being opened. */
  #socket: Socket | undefined;
  #isDestroyed = false;
  /** Text to send as soon as there is a socket. */
  #waiting = "";
  #taker: AnswerTaker | undefined;
  #received = "";
  #isConnected = false;
  #idleSince = 0;
  #idleLimit: number | undefined;

  constructor(dialer: Dialer) {
    const opened = dialer.dial(() => (this.#isConnected = true));
    if (opened instanceof Promise) opened.then((socket) => this.#use(socket)).catch((error: unknown) => this.#fail(codeOf(error), error));
    else this.#use(opened);
  }

  /** Whether a request that is under way may have reached the server. */
  get isConnected(): boolean {
    return this.#isConnected;
  }

  /** Whether the next request can be sent on this connection. */
  get isUsable(): boolean {
    return !this.#isDestroyed && Date.now() - this.#idleSince < (this.#idleLimit ?? IDLE_CONNECTION);
  }

  /** `head`: the whole request, in ASCII. Every request is answered or fails, exactly once. */
  send(head: string, taker: AnswerTaker): void {
    this.#taker = taker;
    this.#received = "";
    if (this.#socket === undefined) {
      this.#waiting = head;
      return;
    }
    this.#socket.ref();
    this.#socket.write(head, "latin1");
  }

  destroy(): void {
    this.#taker = undefined;
    this.#isDestroyed = true;
    this.#socket?.destroy();
  }

  #use(socket: Socket): void {
    this.#socket = socket;
    socket.on("data", (chunk: Buffer) => this.#receive(chunk));
    // Stays for the life of the connection: a destroyed socket can report an error more than once.
    socket.on("error", (error) => this.#fail(codeOf(error), error));
    socket.on("close", () => this.#end());
    if (this.#isDestroyed) socket.destroy();
    else if (this.#waiting !== "") socket.write(this.#waiting, "latin1");
    this.#waiting = "";
  }

  #receive(chunk: Buffer): void {
    // No request is under way: the server is closing the connection, or is confused.
    if (this.#taker === undefined) return this.destroy();
    const text = chunk.toString("latin1");
    this.#received = this.#received === "" ? text : this.#received + text;
    this.#parse(false);
  }

  #parse(isEnded: boolean): void {
    let answer: PutAnswer | undefined;
    try {
      answer = parsePutAnswer(this.#received, isEnded);
    } catch (error) {
      if (!(error instanceof MalformedAnswer)) throw error;
      return this.#fail(error.code, error);
    }
    if (answer === undefined) return;
    const taker = this.#taker;
    this.#taker = undefined;
    this.#received = "";
    if (answer.isLast) {
      this.destroy();
    } else {
      this.#idleLimit ??= idleLimitOf(answer);
      this.#idleSince = Date.now();
      // An idle connection does not keep the process alive.
      this.#socket?.unref();
    }
    taker?.answered(answer);
  }

  #end(): void {
    this.#isDestroyed = true;
    if (this.#taker === undefined) return;
    this.#parse(true);
    this.#fail("ECONNRESET", new Error("the connection was closed before the answer was complete"));
  }

  #fail(code: string, cause: unknown): void {
    const taker = this.#taker;
    this.destroy();
    taker?.failed(code, cause);
  }
}

/** From `Keep-Alive: timeout=5`, in milliseconds. */
function idleLimitOf(answer: PutAnswer): number {
  const seconds = /\btimeout=(\d+)/.exec(answer.header("\r\nkeep-alive:") ?? "")?.[1];
  return seconds === undefined ? IDLE_CONNECTION : Math.min(IDLE_CONNECTION, Number(seconds) * 1_000 - IDLE_MARGIN);
}
