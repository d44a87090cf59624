import fc from "fast-check";
import { MalformedAnswer, parsePutAnswer } from "../../../../src/azure/fast-put/put-answer";

const CREATED = ["HTTP/1.1 201 Created", 'ETag: "0x1"', "Content-Length: 0", "x-ms-Version-ID:  v 1 ", "", ""].join("\r\n");

describe("an answer to a PUT", () => {
  it("gives status and headers, whatever the case of their names", () => {
    const answer = parsePutAnswer(CREATED, false);

    expect(answer).toMatchObject({ status: 201, isLast: false, body: "" });
    expect(answer?.header("\r\netag:")).toBe('"0x1"');
    expect(answer?.header("\r\nx-ms-version-id:")).toBe("v 1");
    expect(answer?.header("\r\ncontent-md5:")).toBeUndefined();
    expect(answer?.headers).toEqual({ etag: '"0x1"', "content-length": "0", "x-ms-version-id": "v 1" });
  });

  it("does not take a header's value for another header", () => {
    expect(
      parsePutAnswer("HTTP/1.1 201 Created\r\nx-other: etag: no\r\nContent-Length: 0\r\n\r\n", false)?.header("\r\netag:"),
    ).toBeUndefined();
  });

  it("has the text of an error, as UTF-8", () => {
    const body = Buffer.from("<Message>größer</Message>").toString("latin1");

    expect(parsePutAnswer(`HTTP/1.1 409 Conflict\r\nContent-Length: ${body.length}\r\n\r\n${body}`, false)?.body).toBe(
      "<Message>größer</Message>",
    );
  });

  it.each([
    ["a length", "HTTP/1.1 503 Busy\r\nContent-Length: 10\r\n\r\n0123456789", "0123456789", false],
    ["chunks", "HTTP/1.1 503 Busy\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\n01234\r\n5\r\n56789\r\n0\r\n\r\n", "0123456789", false],
    [
      "chunks and trailers",
      "HTTP/1.1 503 Busy\r\nTransfer-Encoding: chunked\r\n\r\nA\r\n0123456789\r\n0\r\nx: y\r\n\r\n",
      "0123456789",
      false,
    ],
    ["no body by its status", "HTTP/1.1 204 No Content\r\n\r\n", "", false],
    ["an interim answer before it", `HTTP/1.1 100 Continue\r\n\r\n${CREATED}`, "", false],
    ["the wish to close", "HTTP/1.1 201 Created\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", "", true],
    ["an old version", "HTTP/1.0 201 Created\r\nContent-Length: 0\r\n\r\n", "", true],
  ])("is complete at its last byte and not before, with %s", (_, text, body, isLast) => {
    for (let length = 0; length < text.length; length++) expect(parsePutAnswer(text.slice(0, length), false)).toBeUndefined();

    expect(parsePutAnswer(text, false)).toMatchObject({ body, isLast });
  });

  it("ends with its connection when it says no length", () => {
    const text = "HTTP/1.1 502 Bad Gateway\r\n\r\nsome text";

    expect(parsePutAnswer(text, false)).toBeUndefined();
    expect(parsePutAnswer(text, true)).toMatchObject({ body: "some text", isLast: true });
  });

  it("lets nothing follow it on its connection", () => {
    expect(parsePutAnswer(`${CREATED}HTTP/1.1 201 Created\r\n`, false)).toMatchObject({ status: 201, isLast: true });
  });

  it.each([
    ["another protocol", "SSH-2.0-OpenSSH_9.2p1 Debian\r\n"],
    ["HTTP/2", "HTTP/2 200 OK\r\n\r\n"],
    ["no number for a length", "HTTP/1.1 201 Created\r\nContent-Length: many\r\n\r\n"],
    ["an encoding that was not asked for", "HTTP/1.1 201 Created\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"],
    ["chunks without a size", "HTTP/1.1 503 Busy\r\nTransfer-Encoding: chunked\r\n\r\nlarge\r\n"],
    ["no end", `HTTP/1.1 201 Created\r\nx: ${"y".repeat(2 ** 20)}`],
  ])("is refused with %s", (_, text) => {
    expect(() => parsePutAnswer(text, false)).toThrow(MalformedAnswer);
  });

  it("is never made up from what nobody has seen yet", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200, unit: "binary-ascii" }), fc.nat(), (text, cut) => {
        const received = `HTTP/1.1 201 Created\r\n${text}`;
        const whole = attempt(received);
        const part = attempt(received.slice(0, cut % (received.length + 1)));
        // If a shorter part is already complete or wrong, a longer part gives the same result,
        // except for the bytes that follow.
        if (part === undefined || typeof part === "string" || typeof whole === "string" || whole === undefined) return;
        expect([whole.status, whole.body]).toEqual([part.status, part.body]);
      }),
    );
  });
});

function attempt(received: string) {
  try {
    return parsePutAnswer(received, false);
  } catch (error) {
    if (!(error instanceof MalformedAnswer)) throw error;
    return error.message;
  }
}
