import { createBlobStore } from "../../../src/azure/create-blob-store";
import { runCopies } from "../../../src/engine/copies/run";
import type { Clock } from "../../../src/engine/ports/clock";
import type { CopyEvent } from "../../../src/engine/ports/events";
import { CopyFailure } from "../../../src/failure/copy-failure";
import { ExitCode } from "../../../src/failure/exit-code";
import type { Receipt } from "../../../src/intent";
import { parseIntent } from "../../../src/intent/parse/parse-intent";
import { type BlobSeed, type Fault, type FaultSubject, FakeBlobService } from "../../support/fake-blob-service";
import { MemoryJournal } from "../../support/memory-store/journal";

/**
 * Emulators, gateways and test servers that send less than the document says, or another answer to
 * requests that they do not know.
 */

const SPEED = 20;

/** A clock with short seconds. */
const hurried = (start: number): Clock => ({
  now: () => start + (Date.now() - start) * SPEED,
  sleep: (milliseconds, signal) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(resolve, milliseconds / SPEED);
      signal?.addEventListener("abort", () => {
        clearTimeout(timer);
        reject(signal.reason as Error);
      });
    }),
});

let service: FakeBlobService;
let events: CopyEvent[];
beforeAll(async () => {
  service = await FakeBlobService.start();
});
afterAll(() => service.stop());
afterEach(() => service.script.reset());

const SOURCES: Readonly<Record<string, BlobSeed>> = {
  block: { content: "n".repeat(900), metadata: { made: "by-us" }, headers: { contentType: "text/css" } },
  page: { type: "PageBlob", content: "p".repeat(1024), metadata: { made: "by-us" } },
  append: { type: "AppendBlob", content: "log", metadata: { made: "by-us" } },
};
const OLD: BlobSeed = { content: "what was there", metadata: { old: "yes" }, tags: { keep: "me" } };

function begin(kind: string, old?: BlobSeed): void {
  for (const [account, seed] of [["source", SOURCES[kind]] as const, ["dest", old] as const]) {
    const handle = service.account(account);
    handle.createContainer("data");
    handle.deleteBlob("data", "x");
    if (seed !== undefined) handle.putBlob("data", "x", seed);
    handle.putBlob("data", "x-of-others", { content: "others" });
  }
}

const seen = (account = "dest") => {
  const blob = service.account(account).getBlob("data", "x");
  return blob && { content: blob.content.read().toString(), metadata: blob.metadata, tags: blob.tags, type: blob.type };
};

interface Ended {
  readonly receipt: Receipt | undefined;
  readonly failure: CopyFailure | undefined;
}

async function copy(options: Record<string, unknown> = {}, cancel?: AbortSignal): Promise<Ended> {
  const place = (name: string, variable: string) => ({
    ...{ kind: "blob", blobEndpoint: service.account(name).endpoint, containerName: "data", blobName: "x" },
    credential: { kind: "connection-string", variable },
  });
  const environment = { FROM: service.account("source").connectionString, TO: service.account("dest").connectionString };
  const clock = hurried(Date.now());
  const store = createBlobStore({ environment, clock });
  const declared = { source: place("source", "FROM"), destination: place("dest", "TO"), ...options };
  const intent = parseIntent({ version: 1, owner: "Stack/copy", copies: [declared], timeoutMilliseconds: 600_000 });
  events = [];
  const emit = (event: CopyEvent) => void events.push(event);
  const signal = cancel ?? new AbortController().signal;
  try {
    let receipt: Receipt | undefined;
    const commit = (receipts: readonly Receipt[]) => void ([receipt] = receipts);
    await runCopies(intent, { store, clock, emit, journal: new MemoryJournal(), signal, commit });
    return { receipt, failure: undefined };
  } catch (error) {
    if (error instanceof CopyFailure) return { receipt: undefined, failure: error };
    throw error;
  } finally {
    store.close();
  }
}

/** Changes all answers about the destination that `concerns` selects. */
function answers(fault: Fault, concerns: (subject: FaultSubject) => boolean): void {
  service.script.random((subject) => (concerns(subject) && subject.path.includes("/dest/") ? fault : undefined));
}

const withoutIn = (sent: readonly string[], names: readonly string[]) =>
  sent.filter((_, index) => !names.includes((sent[index - (index % 2)] ?? "").toLowerCase()));
const without = (...names: readonly string[]): Fault => ({ kind: "change headers", headers: (sent) => withoutIn(sent, names) });
const isWrite = ({ method, operation }: FaultSubject) => method === "PUT" && operation !== "Put Block From URL";
const METHODS = [
  ["block", "auto"],
  ["block", "copy-blob"],
  ["block", "copy-blob-from-url"],
  ["block", "put-block-from-url"],
  ["page", "copy-blob"],
  ["page", "put-page-from-url"],
  ["append", "append-block-from-url"],
] as const;
const typed = (kind: string): BlobSeed => ({
  ...OLD,
  ...(kind === "block" ? {} : { type: SOURCES[kind]?.type, content: "o".repeat(512) }),
});

describe.each(METHODS)("a %s blob by %s", (kind, method) => {
  test.each([
    ["no answer to a write has an ETag", isWrite, without("etag", "last-modified")],
    ["no answer at all has an ETag", () => true, without("etag")],
    ["names of metadata come in capitals", ({ method: verb }: FaultSubject) => verb === "HEAD", capitals()],
    ["copy ids come in capitals", ({ method: verb }: FaultSubject) => verb === "HEAD", capitalIds()],
  ] as const)("is copied where %s, also over another one", async (_what, concerns, fault) => {
    service.script.copies({ pendingMilliseconds: 20 });
    for (const old of [undefined, typed(kind)]) {
      begin(kind, old);
      answers(fault, concerns);
      expect((await copy({ method })).failure).toBeUndefined();
      expect(seen()).toEqual({ ...seen("source"), tags: {} });
      expect(service.account("dest").snapshots("data", "x")).toEqual([]);
      service.script.random();
    }
  });

  test("is put back where no answer has an ETag", async () => {
    service.script.copies({ account: "dest", from: "source", neverEnds: true });
    service.script.fault({ operation: "Put Page From URL" }, { kind: "answer", status: 403, code: "AuthenticationFailed" });
    service.script.fault({ operation: "Append Block From URL" }, { kind: "answer", status: 403, code: "AuthenticationFailed" });
    service.script.fault({ operation: "Put Block From URL" }, { kind: "answer", status: 403, code: "AuthenticationFailed" });
    begin(kind, typed(kind));
    const before = seen();
    answers(without("etag"), () => true);
    const cancellation = new AbortController();
    const cancelled = new CopyFailure({ exitCode: ExitCode.INTERRUPTED, what: "Cancelled", why: "", remedy: "" });
    // Only a pending copy is cancelled: without an ETag, the writer of a finished copy cannot be
    // proved.
    const isPending = () => service.account("dest").getBlob("data", "x")?.copy?.status === "pending";
    const watch = setInterval(() => (isPending() ? cancellation.abort(cancelled) : undefined), 5);
    const { failure } = await copy({ method }, cancellation.signal);
    clearInterval(watch);
    if (failure === undefined) return; // copied by one request, which is never pending
    expect(seen()).toEqual(before);
    expect(service.account("dest").snapshots("data", "x")).toEqual([]);
  });
});

function capitals(): Fault {
  return { kind: "change headers", headers: (sent) => sent.map((text) => (/^x-ms-meta-/i.test(text) ? text.toUpperCase() : text)) };
}

function capitalIds(): Fault {
  return {
    kind: "change headers",
    headers: (sent) => sent.map((text, index) => (/^x-ms-copy-id$/i.test(sent[index - 1] ?? "") ? text.toUpperCase() : text)),
  };
}

test("tags are put back also where no look tells that there are some", async () => {
  service.script.copies({ from: "source", pendingMilliseconds: 50, outcome: "failed" });
  begin("block", OLD);
  const before = seen();
  answers(without("x-ms-tag-count", "x-ms-creation-time"), ({ method }) => method === "HEAD");
  expect((await copy({ method: "copy-blob" })).failure?.why).toContain("ended copy");
  expect(seen()).toEqual(before);
});

test("nothing is replaced where no look tells that there are tags, and they cannot be read just now", async () => {
  begin("block", OLD);
  const before = seen();
  const headers = without("x-ms-tag-count", "x-ms-creation-time");
  service.script.random(({ method, operation, path }) => {
    if (!path.includes("/dest/")) return undefined;
    if (operation === "Get Blob Tags") return { kind: "answer", status: 500, code: "InternalError" };
    return method === "HEAD" ? headers : undefined;
  });
  expect((await copy({ method: "copy-blob" })).failure?.why).toContain("Get Blob Tags");
  expect(seen()).toEqual(before);
});

describe("Copy Blob", () => {
  test.each([
    ["no name", ["x-ms-copy-id"]],
    ["no status", ["x-ms-copy-status"]],
    ["neither, and no ETag", ["x-ms-copy-id", "x-ms-copy-status", "etag", "last-modified"]],
  ])("whose answer has %s is found at the destination, and waited for", async (_what, names) => {
    service.script.copies({ pendingMilliseconds: 100 });
    for (const old of [undefined, OLD]) {
      begin("block", old);
      let started: string | undefined;
      const headers = (sent: readonly string[]) => {
        started = sent[sent.indexOf("x-ms-copy-id") + 1];
        return withoutIn(sent, names);
      };
      answers({ kind: "change headers", headers }, ({ operation }) => operation === "Copy Blob");
      const { receipt, failure } = await copy({ method: "copy-blob" });
      expect(failure).toBeUndefined();
      expect(receipt?.copyId).toBe(started);
      expect(seen()?.content).toBe(seen("source")?.content);
    }
  });

  test("that does not show while it is pending is waited for as long as nobody has written the destination", async () => {
    service.script.copies({ pendingMilliseconds: 100 });
    begin("block", OLD);
    const ofCopy = ["x-ms-copy-id", "x-ms-copy-status", "x-ms-copy-source", "x-ms-copy-progress"];
    // Decided by the answer itself, since the copy may end between the request and its answer.
    const hidden = (sent: readonly string[]) => (sent.includes("pending") ? withoutIn(sent, ofCopy) : sent);
    service.script.random(({ method }) => (method === "HEAD" ? { kind: "change headers", headers: hidden } : undefined));
    expect((await copy({ method: "copy-blob" })).failure).toBeUndefined();
    expect(seen()?.content).toBe(seen("source")?.content);
  });
});

describe("a server that answers 200, and nothing else, to what it does not know", () => {
  test.each(["page", "append", "block"])("keeps the old %s blob when it knows no snapshots", async (kind) => {
    begin(kind, typed(kind));
    const before = seen();
    service.script.random(({ operation }) => (operation === "Snapshot Blob" ? { kind: "bare 200" } : undefined));
    service.requests.length = 0;
    const { failure } = await copy({ method: kind === "block" ? "copy-blob" : "auto" });
    expect(failure?.why).toContain("Snapshot Blob");
    expect(failure?.why).toContain("no x-ms-snapshot");
    expect(seen()).toEqual(before);
    expect(service.requestsOf("Delete Blob")).toEqual([]);
  });

  test.each(["Put Blob From URL", "Put Block List", "Copy Blob", "Copy Blob From URL", "Put Blob"])(
    "is not believed that it did %s",
    async (operation) => {
      const method: Record<string, string> = {
        "Put Blob From URL": "put-blob-from-url",
        "Put Block List": "put-block-from-url",
        "Copy Blob": "copy-blob",
        "Copy Blob From URL": "copy-blob-from-url",
        "Put Blob": "auto",
      };
      const kind = operation === "Put Blob" ? "append" : "block";
      begin(kind, typed(kind));
      const before = seen();
      service.script.random((subject) => (subject.operation === operation ? { kind: "bare 200" } : undefined));
      const { failure } = await copy({ method: method[operation] });
      expect(failure?.why).toContain(operation);
      expect(seen()).toEqual(before);
      expect(service.account("dest").snapshots("data", "x")).toEqual([]);
    },
  );
});

describe("a server that knows no more than how to copy, to abort and to look", () => {
  const KNOWN: readonly string[] = ["Copy Blob", "Abort Copy Blob", "Get Blob Properties", "Delete Blob", "Snapshot Blob"];
  const REFUSALS: Readonly<Record<string, Fault>> = {
    "501 without a code": { kind: "answer", status: 501, code: "" },
    "405": { kind: "answer", status: 405, code: "UnsupportedHttpVerb" },
    "400": { kind: "answer", status: 400, code: "UnsupportedQueryParameter" },
    "400 about the parameter that names the operation": {
      ...{ kind: "answer", status: 400, code: "InvalidQueryParameterValue" },
      details: { QueryParameterName: "comp", QueryParameterValue: "metadata" },
    },
    "400 without a code": { kind: "answer", status: 400, code: "" },
    "404 without a code": { kind: "answer", status: 404, code: "" },
    "200, and nothing else": { kind: "bare 200" },
  };
  const answersWith = (refusal: string, known = KNOWN) =>
    service.script.random(({ operation, path }) => (path.includes("/dest/") && !known.includes(operation) ? REFUSALS[refusal] : undefined));
  const old: BlobSeed = { content: "what was there", metadata: {}, headers: { contentType: "text/old" } };

  test.each(Object.keys(REFUSALS))("and answers %s to the rest: copies, also over a blob", async (refusal) => {
    service.script.copies({ pendingMilliseconds: 50 });
    for (const before of [undefined, old]) {
      for (const method of refusal.startsWith("200") ? ["copy-blob"] : ["auto", "copy-blob"]) {
        begin("block", before);
        answersWith(refusal);
        const { failure } = await copy({ method });
        expect(failure).toBeUndefined();
        expect(seen()).toEqual(seen("source"));
        expect(service.account("dest").snapshots("data", "x")).toEqual([]);
      }
    }
  });

  test.each(Object.keys(REFUSALS))("and answers %s to the rest: puts back what a failed copy replaced", async (refusal) => {
    service.script.copies({ from: "source", pendingMilliseconds: 50, outcome: "failed" });
    begin("block", old);
    const before = seen();
    answersWith(refusal);
    expect((await copy({ method: "copy-blob" })).failure?.why).toContain("ended copy");
    expect(seen()).toEqual(before);
    expect(service.account("dest").snapshots("data", "x")).toEqual([]);
  });

  test.each(Object.keys(REFUSALS))(
    "but for properties of containers, and answers %s to Set Blob Metadata: copies once more, unmarked",
    async (refusal) => {
      service.script.copies({ pendingMilliseconds: 50 });
      for (const before of [undefined, OLD]) {
        begin("block", before);
        answersWith(refusal, [...KNOWN, "Get Container Properties", "Get Blob Tags", "List Blobs"]);
        expect((await copy({ method: "copy-blob" })).failure).toBeUndefined();
        expect(seen()).toEqual(seen("source"));
        expect(service.account("dest").snapshots("data", "x")).toEqual([]);
      }
    },
  );

  test.each(Object.keys(REFUSALS))("and of metadata, and answers %s to Get Container Properties: copies are marked", async (refusal) => {
    service.script.copies({ from: "source", pendingMilliseconds: 50 });
    service.requests.length = 0;
    begin("block", OLD);
    answersWith(refusal, [...KNOWN, "Set Blob Metadata", "Get Blob Tags", "List Blobs"]);
    expect((await copy({ method: "copy-blob" })).failure).toBeUndefined();
    const [started] = service.requestsOf("Copy Blob");
    expect(Object.keys(started?.headers ?? {})).toContain("x-ms-meta-blobcopy_unfinished");
    expect(seen()).toEqual(seen("source"));
    expect(service.account("dest").blobNames("data")).toEqual(["x", "x-of-others"]);
  });

  test.each(["page", "append"])("copies a %s blob by Copy Blob where the mark of its own method could not be taken off", async (kind) => {
    begin(kind, typed(kind));
    service.script.random(({ operation }) => (operation === "Set Blob Metadata" ? REFUSALS["405"] : undefined));
    const { receipt, failure } = await copy();
    expect(failure).toBeUndefined();
    expect(receipt?.method).toBe("copy-blob");
    expect(seen()).toEqual(seen("source"));
  });

  test("says so, and leaves the blob as it was, where the declared method needs what it does not know", async () => {
    begin("append", typed("append"));
    const before = seen();
    service.script.random(({ operation }) => (operation === "Set Blob Metadata" ? REFUSALS["405"] : undefined));
    const { failure } = await copy({ method: "append-block-from-url" });
    expect(failure).toMatchObject({
      what: expect.stringContaining("cannot be completed") as string,
      why: expect.stringContaining("Set Blob Metadata") as string,
    });
    expect(seen()).toEqual(before);
  });
});

describe("a 400 about what was said with an operation that is known", () => {
  const REFUSALS: Readonly<Record<string, Fault>> = {
    "a header": { kind: "answer", status: 400, code: "InvalidHeaderValue", details: { HeaderName: "x-ms-meta-made" } },
    "the metadata": { kind: "answer", status: 400, code: "InvalidMetadata" },
    "how much it is": { kind: "answer", status: 400, code: "MetadataTooLarge" },
    "another parameter": {
      ...{ kind: "answer", status: 400, code: "InvalidQueryParameterValue" },
      details: { QueryParameterName: "snapshot", QueryParameterValue: "1" },
    },
    "a parameter without its name": { kind: "answer", status: 400, code: "InvalidQueryParameterValue" },
    "something that is not known": { kind: "answer", status: 400, code: "SomethingNew" },
  };

  test.each(Object.keys(REFUSALS))(
    "of %s, to Set Blob Metadata, is told, and nothing is copied once more without a mark",
    async (about) => {
      service.requests.length = 0;
      begin("block", OLD);
      const before = seen();
      // Where needed, a rollback also sets the metadata.
      service.script.fault({ operation: "Set Blob Metadata" }, REFUSALS[about] ?? { kind: "hang" });
      const { failure } = await copy({ method: "copy-blob" });
      expect(failure?.why).toContain(`400 ${(REFUSALS[about] as { code: string }).code}`);
      expect(
        service.requestsOf("Copy Blob").filter(({ headers }) => !String(headers["x-ms-copy-source"]).includes("snapshot=")),
      ).toHaveLength(1);
      expect(seen()).toEqual(before);
      expect(service.account("dest").snapshots("data", "x")).toEqual([]);
    },
  );

  test.each(Object.keys(REFUSALS))("of %s, to Get Container Properties, does not make a copy go without its mark", async (about) => {
    service.requests.length = 0;
    begin("block", OLD);
    answers(REFUSALS[about] ?? { kind: "hang" }, ({ operation }) => operation === "Get Container Properties");
    await copy({ method: "copy-blob" });
    const [started] = service.requestsOf("Copy Blob");
    expect(Object.keys(started?.headers ?? {})).toContain("x-ms-meta-blobcopy_unfinished");
    expect(service.account("dest").snapshots("data", "x")).toEqual([]);
  });

  test.each(Object.keys(REFUSALS))("of %s, to List Blobs, is not taken for 'there are no restore points'", async (about) => {
    begin("block", OLD);
    const before = seen();
    answers(REFUSALS[about] ?? { kind: "hang" }, ({ operation }) => operation === "List Blobs");
    const { failure } = await copy({ method: "copy-blob" });
    expect(failure?.why).toContain((REFUSALS[about] as { code: string }).code);
    expect(seen()).toEqual(before);
  });
});

describe("something between that says that a request came to nothing, though it took effect", () => {
  const ANSWERS: Readonly<Record<string, Fault>> = {
    "503 ServerBusy": { kind: "answer", status: 503, code: "ServerBusy", afterEffect: true },
    "503 without a code": { kind: "answer", status: 503, code: "", afterEffect: true },
    "429": { kind: "answer", status: 429, code: "TooManyRequests", afterEffect: true },
    "408": { kind: "answer", status: 408, code: "RequestTimeout", afterEffect: true },
  };
  const WRITES: readonly (readonly [kind: string, method: string, operation: string])[] = [
    ["block", "copy-blob", "Snapshot Blob"],
    ["block", "copy-blob", "Copy Blob"],
    ["block", "copy-blob", "Set Blob Metadata"],
    ["block", "copy-blob", "Delete Blob"],
    ["block", "copy-blob-from-url", "Copy Blob From URL"],
    ["block", "put-blob-from-url", "Put Blob From URL"],
    ["block", "put-block-from-url", "Put Block List"],
    ["page", "put-page-from-url", "Snapshot Blob"],
    ["page", "put-page-from-url", "Put Blob"],
    ["page", "put-page-from-url", "Put Page From URL"],
    ["page", "put-page-from-url", "Set Blob Properties"],
    ["page", "put-page-from-url", "Set Blob Metadata"],
    ["append", "append-block-from-url", "Snapshot Blob"],
    ["append", "append-block-from-url", "Put Blob"],
    ["append", "append-block-from-url", "Append Block From URL"],
    ["append", "append-block-from-url", "Set Blob Metadata"],
  ];

  for (const answer of Object.keys(ANSWERS))
    test.each(WRITES)(
      `${answer}, of a blob of type %s by %s to %s: the copy is made, and nothing is left`,
      async (kind, method, operation) => {
        service.script.copies({ from: "source", pendingMilliseconds: 50 });
        for (const times of [1, 2]) {
          begin(kind, typed(kind));
          service.script.fault({ operation, path: "/dest/data/x", times }, ANSWERS[answer] ?? { kind: "hang" });
          const { failure } = await copy({ method });
          expect(failure).toBeUndefined();
          expect(seen()).toEqual(seen("source"));
          expect(service.account("dest").snapshots("data", "x")).toEqual([]);
        }
      },
    );
});
