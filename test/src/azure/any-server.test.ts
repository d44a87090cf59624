import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { createBlobStore } from "../../../src/azure/create-blob-store";
import type { BlobStore, DestinationBlob, SourceObject } from "../../../src/engine/ports/blob-store";
import { runCopies } from "../../../src/engine/copies/run";
import { systemClock } from "../../../src/engine/ports/clock";
import { ExitCode } from "../../../src/failure/exit-code";
import { explain } from "../../../src/failure/explain";
import { CredentialKind, LocationKind } from "../../../src/intent";
import { parseIntent } from "../../../src/intent/parse/parse-intent";
import { MemoryJournal } from "../../support/memory-store/journal";
import { MemoryMadeCopies } from "../../support/memory-store/made-copies";

let server: Server;
let connections: Socket[];
let store: BlobStore;
let answer: RequestListener;

beforeEach(async () => {
  connections = [];
  server = createServer((request, response) => answer(request, response));
  server.on("connection", (socket) => connections.push(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  store = createBlobStore({ environment: { SAS: "sv=1&sig=SECRET" } });
});

afterEach(async () => {
  store.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const endpoint = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const web = (path: string): SourceObject => store.source({ kind: LocationKind.URL, url: `${endpoint()}${path}` });
const destination = (): DestinationBlob => {
  const credential = { kind: CredentialKind.SAS, variable: "SAS" };
  return store.destination({
    kind: LocationKind.BLOB,
    blobEndpoint: `${endpoint()}/acct`,
    containerName: "data",
    blobName: "x",
    credential,
  });
};

test("a web server that serves no HEAD is asked for one byte, which is all that is read", async () => {
  answer = (request, response) => {
    if (request.method === "HEAD") return response.writeHead(405).end();
    expect(request.headers.range).toBe("bytes=0-0");
    return response.writeHead(206, { "content-range": "bytes 0-0/1234", etag: '"e"' }).end("x");
  };
  expect(await web("/x").getProperties()).toMatchObject({ length: 1234, etag: '"e"', blobType: undefined });
});

test.each([400, 401, 403, 404, 405, 410, 501])("a URL that answers GET alone may refuse HEAD with %i", async (status) => {
  answer = (request, response) => {
    if (request.method === "HEAD") return response.writeHead(status).end();
    return response.writeHead(206, { "content-range": "bytes 0-0/1234", etag: '"e"' }).end("x");
  };
  expect(await web("/x?id=1").getProperties()).toMatchObject({ length: 1234, etag: '"e"' });
});

test("what answers neither HEAD nor GET is not there, or says why", async () => {
  answer = (_request, response) => response.writeHead(404).end();
  expect(await web("/x").getProperties()).toBeUndefined();
  answer = (request, response) => response.writeHead(request.method === "HEAD" ? 404 : 403).end();
  await expect(web("/x").getProperties()).rejects.toMatchObject({ status: 403, operation: "GET" });
});

test("a server that ignores the range is not read to its end", async () => {
  answer = (request, response) => {
    if (request.method === "HEAD") return response.writeHead(501).end();
    response.writeHead(200, { "content-length": String(10 ** 12) });
    return response.write(Buffer.alloc(100_000));
  };
  expect(await web("/x").getProperties()).toMatchObject({ length: 10 ** 12 });
});

test("a server that calls everything empty when it is asked with HEAD is asked for one byte, too", async () => {
  answer = (request, response) => {
    if (request.method === "HEAD") return response.writeHead(200, { "content-length": "0", etag: '"e"' }).end();
    return response.writeHead(206, { "content-range": "bytes 0-0/1234", etag: '"e"' }).end("x");
  };
  expect(await web("/x").getProperties()).toMatchObject({ length: 1234, etag: '"e"' });
});

test("an empty object has no first byte", async () => {
  answer = (request, response) => response.writeHead(request.method === "HEAD" ? 403 : 416).end();
  expect(await web("/x").getProperties()).toMatchObject({ length: 0 });
});

test("a weak ETag is none, because no copy could be pinned to it", async () => {
  answer = (_request, response) => response.writeHead(200, { "content-length": "3", etag: 'W/"e"' }).end();
  expect(await web("/x").getProperties()).toMatchObject({ etag: undefined, length: 3 });
});

test("a web URL keeps its query on the wire and loses it in print", async () => {
  let asked: string | undefined;
  answer = (request, response) => {
    asked = request.url;
    response.writeHead(404).end();
  };
  const source = web("/x?download=1");
  expect(await source.getProperties()).toBeUndefined();
  expect(asked).toBe("/x?download=1");
  expect(source.url).toBe(`${endpoint()}/x`);
});

test.each([301, 302, 303, 307, 308])("a redirection (%i) is an error that says where to, without the query", async (status) => {
  answer = (_request, response) => response.writeHead(status, { location: "https://cdn.example.com/y?token=SECRET" }).end();
  await expect(web("/x").getProperties()).rejects.toMatchObject({
    status,
    side: "source",
    message: expect.stringMatching(/; it redirects to https:\/\/cdn\.example\.com\/y, which the service would not follow$/) as string,
  });
});

test("a refusal tells that this machine's clock is wrong", async () => {
  answer = (_request, response) => response.writeHead(403, { date: new Date(Date.now() - 20 * 60_000).toUTCString() }).end();
  const failure = await destination()
    .getProperties()
    .catch((error: unknown) => explain(error, "It cannot be seen"));
  expect(failure).toMatchObject({ why: expect.stringContaining("this machine's clock is 20 minutes ahead of the service's") as string });
});

describe("what stands before the service", () => {
  const page = "<!DOCTYPE html><html><title>Sign in to the network</title></html>";
  const failureOf = (looking: Promise<unknown>) => looking.catch((error: unknown) => explain(error, "It cannot be seen"));

  test.each([302, 307, 401, 403, 407, 511])("is told from it by what its %i lacks", async (status) => {
    answer = (_request, response) =>
      response.writeHead(status, { "content-type": "text/html", location: "https://sign.in/here" }).end(page);
    expect(await failureOf(destination().getProperties())).toMatchObject({
      why: expect.stringContaining("the answer is not from the destination's account") as string,
      remedy: expect.stringMatching(/proxy or a sign-in page/) as string,
    });
  });

  test.each([401, 403])("is not taken for it where the service itself says %i and no more", async (status) => {
    answer = (_request, response) => response.writeHead(status, { "x-ms-request-id": "1" }).end();
    expect(await failureOf(destination().getProperties())).toMatchObject({ remedy: expect.stringMatching(/credential/) as string });
  });

  test.each([401, 403])("is not taken for a web server's own %i", async (status) => {
    answer = (_request, response) => response.writeHead(status).end(page);
    expect(await failureOf(web("/x").getProperties())).toMatchObject({ remedy: expect.stringMatching(/credential/) as string });
  });
});

test("an error carries no secret, whatever the server writes into it", async () => {
  answer = (request, response) => {
    const detail = `<AuthenticationErrorDetail>Signature not valid in the specified time frame: ${request.url ?? ""}</AuthenticationErrorDetail>`;
    const message = `<Message>See https://acct.example.com/x?sig=SECRET&amp;se=1 or sig=SECRET&#10;RequestId:1</Message>`;
    const source = `<CopySourceErrorMessage>Bearer SECRET was refused</CopySourceErrorMessage>`;
    response
      .writeHead(403, { "content-type": "application/xml" })
      .end(`<Error><Code>AuthenticationFailed</Code>${message}${detail}${source}</Error>`);
  };
  const error = await destination()
    .createAppendBlob({})
    .then(
      () => new Error("it was accepted"),
      (reason: unknown) => reason as Error,
    );
  expect(error).toMatchObject({ code: "AuthenticationFailed", url: `${endpoint()}/acct/data/x` });
  expect(`${JSON.stringify(error)} ${error.stack ?? ""}`).not.toContain("SECRET");
});

test("an abort goes out at once on the connection that is warm, while others are busy", async () => {
  const seen: string[] = [];
  answer = (request, response) => {
    seen.push(request.headers["x-ms-copy-action"] ? "abort" : (request.method ?? ""));
    if (request.method === "PUT" && !request.headers["x-ms-copy-action"]) return; // busy for ever
    response.writeHead(request.method === "PUT" ? 204 : 404, { "content-length": "0" }).end();
  };
  const controller = new AbortController();
  const busy = Array.from({ length: 3 }, () =>
    destination()
      .createAppendBlob({ signal: controller.signal })
      .catch(() => undefined),
  );
  await destination().getProperties();
  const connectionsBefore = connections.length;
  await destination().abortCopy("id");
  expect(connections).toHaveLength(connectionsBefore);
  expect(seen.at(-1)).toBe("abort");
  controller.abort();
  await Promise.all(busy);
});

test("a connection that the server closed while it was idle is replaced", async () => {
  let count = 0;
  answer = (_request, response) => response.writeHead(404, { "x-count": String(++count) }).end();
  await destination().getProperties();
  connections.forEach((socket) => socket.destroy());
  expect(await destination().getProperties()).toBeUndefined();
  expect(count).toBe(2);
});

test.each([
  [
    "names its tenant",
    "Bearer authorization_uri=https://login.microsoftonline.com/891a05bd-506b-48d8-b3ed-60f458010688/oauth2/authorize resource_id=https://storage.azure.com",
    "the account trusts the tenant 891a05bd-506b-48d8-b3ed-60f458010688, but the token is from another one",
  ],
  ["names none", "Bearer", "the account trusts one tenant, but the token is from another one"],
])("an account of another tenant that %s is told as such", async (_what, challenge, why) => {
  const body =
    "<Error><Code>InvalidAuthenticationInfo</Code><Message>Server failed to authenticate the request.</Message><AuthenticationErrorDetail>Issuer validation failed. Issuer did not match.</AuthenticationErrorDetail></Error>";
  answer = (_request, response) =>
    response
      .writeHead(401, { "x-ms-error-code": "InvalidAuthenticationInfo", "www-authenticate": challenge, "content-type": "application/xml" })
      .end(body);
  const failure = explain(
    await destination()
      .deleteBlob({})
      .catch((error: unknown) => error),
    "Cannot delete it",
  );
  expect(failure.why).toContain(why);
  expect(failure).toMatchObject({
    exitCode: ExitCode.NOT_AUTHORISED,
    remedy: expect.stringMatching(/az login --tenant|tenantId/) as string,
  });
});

test("a source that redirects ends the copy before anything is sent, and says what to do", async () => {
  let writes = 0;
  answer = (request, response) => {
    if (request.method === "PUT") writes++;
    if (request.url?.startsWith("/release") === true)
      return response.writeHead(302, { location: "https://objects.example.com/y?sig=SECRET" }).end();
    return response.writeHead(404, { "x-ms-error-code": "BlobNotFound" }).end();
  };
  const intent = parseIntent({
    version: 1,
    copies: [
      {
        source: { kind: "url", url: `${endpoint()}/release/v1.zip` },
        destination: {
          kind: "blob",
          blobEndpoint: `${endpoint()}/acct`,
          containerName: "data",
          blobName: "x",
          credential: { kind: "sas", variable: "SAS" },
        },
      },
    ],
  });
  const run = runCopies(intent, {
    store,
    clock: systemClock,
    emit: () => undefined,
    signal: new AbortController().signal,
    journal: new MemoryJournal(),
    made: new MemoryMadeCopies(),
    commit: () => undefined,
  });
  await expect(run).rejects.toMatchObject({
    side: "source",
    why: expect.stringContaining("it redirects to https://objects.example.com/y, which") as string,
    remedy: expect.stringContaining("copy such a file into storage first") as string,
  });
  expect(writes).toBe(0);
});
