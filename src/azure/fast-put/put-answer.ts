import type { IncomingHttpHeaders } from "node:http";
import type { HttpAnswer } from "../http/exchange";

/** The response is not valid HTTP/1.1. */
export class MalformedAnswer extends Error {
  readonly code = "EPROTO";
}

const END_OF_HEAD = "\r\n\r\n";
/** Bytes; more than any response of the service to a PUT without a body. */
const LONGEST_ANSWER = 1024 * 1024;
/** As in `HTTP/1.1 201 Created`. */
const STATUS_LINE = /^HTTP\/1\.([01]) (\d{3})(?: |\r\n)/;

/**
 * A complete response to a PUT, unparsed. A header is searched for in the text when it is read,
 * because most headers are never read.
 */
export class PutAnswer implements HttpAnswer {
  constructor(
    readonly status: number,
    private readonly head: Head,
    private readonly bytes: string,
    /** The server closes the connection after this response. */
    readonly isLast: boolean,
  ) {}

  get body(): string {
    return this.bytes === "" ? "" : Buffer.from(this.bytes, "latin1").toString("utf8");
  }

  get headers(): IncomingHttpHeaders {
    const headers: IncomingHttpHeaders = {};
    for (const [name, value] of this.#lines()) headers[name.toLowerCase()] = value;
    return headers;
  }

  get rawHeaders(): string[] {
    return this.#lines().flat();
  }

  /** `lowerCased`: the name with its colon, after CRLF: `"\r\netag:"`. */
  header(lowerCased: string): string | undefined {
    return this.head.header(lowerCased);
  }

  #lines(): [name: string, value: string][] {
    return this.head.text
      .split("\r\n")
      .filter((line) => line.includes(":"))
      .map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()]);
  }
}

/**
 * Names are compared regardless of their case. One copy in lower case costs less than comparing
 * each line for each name.
 */
class Head {
  readonly #lowerCased: string;

  /**
   * `name: value` lines, with CRLF before the first and after each of them. latin1, because its
   * length does not change in lower case.
   */
  constructor(readonly text: string) {
    this.#lowerCased = text.toLowerCase();
  }

  header(lowerCased: string): string | undefined {
    const start = this.#lowerCased.indexOf(lowerCased);
    if (start === -1) return undefined;
    const from = start + lowerCased.length;
    return this.text.slice(from, this.text.indexOf("\r\n", from)).trim();
  }
}

/**
 * Finds the response in the text that a connection has received since its request was sent;
 * undefined while the response is incomplete. `isEnded`: the server has closed the connection, so
 * the text is complete.
 *
 * @throws MalformedAnswer
 */
export function parsePutAnswer(received: string, isEnded: boolean): PutAnswer | undefined {
  if (received.length > LONGEST_ANSWER) throw new MalformedAnswer("the answer is far too long for this request");
  const endOfHead = received.indexOf(END_OF_HEAD);
  const statusLine = STATUS_LINE.exec(received);
  if (statusLine === null && (endOfHead !== -1 || received.length > "HTTP/1.1 200\r\n".length)) {
    throw new MalformedAnswer("the server does not speak HTTP/1.1");
  }
  if (endOfHead === -1 || statusLine === null) return undefined;
  const status = Number(statusLine[2]);
  const startOfBody = endOfHead + END_OF_HEAD.length;
  if (status < 200) return parsePutAnswer(received.slice(startOfBody), isEnded);

  const head = new Head(received.slice(received.indexOf("\r\n"), endOfHead + 2));
  const connection = head.header("\r\nconnection:")?.toLowerCase();
  const isLast = connection === undefined ? statusLine[1] === "0" : connection.includes("close");
  const body = bodyOf(received, startOfBody, status, head, isEnded);
  if (body === undefined) return undefined;
  return new PutAnswer(status, head, body.text, isLast || body.endsTheConnection);
}

interface Body {
  readonly text: string;
  readonly endsTheConnection: boolean;
}

/** By the rules of RFC 9112, section 6.3. */
function bodyOf(received: string, start: number, status: number, head: Head, isEnded: boolean): Body | undefined {
  if (status === 204 || status === 304) return { text: "", endsTheConnection: received.length > start };
  const encoding = head.header("\r\ntransfer-encoding:")?.toLowerCase();
  if (encoding !== undefined) {
    if (encoding !== "chunked") throw new MalformedAnswer(`it has the transfer encoding "${encoding}"`);
    return chunkedBody(received, start);
  }
  const length = head.header("\r\ncontent-length:");
  if (length === undefined) return isEnded ? { text: received.slice(start), endsTheConnection: true } : undefined;
  if (!/^\d{1,15}$/.test(length)) throw new MalformedAnswer(`it has the length "${length}"`);
  const end = start + Number(length);
  if (received.length < end) return undefined;
  // Any further bytes belong to no request, so the connection is not used again.
  return { text: received.slice(start, end), endsTheConnection: received.length > end };
}

function chunkedBody(received: string, start: number): Body | undefined {
  let text = "";
  for (let position = start; ;) {
    const endOfLine = received.indexOf("\r\n", position);
    if (endOfLine === -1) return undefined;
    const size = /^([0-9a-f]{1,8})\s*(?:;|$)/i.exec(received.slice(position, endOfLine))?.[1];
    if (size === undefined) throw new MalformedAnswer("its chunks have no size");
    const from = endOfLine + 2;
    const to = from + Number.parseInt(size, 16);
    if (to === from) {
      const end = received.startsWith("\r\n", from) ? from + 2 : endOfTrailers(received, from);
      return end === undefined ? undefined : { text, endsTheConnection: received.length > end };
    }
    if (received.length < to + 2) return undefined;
    text += received.slice(from, to);
    position = to + 2;
  }
}

function endOfTrailers(received: string, from: number): number | undefined {
  const end = received.indexOf(END_OF_HEAD, from);
  return end === -1 ? undefined : end + END_OF_HEAD.length;
}
