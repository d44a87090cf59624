import { createServer, type RequestListener, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { pipeline, Readable } from "node:stream";
import { createBlobStore } from "../../../src/azure/create-blob-store";
import { TokenCache } from "../../../src/azure/identity/token-cache";
import { systemClock } from "../../../src/engine/ports/clock";
import { redact } from "../../../src/util/secrets/redaction";
import type { BlobContainer, BlobContainers, ListedBlob } from "../../../src/engine/ports/blob-container";
import type { BlobStore, DestinationBlob, SourceObject } from "../../../src/engine/ports/blob-store";
import { ServiceError } from "../../../src/failure/service-error";
import { CopyMethod, CredentialKind, LocationKind, OverwritePolicy, SourceGuard } from "../../../src/intent";

const MIB = 1024 * 1024;

let server: Server;
let store: BlobStore & BlobContainers;
let answer: RequestListener;
let requests: number;

beforeEach(async () => {
  requests = 0;
  server = createServer((request, response) => {
    requests++;
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const clock = { now: () => Date.now(), sleep: () => Promise.resolve() };
  store = createBlobStore({ environment: { SAS: "sv=1&sig=SECRET" }, clock });
});

afterEach(async () => {
  store.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const credential = { kind: CredentialKind.SAS, variable: "SAS" };
const reference = () => ({
  blobEndpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/acct`,
  containerName: "data",
  credential,
});
const destination = (): DestinationBlob => store.destination({ kind: LocationKind.BLOB, ...reference(), blobName: "x" });
const source = (): SourceObject => store.source({ kind: LocationKind.BLOB, ...reference(), blobName: "x" });
const container = (): BlobContainer => store.container(reference(), "source");

async function failureOf(promise: Promise<unknown>): Promise<ServiceError> {
  const error: unknown = await promise.then(
    () => new Error("it was accepted"),
    (reason: unknown) => reason,
  );
  if (error instanceof ServiceError) return error;
  throw error;
}

/** Writes as fast as the client reads, until the connection is closed. */
function endless(response: ServerResponse, piece: string, observe: (length: number) => void = () => undefined): void {
  const pieces = function* () {
    for (;;) {
      observe(piece.length);
      yield piece;
    }
  };
  pipeline(Readable.from(pieces()), response, () => undefined);
}

describe("an error answer", () => {
  test.each(["&#99999999;", "&#x110000;", "&#xffffffffffff;"])("that names the character %s is an error of the service", async (entity) => {
    answer = (_request, response) => response.writeHead(409).end(`<Error><Code>Odd</Code><Message>a ${entity} b</Message></Error>`);
    expect(await failureOf(destination().createAppendBlob({}))).toMatchObject({ status: 409, code: "Odd", message: `a ${entity} b` });
  });

  test("that never ends is read no further than its reason needs", async () => {
    let written = 0;
    const ended = new Promise<void>((resolve) => {
      answer = (_request, response) => {
        response.writeHead(403).on("close", resolve);
        endless(response, "<x>".repeat(100_000), (length) => (written += length));
      };
    });
    expect(await failureOf(destination().createAppendBlob({}))).toMatchObject({ status: 403 });
    await ended;
    expect(written).toBeLessThan(64 * MIB);
  });

  test("is told in words of a sensible length, whatever it holds", async () => {
    const long = "very ".repeat(10_000);
    answer = (_request, response) =>
      response
        .writeHead(409, { "x-ms-error-code": "a code\twith blanks", "x-ms-request-id": "id id" })
        .end(`<Error><Code>${"C".repeat(5_000)}</Code><Message>\u001b[2J${long}</Message></Error>`);
    const error = await failureOf(destination().createAppendBlob({}));
    expect(error).toMatchObject({ code: "HTTP 409", requestId: undefined });
    expect(error.message.length).toBeLessThan(600);
    expect(error.message).not.toContain("\u001b");
  });

  test("about x-ms-version says which side is older", async () => {
    answer = (_request, response) =>
      response
        .writeHead(400, { "x-ms-error-code": "InvalidHeaderValue" })
        .end("<Error><Code>InvalidHeaderValue</Code><Message>no</Message><HeaderName>x-ms-version</HeaderName></Error>");
    expect(await failureOf(destination().createAppendBlob({}))).toMatchObject({ status: 400, code: "UnsupportedServiceVersion" });
    // The answer to HEAD does not have a body, so it does not name a header.
    answer = (_request, response) => response.writeHead(400, { "x-ms-error-code": "InvalidHeaderValue" }).end();
    expect(await failureOf(destination().getProperties())).toMatchObject({ status: 400, code: "UnsupportedServiceVersion" });
    // Azurite's own message, with another code; and for a source, whose side is reported.
    const azurite = "The API version 2026-04-06 is not supported by Azurite. Please upgrade Azurite to latest version and retry.";
    answer = (_request, response) =>
      response
        .writeHead(400, { "x-ms-error-code": "InvalidHeaderValue" })
        .end(`<Error><Code>InvalidHeaderValue</Code><Message>${azurite}</Message></Error>`);
    expect(await failureOf(destination().createAppendBlob({}))).toMatchObject({ side: "destination", code: "UnsupportedServiceVersion" });
    expect(await failureOf(source().getTags())).toMatchObject({ side: "source", code: "UnsupportedServiceVersion" });
    expect(await failureOf(source().getProperties())).toMatchObject({ side: "source", code: "UnsupportedServiceVersion" });
    expect(await failureOf(container().list({ prefix: "", readsAhead: false })[Symbol.asyncIterator]().next())).toMatchObject({
      side: "source",
      code: "UnsupportedServiceVersion",
    });
    answer = (_request, response) => response.writeHead(400, { "x-ms-error-code": "InvalidHeaderValue" }).end();
    expect(await failureOf(destination().createAppendBlob({}))).toMatchObject({ code: "InvalidHeaderValue" });
    answer = (_request, response) =>
      response
        .writeHead(400, { "x-ms-error-code": "InvalidHeaderValue" })
        .end("<Error><Code>InvalidHeaderValue</Code><Message>no</Message><HeaderName>x-ms-meta-a</HeaderName></Error>");
    expect(await failureOf(destination().createAppendBlob({}))).toMatchObject({ code: "InvalidHeaderValue" });
  });
});

describe("what a server echoes", () => {
  const key = Buffer.from("the key of an account").toString("base64");
  const token = "opaque.token~of_this-run";

  test.each([
    ["a Shared Key signature", CredentialKind.ACCOUNT_KEY, /SharedKey acct:(.*)/],
    ["a token", CredentialKind.DEFAULT_AZURE_CREDENTIAL, /Bearer (.*)/],
  ])("of %s, bare and wherever it can, is not in its error", async (_what, kind, form) => {
    let secret = "";
    answer = (request, response) => {
      secret = form.exec(request.headers.authorization ?? "")?.[1] ?? "";
      response
        .writeHead(307, {
          "x-ms-error-code": secret,
          "x-ms-request-id": secret,
          location: `https://me:${encodeURIComponent(secret)}@elsewhere.test/${secret}`,
        })
        .end(`<Error><Code>${secret}</Code><Message>got ${secret}, ${encodeURIComponent(secret)}</Message></Error>`);
    };
    const cache = new TokenCache(async () => ({ token, expiresOnTimestamp: Date.now() + 3_600_000 }), systemClock);
    const echoing = createBlobStore({ environment: { KEY: key }, tokens: new Map([["", cache]]) });
    const place = { ...reference(), kind: LocationKind.BLOB as const, blobName: "x", credential: { kind, variable: "KEY" } };
    const error = await failureOf(echoing.destination(place).createAppendBlob({}));
    const printed = redact(`${error.message} ${error.code} ${error.requestId ?? ""} ${JSON.stringify(error)} ${error.stack ?? ""}`);
    expect(secret.length).toBeGreaterThan(10);
    for (const echoed of [secret, encodeURIComponent(secret)]) expect(printed).not.toContain(echoed);
    expect(error.message).not.toContain("me:");
    echoing.close();
  });
});

describe("a page of a listing", () => {
  const blob = (name: string) =>
    `<Blob><Name>${name}</Name><Properties><Last-Modified>x</Last-Modified><Etag>e</Etag><Content-Length>1</Content-Length>` +
    "<Content-MD5>m</Content-MD5><BlobType>BlockBlob</BlobType></Properties></Blob>";
  const page = (marker: string, ...names: string[]) =>
    `<?xml version="1.0"?><EnumerationResults A="b"><Blobs>${names.map(blob).join("")}</Blobs><NextMarker>${marker}</NextMarker></EnumerationResults>`;
  const whole = page("", "b", "c");

  async function namesListed(): Promise<string[]> {
    const blobs: ListedBlob[] = [];
    for await (const listed of container().list({ prefix: "", readsAhead: false })) blobs.push(...listed);
    return blobs.map(({ name }) => name);
  }

  const broken = [
    ["nothing", ""],
    ["a sign-in page", "<html><body>Please sign in</body></html>"],
    ["a page without its end", whole.slice(0, -10)],
    ["a page cut within a blob", whole.slice(0, whole.indexOf("<Etag>"))],
    ["a page without a marker", whole.replace(/<NextMarker>.*<\/NextMarker>/, "")],
    ["a blob without its end", whole.replace("</Blob></Blobs>", "</Blobs>")],
    ["a blob without a name", whole.replace("<Name>c</Name>", "")],
    ["a blob without a length", whole.replace("<Content-Length>1</Content-Length>", "")],
    ["a blob whose length is no number", whole.replace("<Content-Length>1<", "<Content-Length>all<")],
    ["a name escaped wrongly", whole.replace("<Name>c</Name>", '<Name Encoded="true">%zz</Name>')],
    ["an answer about something else", "<PageList><NextMarker /></PageList>"],
  ] as const;

  test.each(broken)("that is %s is asked for again, and never taken for the last one", async (_what, text) => {
    let isBroken = true;
    answer = (request, response) => {
      const isFirst = !request.url?.includes("marker=");
      response.end(isFirst ? page("next", "a") : isBroken ? text : whole);
      isBroken &&= isFirst;
    };
    expect(await namesListed()).toEqual(["a", "b", "c"]);
    expect(requests).toBe(3);
  });

  test("is read in whatever form of XML it comes", async () => {
    const forms = [whole.replaceAll("><", ">\r\n  <"), whole.replace(/<NextMarker>.*<\/NextMarker>/, "<NextMarker\n/>")];
    for (const form of forms) {
      answer = (_request, response) => response.end(form);
      expect(await namesListed()).toEqual(["b", "c"]);
    }
  });

  test.each(broken)("that is always %s is an error", async (_what, text) => {
    answer = (_request, response) => response.end(text);
    expect(await failureOf(namesListed())).toMatchObject({ status: 0, code: "EBADMSG", operation: "List Blobs" });
  });

  test("that is the same for ever is an error", async () => {
    answer = (_request, response) => response.end(page("next", "a"));
    expect(await failureOf(namesListed())).toMatchObject({ code: "EBADMSG" });
  });

  test("that is longer than any page is given up", async () => {
    answer = (_request, response) => endless(response, "<Blob>".repeat(100_000));
    expect(await failureOf(namesListed())).toMatchObject({ status: 0, code: "EMSGSIZE" });
    expect(requests).toBe(1);
  });
});

describe("a page of something on the way, answered in place of the service", () => {
  const page = "<html><body>Please sign in</body></html>";
  const range = { offset: 0, count: 512 };
  const reading = { source: { url: "https://src.test/c/b" }, sourceRange: range, encryption: {} };

  /** Sends a page as the first answer, and then the service's answers. */
  function afterPage(status: number, headers: Record<string, string> = {}): void {
    answer = (_request, response) =>
      requests === 1
        ? response.writeHead(200, { "content-type": "text/html", "content-length": page.length }).end(page)
        : response.writeHead(status, headers).end();
  }

  const WRITES: readonly (readonly [operation: string, status: number, write: (blob: DestinationBlob) => Promise<unknown>])[] = [
    ["Put Page From URL", 201, (blob) => blob.putPageFromUrl(reading)],
    ["Put Block From URL", 201, (blob) => blob.putBlockFromUrl("AAAA", reading)],
    ["Abort Copy Blob", 204, (blob) => blob.abortCopy("11111111-1111-4111-8111-111111111111")],
    ["Set Blob Tags", 204, (blob) => blob.setTags({ a: "b" })],
    ["Delete Blob", 202, (blob) => blob.deleteBlob({ ifMatch: '"e"' })],
    ["Delete Blob of a snapshot", 202, (blob) => blob.deleteSnapshot("2026-03-09T01:42:34.9360000Z")],
    ["Set Blob Legal Hold", 200, (blob) => blob.setLegalHold(true)],
  ];

  test.each(WRITES)("is not taken for what %s did", async (_operation, status, write) => {
    afterPage(status, { etag: '"e"' });
    await write(destination());
    expect(requests).toBe(2);
  });

  test("is not taken for a blob of a set, also where it has an ETag", async () => {
    answer = (_request, response) =>
      requests === 1
        ? response.writeHead(200, { "content-type": "text/html", "content-length": page.length, etag: '"page"' }).end(page)
        : response.writeHead(201, { etag: '"e"' }).end();
    const options = { overwrite: OverwritePolicy.ALWAYS, method: CopyMethod.AUTO, sourceGuard: SourceGuard.ETAG };
    const copier = await store.container(reference(), "destination").copier(container(), options, 60_000, new AbortController().signal);
    expect(await copier.copy("from", "to", { metadata: {}, sourceEtag: undefined, destination: undefined })).toMatchObject({ etag: '"e"' });
    expect(requests).toBe(2);
  });

  test("is told from a write of an emulator that has some words to say, too", async () => {
    answer = (_request, response) => response.writeHead(201, { etag: '"e"', "x-ms-version": "2024-08-04" }).end("Created");
    await destination().putPageFromUrl(reading);
    expect(requests).toBe(1);
  });

  test("is not taken for an append", async () => {
    afterPage(201, { etag: '"e"' });
    expect(await failureOf(destination().appendBlockFromUrl(0, reading))).toMatchObject({ code: "EBADMSG", outcomeUnknown: true });
  });

  test("is not taken for a blob", async () => {
    afterPage(404, { "x-ms-error-code": "BlobNotFound" });
    expect(await destination().getProperties()).toBeUndefined();
    requests = 0;
    expect(await store.source({ kind: LocationKind.BLOB, ...reference(), blobName: "x" }).getProperties()).toBeUndefined();
  });
});

describe("numbers that are none", () => {
  const copy = { "x-ms-copy-id": "11111111-1111-4111-8111-111111111111", "x-ms-copy-status": "success" };

  test.each(["abc/def", "/", "1e3/-5", "NaN/Infinity", "5", "5/10/15", "0x5/ 7"])("the progress %s counts as none", async (progress) => {
    answer = (_request, response) =>
      response.writeHead(200, { etag: '"e"', ...copy, "x-ms-copy-progress": progress, "x-ms-tag-count": "many" }).end();
    const found = await destination().getProperties();
    expect(found?.copy).toMatchObject({ status: "success", bytesTotal: undefined });
    expect(found?.tagCount).toBe(0);
  });
});

describe("a piece of a blob", () => {
  const MOST = 4 * MIB;
  const text = "a".repeat(MOST) + "b".repeat(10);
  const total = String(text.length);

  /**
   * Answers as the service does. `wrong` replaces the answer when the piece at an offset is
   * requested for the first time.
   */
  function serve(wrong: (response: ServerResponse, offset: number) => unknown): void {
    const asked = new Set<number>();
    answer = (request, response) => {
      const [, first = "0", last = "0"] = /bytes=(\d+)-(\d+)/.exec(String(request.headers["x-ms-range"])) ?? [];
      const [offset, end] = [Number(first), Math.min(Number(last), text.length - 1)];
      const isFirst = !asked.has(offset);
      asked.add(offset);
      if (isFirst && wrong(response, offset) !== undefined) return;
      response.writeHead(206, { etag: '"e"', "content-range": `bytes ${first}-${String(end)}/${total}` }).end(text.slice(offset, end + 1));
    };
  }

  async function read(): Promise<string> {
    const found = await container().readBlob("x", AbortSignal.timeout(30_000));
    let all = "";
    for await (const piece of found?.text ?? []) all += piece;
    return all;
  }

  const later = (range: string | undefined, body: string) => (response: ServerResponse, offset: number) =>
    offset === 0
      ? undefined
      : response
          .writeHead(range === undefined ? 200 : 206, { etag: '"e"', ...(range === undefined ? {} : { "content-range": range }) })
          .end(body);

  test.each([
    ["another one", later(`bytes 0-9/${total}`, text.slice(0, 10))],
    ["less than was asked for", later(`bytes ${MOST}-${MOST + 4}/${total}`, text.slice(MOST, MOST + 5))],
    ["the whole", later(undefined, text)],
    ["one of a blob of another length", later(`bytes ${MOST}-${MOST + 9}/${text.length + 5}`, text.slice(MOST))],
  ])("that turns out to be %s is asked for again", async (_what, wrong) => {
    serve(wrong);
    expect((await read()) === text).toBe(true);
    expect(requests).toBe(3);
  });

  test("is the whole where a server answers the whole at once", async () => {
    answer = (_request, response) => response.writeHead(200, { etag: '"e"' }).end(text);
    expect((await read()) === text).toBe(true);
    expect(requests).toBe(1);
  });

  test("that is always another one is an error", async () => {
    answer = (_request, response) => response.writeHead(206, { etag: '"e"', "content-range": "bytes 5-9/10" }).end("bbbbb");
    expect(await failureOf(read())).toMatchObject({ status: 0, code: "EBADMSG", operation: "Get Blob" });
  });
});
