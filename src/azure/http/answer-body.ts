import type { IncomingMessage } from "node:http";

/** Of an answer that is read for its reason only; what is longer says nothing more. */
const MAX_REASON = 64 * 1024;

export class AnswerTooLong extends Error {
  readonly code = "EMSGSIZE";

  constructor(bytes: number) {
    super(`the answer is longer than ${bytes} bytes, which no answer of the service to this request is`);
  }
}

/**
 * Reads a body of at most `maxBytes`, so that no server can fill this process's memory; undefined: only the beginning of it is
 * wanted. At the end of a body that was read to its end, the connection is free for the next request.
 */
export function readBody(
  answer: IncomingMessage,
  maxBytes: number | undefined,
  done: (text: string) => void,
  fail: (error: Error) => void,
): void {
  const limit = maxBytes ?? MAX_REASON;
  const chunks: Buffer[] = [];
  let length = 0;
  answer.on("data", (chunk: Buffer) => {
    length += chunk.length;
    chunks.push(chunk);
    if (length <= limit) return;
    answer.removeAllListeners("data");
    answer.destroy();
    if (maxBytes === undefined) done(textOf(chunks).slice(0, limit));
    else fail(new AnswerTooLong(limit));
  });
  answer.once("end", () => done(textOf(chunks)));
  // Stays: an answer that was destroyed can report its end more than once.
  answer.on("error", fail);
}

function textOf(chunks: readonly Buffer[]): string {
  return Buffer.concat(chunks).toString("utf8");
}
