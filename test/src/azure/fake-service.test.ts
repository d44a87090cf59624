import { createBlobStore } from "../../../src/azure/create-blob-store";
import type { BlobStore, DestinationBlob, SourceObject } from "../../../src/engine/ports/blob-store";
import type { Clock } from "../../../src/engine/ports/clock";
import { CopyFailure } from "../../../src/failure/copy-failure";
import { ServiceError } from "../../../src/failure/service-error";
import { BlobType, CopyMethod, CredentialKind, type CredentialReference, LocationKind } from "../../../src/intent";
import { FakeBlobService } from "../../support/fake-blob-service";
import { slowness } from "../../support/machine/slowness";

const HOUR = 3_600_000;

let service: FakeBlobService;
let store: BlobStore;
let pauses: number[];
/** Real time, except that retries do not wait. */
const clock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds) => {
    pauses.push(milliseconds);
    return Promise.resolve();
  },
};

beforeEach(async () => {
  pauses = [];
  service = await FakeBlobService.start();
  service.account("dest").createContainer("data");
  service.account("source").createContainer("data");
  const [from, to] = [service.account("source"), service.account("dest")];
  const environment = {
    FROM: from.key,
    TO: to.key,
    READ_SAS: from.sas({ container: "data", permissions: "r" }),
    WRITE_SAS: to.sas({ container: "data", permissions: "rcwdtl" }),
    EXPIRED_SAS: from.sas({ container: "data", permissions: "r", expiresOn: new Date(Date.now() - HOUR) }),
  };
  store = createBlobStore({ environment, clock });
});

afterEach(async () => {
  store.close();
  await service.stop();
});

const key = (variable: string): CredentialReference => ({ kind: CredentialKind.ACCOUNT_KEY, variable });
const sas = (variable: string): CredentialReference => ({ kind: CredentialKind.SAS, variable });
const place = (account: string, blobName: string, credential: CredentialReference | undefined) => ({
  kind: LocationKind.BLOB as const,
  blobEndpoint: service.endpoint(account),
  containerName: "data",
  blobName,
  credential,
});
const sourceNamed = (name: string, credential = key("FROM")): SourceObject => store.source(place("source", name, credential));
const destinationNamed = (name: string, credential = key("TO")): DestinationBlob => store.destination(place("dest", name, credential));

async function rejection(promise: Promise<unknown>): Promise<ServiceError> {
  const error: unknown = await promise.then(
    () => new Error("it was not rejected"),
    (reason: unknown) => reason,
  );
  if (error instanceof ServiceError) return error;
  throw error;
}

describe("the From URL family", () => {
  test("puts a blob with everything that was asked for", async () => {
    service
      .account("source")
      .putBlob("data", "x", { content: "hello", metadata: { from: "source" }, headers: { contentType: "text/plain" } });
    const destination = destinationNamed("x");
    const source = sourceNamed("x");
    const found = await source.getProperties();
    const written = await destination.putBlobFromUrl({
      source: await source.readable(CopyMethod.PUT_BLOB_FROM_URL, destination.account, HOUR),
      sourceConditions: { ifMatch: found?.etag },
      destinationConditions: { ifNoneMatch: "*" },
      properties: {
        metadata: { Mine: "yes" },
        tags: { kind: "a b" },
        tier: "Cool",
        headers: { cacheControl: "no-cache" },
      },
    });
    const copied = service.account("dest").getBlob("data", "x");
    expect(copied).toMatchObject({ etag: written.etag, metadata: { Mine: "yes" }, tags: { kind: "a b" }, accessTier: "Cool" });
    expect(copied?.headers).toMatchObject({ contentType: "text/plain", cacheControl: "no-cache" });
  });

  test("copies pages to where they were, and appends blocks at their position", async () => {
    service.account("source").putBlob("data", "pages", { type: "PageBlob", content: Buffer.alloc(2048, 5) });
    service.account("source").putBlob("data", "log", { type: "AppendBlob", content: "0123456789" });
    const pages = destinationNamed("pages");
    const created = await pages.createPageBlob(2048, { properties: { metadata: { a: "b" } } });
    const pageSource = await sourceNamed("pages").readable(CopyMethod.PUT_PAGE_FROM_URL, pages.account, HOUR);
    await pages.putPageFromUrl({ source: pageSource, sourceRange: { offset: 512, count: 1024 }, encryption: {}, ifMatch: created.etag });
    expect(service.account("dest").getBlob("data", "pages")?.content.read(0, 2048)).toEqual(
      Buffer.concat([Buffer.alloc(512), Buffer.alloc(1024, 5), Buffer.alloc(512)]),
    );
    const log = destinationNamed("log");
    await log.createAppendBlob({});
    const logSource = await sourceNamed("log").readable(CopyMethod.APPEND_BLOCK_FROM_URL, log.account, HOUR);
    await log.appendBlockFromUrl(0, { source: logSource, sourceRange: { offset: 2, count: 4 }, encryption: {} });
    expect(
      (await rejection(log.appendBlockFromUrl(0, { source: logSource, sourceRange: { offset: 6, count: 4 }, encryption: {} }))).status,
    ).toBe(412);
    expect(await log.getProperties()).toMatchObject({ length: 4, blobType: BlobType.APPEND });
  });

  test("copies an Azure file with a SAS minted for it", async () => {
    service.account("source").putFile("share", "dir/a file", "of a share");
    const { fileEndpoint } = service.account("source");
    const source = store.source({
      kind: LocationKind.FILE,
      fileEndpoint,
      shareName: "share",
      filePath: "dir/a file",
      credential: key("FROM"),
    });
    expect(source.isFile).toBe(true);
    expect(await source.getProperties()).toMatchObject({ length: 10, blobType: undefined });
    const destination = destinationNamed("file");
    await destination.putBlobFromUrl({ source: await source.readable(CopyMethod.PUT_BLOB_FROM_URL, destination.account, HOUR) });
    expect((await destination.getProperties())?.length).toBe(10);
  });

  test("copies from the web, with HEAD served or not", async () => {
    for (const allowsHead of [true, false]) {
      const url = service.putWebObject("object", { content: "from the web", allowsHead });
      const source = store.source({ kind: LocationKind.URL, url });
      expect(source.account).toBeUndefined();
      expect(await source.getProperties()).toMatchObject({ length: 12, blobType: undefined, etag: expect.stringMatching(/^"/) as string });
      const destination = destinationNamed("object");
      await destination.putBlobFromUrl({ source: await source.readable(CopyMethod.PUT_BLOB_FROM_URL, destination.account, HOUR) });
      expect((await destination.getProperties())?.length).toBe(12);
    }
  });
});

describe("how a source becomes readable", () => {
  beforeEach(() => {
    service.account("source").putBlob("data", "x", { content: "hello" });
  });

  test("a SAS from the environment goes into the URL, and nowhere else", async () => {
    const source = sourceNamed("x", sas("READ_SAS"));
    const readable = await source.readable(CopyMethod.COPY_BLOB, "elsewhere", HOUR);
    expect(readable.url).toMatch(/\/data\/x\?.*sig=/);
    expect(source.url).not.toContain("?");
    service.script.ways.choose("copy-source-is-shown", "with its signature");
    await destinationNamed("x").copyBlob({ source: readable });
    expect((await destinationNamed("x").getProperties())?.copy?.source).toBe(source.url);
  });

  test("a SAS minted with a key lasts for the copy and a margin, however long that may take", async () => {
    const expiry = async (lifetime: number) => {
      const { url } = await sourceNamed("x").readable(CopyMethod.COPY_BLOB, "elsewhere", lifetime);
      return Date.parse(new URL(url).searchParams.get("se") ?? "") - Date.now();
    };
    expect((await expiry(HOUR)) / HOUR).toBeCloseTo(1.25, 2);
    expect((await expiry(400 * HOUR)) / HOUR).toBeCloseTo(400.25, 2);
  });

  test("a SAS of the destination does not cover a source in the same account, and its key does", async () => {
    service.account("dest").putBlob("data", "original", { content: "hello" });
    const source = store.source(place("dest", "original", key("TO")));
    destinationNamed("other");
    expect((await source.readable(CopyMethod.COPY_BLOB, source.account ?? "", HOUR)).url).not.toContain("sig=");
    const destination = destinationNamed("copy", sas("WRITE_SAS"));
    const readable = await source.readable(CopyMethod.COPY_BLOB, destination.account, HOUR);
    expect(readable.url).toContain("sig=");
    await destination.copyBlob({ source: readable });
  });

  test("a snapshot is put back with the destination's SAS", async () => {
    service.script.copies({ pendingMilliseconds: 0 });
    service.account("dest").putBlob("data", "kept", { content: "before" });
    const destination = destinationNamed("kept", sas("WRITE_SAS"));
    expect(destination.credentialExpiresOn?.getTime()).toBeGreaterThan(Date.now());
    const { snapshot } = await destination.createSnapshot({ mark: "ours" }, { encryption: {} });
    service.account("dest").putBlob("data", "kept", { content: "after, and longer" });
    await destination.copySnapshotBack(snapshot, {});
    expect((await destination.getProperties())?.length).toBe(6);
    expect(await destination.listSnapshots()).toEqual([{ snapshot, metadata: { mark: "ours" } }]);
  });

  test("a URL that is too long for the service is refused before it is sent", async () => {
    const source = sourceNamed("ü".repeat(400));
    await expect(source.readable(CopyMethod.PUT_BLOB_FROM_URL, "elsewhere", HOUR)).rejects.toBeInstanceOf(CopyFailure);
  });

  test("an expired SAS is explained with the source's answer and without the SAS", async () => {
    const readable = await sourceNamed("x", sas("EXPIRED_SAS")).readable(CopyMethod.PUT_BLOB_FROM_URL, "elsewhere", HOUR);
    const error = await rejection(destinationNamed("x").putBlobFromUrl({ source: readable }));
    expect(error).toMatchObject({ code: "CannotVerifyCopySource", side: "destination", outcomeUnknown: false });
    expect(`${JSON.stringify(error)} ${error.stack ?? ""}`).not.toContain("sig=");
  });
});

describe("Copy Blob", () => {
  beforeEach(() => {
    service.account("source").putBlob("data", "x", { content: "0123456789" });
  });

  const start = async (name: string) => {
    const destination = destinationNamed(name);
    return {
      destination,
      started: destination.copyBlob({ source: await sourceNamed("x").readable(CopyMethod.COPY_BLOB, destination.account, HOUR) }),
    };
  };

  test("can be watched while it is pending, and aborted", async () => {
    service.script.copies({ neverEnds: true, stallsAt: 0.5 });
    const { destination, started } = await start("pending");
    const { copyId, status } = await started;
    expect(status).toBe("pending");
    expect((await destination.getProperties())?.copy).toMatchObject({
      id: copyId,
      status: "pending",
      bytesTotal: 10,
      completedOn: undefined,
    });
    await destination.abortCopy(copyId);
    expect((await destination.getProperties())?.copy).toMatchObject({ status: "aborted", completedOn: expect.any(Date) as Date });
    expect(await rejection(destination.abortCopy(copyId))).toMatchObject({ status: 409, code: "NoPendingCopyOperation" });
  });

  test("that fails tells the service's reason", async () => {
    service.script.copies({ outcome: "failed", statusDescription: '404 ResourceNotFound "Copy failed when reading the source."' });
    const { destination, started } = await start("failed");
    await started;
    expect((await destination.getProperties())?.copy).toMatchObject({
      status: "failed",
      statusDescription: expect.stringContaining("404 ResourceNotFound") as string,
    });
  });

  test.each([
    ["its answer is lost", { kind: "reset after effect" }],
    ["the service fails with 500", { kind: "answer", status: 500, code: "InternalError" }],
  ] as const)("is not repeated when %s", async (_what, fault) => {
    service.script.fault({ operation: "Copy Blob", times: Infinity }, fault);
    const { started } = await start("unknown");
    expect(await rejection(started)).toMatchObject({ operation: "Copy Blob", outcomeUnknown: true });
    expect(service.requestsOf("Copy Blob")).toHaveLength(1);
  });

  test("is repeated while the service is busy", async () => {
    service.script.fault({ operation: "Copy Blob", times: 2 }, { kind: "answer", status: 503, code: "ServerBusy" });
    const { started } = await start("busy");
    expect((await started).copyId).not.toBe("");
    expect(service.requestsOf("Copy Blob")).toHaveLength(3);
  });
});

describe("retries", () => {
  test("wait longer each time, and end", async () => {
    service.script.fault({ operation: "Get Blob Properties", times: Infinity }, { kind: "answer", status: 503, code: "ServerBusy" });
    expect(await rejection(destinationNamed("x").getProperties())).toMatchObject({ status: 503, code: "ServerBusy" });
    expect(service.requestsOf("Get Blob Properties")).toHaveLength(6);
    pauses.forEach((pause, index) => {
      expect(pause).toBeGreaterThanOrEqual(100 * 2 ** index);
      expect(pause).toBeLessThanOrEqual(200 * 2 ** index);
    });
  });

  test("wait as long as the service asks for, unless that is too long", async () => {
    service.script.fault({ operation: "Put Blob", nth: 1 }, { kind: "answer", status: 503, code: "ServerBusy", retryAfterSeconds: 3 });
    await destinationNamed("x").createAppendBlob({});
    expect(pauses).toEqual([3_000]);
    service.script.fault({ operation: "Delete Blob" }, { kind: "answer", status: 503, code: "ServerBusy", retryAfterSeconds: 300 });
    expect((await rejection(destinationNamed("x").deleteBlob({}))).status).toBe(503);
  });

  test.each([
    ["seconds", "45", undefined],
    ["a date by the service's clock, which is hours away from ours", "Thu, 01 Jan 2015 00:00:45 GMT", "Thu, 01 Jan 2015 00:00:00 GMT"],
  ])("wait as long as the service asks for in %s, where something can end the wait", async (_what, retryAfter, date) => {
    const headers = { "Retry-After": retryAfter, ...(date === undefined ? {} : { Date: date }) };
    service.script.fault({ operation: "Put Blob", nth: 1 }, { kind: "answer", status: 503, code: "ServerBusy", headers });
    await destinationNamed("x").createAppendBlob({ signal: new AbortController().signal });
    expect(pauses).toEqual([45_000]);
  });

  test("outlast two minutes of a service that is busy, where something can end the wait", async () => {
    service.script.fault({ operation: "Put Blob", times: 16 }, { kind: "answer", status: 503, code: "ServerBusy" });
    await destinationNamed("x").createAppendBlob({ signal: new AbortController().signal });
    expect(pauses).toHaveLength(16);
  });

  test("repeat a write whose answer was lost, and say so when the second try is refused", async () => {
    service.script.fault({ operation: "Put Blob" }, { kind: "reset after effect" });
    await destinationNamed("a").createAppendBlob({});
    service.script.reset();
    service.script.fault({ operation: "Put Blob" }, { kind: "reset after effect" });
    const error = await rejection(destinationNamed("b").createAppendBlob({ destinationConditions: { ifNoneMatch: "*" } }));
    expect(error).toMatchObject({ code: expect.stringMatching(/^(BlobAlreadyExists|ConditionNotMet)$/) as string, outcomeUnknown: true });
    expect(service.account("dest").getBlob("data", "b")).toBeDefined();
  });

  test("leave it to the caller what became of a snapshot or an appended block", async () => {
    await destinationNamed("x").createAppendBlob({});
    service.account("source").putBlob("data", "x", { content: "hello" });
    service.script.fault({ operation: "Snapshot Blob" }, { kind: "reset after effect" });
    expect(await rejection(destinationNamed("x").createSnapshot({}, { encryption: {} }))).toMatchObject({
      status: 0,
      code: "ECONNRESET",
      outcomeUnknown: true,
    });
    service.script.fault({ operation: "Append Block From URL" }, { kind: "reset after effect" });
    const source = await sourceNamed("x").readable(CopyMethod.APPEND_BLOCK_FROM_URL, "elsewhere", HOUR);
    const appended = destinationNamed("x").appendBlockFromUrl(0, { source, sourceRange: { offset: 0, count: 5 }, encryption: {} });
    expect(await rejection(appended)).toMatchObject({ outcomeUnknown: true });
    expect(service.requestsOf("Append Block From URL")).toHaveLength(1);
  });

  test("come quickly for an abort", async () => {
    service.script.copies({ neverEnds: true });
    service.account("source").putBlob("data", "x", { content: "hello" });
    const destination = destinationNamed("x");
    const { copyId } = await destination.copyBlob({
      source: await sourceNamed("x").readable(CopyMethod.COPY_BLOB, destination.account, HOUR),
    });
    service.script.fault({ operation: "Abort Copy Blob" }, { kind: "reset before" });
    service.script.fault({ operation: "Abort Copy Blob", nth: 2 }, { kind: "answer", status: 500, code: "InternalError" });
    await destination.abortCopy(copyId);
    expect(service.account("dest").getBlob("data", "x")?.copy?.status).toBe("aborted");
    expect(Math.max(...pauses)).toBeLessThanOrEqual(200);
  });

  test("do not hide a refusal", async () => {
    service.script.fault({ operation: "Get Blob Properties" }, { kind: "answer", status: 403, code: "AuthorizationFailure" });
    expect(await rejection(sourceNamed("x").getProperties())).toMatchObject({ side: "source", status: 403, code: "AuthorizationFailure" });
    expect(pauses).toEqual([]);
  });
});

describe("an aborted signal", () => {
  test("ends a request at once, and tells that a write may have happened", async () => {
    service.script.fault({ operation: "Put Blob" }, { kind: "hang after effect" });
    const controller = new AbortController();
    const creating = rejection(destinationNamed("x").createAppendBlob({ signal: controller.signal }));
    while (service.account("dest").getBlob("data", "x") === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
    controller.abort(new Error("Ctrl-C"));
    const error = await creating;
    expect(error).toMatchObject({ status: 0, code: "ABORT_ERR", outcomeUnknown: true, cause: new Error("Ctrl-C") });
  });

  test("keeps a request from being sent", async () => {
    const error = await rejection(destinationNamed("x").createAppendBlob({ signal: AbortSignal.abort() }));
    expect(error).toMatchObject({ code: "ABORT_ERR", outcomeUnknown: false });
    expect(service.requests).toEqual([]);
  });
});

test("a value that no header can carry is refused before it is sent", async () => {
  const error = await rejection(destinationNamed("x").createAppendBlob({ properties: { metadata: { name: "Zürich" } } }));
  expect(error).toMatchObject({
    code: "InvalidMetadata",
    message: expect.stringContaining("x-ms-meta-name") as string,
    outcomeUnknown: false,
  });
  expect(service.requests).toEqual([]);
});

test("requests that follow each other share a connection, and those at once do not wait for it", async () => {
  service.latencyMilliseconds = 50;
  const before = performance.now();
  await Promise.all(Array.from({ length: 50 }, () => destinationNamed("x").getProperties()));
  expect(performance.now() - before).toBeLessThan(1_000 * slowness());
});
