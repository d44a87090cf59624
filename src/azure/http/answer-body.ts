import type { IncomingMessage } from "node:http";
import { StringDecoder } from "node:string_decoder";

/** Bytes of a response that is read only for its error reason. Longer text does not say more. */
const MAX_REASON = 64 * 1024;

export class AnswerTooLong extends Error {
  readonly code = "EMSGSIZE";

  constructor(bytes: number) {
    super(`the answer is longer than ${bytes} bytes, and the service's answers to this request are shorter`);
  }
}

/**
 * Reads a body of at most `maxBytes`, so that no server can fill this process's memory. undefined:
 * only the beginning is needed. After a body is read to its end, the connection is free for the
 * next request.
 */
export function readBody(
  answer: IncomingMessage,
  maxBytes: number | undefined,
  done: (text: string) => void,
  fail: (error: Error) => void,
): void {
  const limit = maxBytes ?? MAX_REASON;
  // Decoded chunk by chunk: a page of a listing has megabytes, whose bytes would otherwise be in
  // memory twice, besides the text.
  const decoder = new StringDecoder("utf8");
  let text = "";
  let length = 0;
  answer.on("data", (chunk: Buffer) => {
    length += chunk.length;
    text += decoder.write(chunk);
    if (length <= limit) return;
    answer.removeAllListeners("data");
    answer.destroy();
    if (maxBytes === undefined) done((text + decoder.end()).slice(0, limit));
    else fail(new AnswerTooLong(limit));
  });
  answer.once("end", () => done(text + decoder.end()));
  // Stays: a destroyed response can report an error more than once.
  answer.on("error", fail);
}
