import { createBlobStore } from "../../../src/azure/create-blob-store";
import { destroyCopy } from "../../../src/engine/copies/destroy";
import { planCopies } from "../../../src/engine/copies/preview";
import { recoverCopies, runCopies } from "../../../src/engine/copies/run";
import { systemClock } from "../../../src/engine/ports/clock";
import type { CopyEvent } from "../../../src/engine/ports/events";
import type { CopyFailure } from "../../../src/failure/copy-failure";
import { ExitCode } from "../../../src/failure/exit-code";
import { DestroyPolicy, type Receipt } from "../../../src/intent";
import { parseIntent } from "../../../src/intent/parse/parse-intent";
import { FakeBlobService } from "../../support/fake-blob-service";
import { MemoryProcess } from "../../support/memory-store/exchange";
import { MemoryJournal } from "../../support/memory-store/journal";
import { MemoryMadeCopies } from "../../support/memory-store/made-copies";
import { eventually } from "../../program/program";

const PAGE = 512;

let service: FakeBlobService;
let journal: MemoryJournal;
let made: MemoryMadeCopies;
beforeEach(async () => {
  service = await FakeBlobService.start();
  journal = new MemoryJournal();
  made = new MemoryMadeCopies();
  service.account("dest").createContainer("backups");
});
afterEach(() => service.stop());

/** Writes the disk, and takes a snapshot of it. */
function snapshot(letter: string, name = "disk"): string {
  const source = service.account("source");
  source.putBlob("disks", name, { type: "PageBlob", content: letter.repeat(2 * PAGE), metadata: { disk: "1" } });
  return source.snapshot("disks", name);
}

interface Deploy {
  readonly of: string;
  readonly name?: string;
  readonly options?: object;
  readonly intent?: object;
  readonly signal?: AbortSignal;
  readonly commit?: () => void;
}

function intentOf({ of, name = "disk", options = {}, intent = {} }: Deploy) {
  const place = (account: string, containerName: string, blobName: string) => ({
    kind: "blob",
    blobEndpoint: service.endpoint(account),
    containerName,
    blobName,
    credential: { kind: "connection-string", variable: account },
  });
  const source = { ...place("source", "disks", name), snapshot: of };
  const copy = { source, destination: place("dest", "backups", "disk"), method: "incremental-copy-blob", ...options };
  return parseIntent({ version: 1, owner: "Stack/backup", copies: [copy], timeoutMilliseconds: 60_000, ...intent });
}

const store = () =>
  createBlobStore({ environment: Object.fromEntries(["source", "dest"].map((name) => [name, service.account(name).connectionString])) });

async function deploy(request: Deploy) {
  const blobs = store();
  const events: CopyEvent[] = [];
  const emit = (event: CopyEvent) => void events.push(event);
  const { signal = new AbortController().signal, commit = () => undefined } = request;
  try {
    const [receipt] = await runCopies(intentOf(request), { store: blobs, clock: systemClock, emit, journal, made, commit, signal });
    return { receipt, events, failure: undefined };
  } catch (error) {
    return { receipt: undefined, events, failure: error as CopyFailure };
  } finally {
    blobs.close();
  }
}

/** A deploy that is cancelled as soon as the service has accepted its copy. */
async function cancelled(request: Deploy) {
  service.script.copies({ neverEnds: true });
  const cancellation = new AbortController();
  const ended = deploy({ ...request, signal: cancellation.signal });
  await eventually(() => destination()?.copy?.status === "pending" && service.requestsOf("Get Blob Properties").length > 2);
  cancellation.abort(new Error("Ctrl-C"));
  const result = await ended;
  service.script.reset();
  return result;
}

/** A deploy whose process is lost when the service has accepted its copy. The copy continues. */
async function lost(request: Deploy): Promise<void> {
  service.script.copies({ neverEnds: true, times: 1 });
  const blobs = store();
  const [memory, machine] = [new MemoryJournal(), new MemoryProcess()];
  const context = { store: blobs, clock: machine.clock(systemClock), emit: () => undefined, made, commit: () => undefined };
  void runCopies(intentOf(request), { ...context, journal: memory, signal: new AbortController().signal }).catch(() => undefined);
  const url = service.account("dest").blobUrl("backups", "disk");
  const entry = await eventually(() => (memory.read(url)?.copyId === undefined ? undefined : memory.read(url)));
  machine.kill();
  blobs.close();
  await journal.write(entry);
}

async function destroy(request: Deploy, receipt: Receipt | undefined) {
  const blobs = store();
  const events: CopyEvent[] = [];
  const { copies, ...intent } = intentOf(request);
  const [copy] = copies;
  if (copy === undefined || receipt === undefined) throw new Error("nothing was copied");
  const emit = (event: CopyEvent) => void events.push(event);
  await destroyCopy(
    { ...intent, destination: copy.destination, receipt, onDestroy: DestroyPolicy.DELETE },
    { store: blobs, clock: systemClock, emit, signal: new AbortController().signal },
  );
  blobs.close();
  return events;
}

const destination = () => service.account("dest").getBlob("backups", "disk");
const chain = () =>
  service
    .account("dest")
    .snapshots("backups", "disk")
    .map(([, { content }]) => content.read().toString().slice(0, 1));
const copies = () => service.requestsOf("Incremental Copy Blob").length;
const outcomes = (events: readonly CopyEvent[]) => events.flatMap((event) => (event.type === "rollback-finished" ? [event.outcome] : []));

test("adds a snapshot with each deploy, and tells which", async () => {
  const first = await deploy({ of: snapshot("a") });
  const second = await deploy({ of: snapshot("b") });

  expect([first.failure, second.failure]).toEqual([undefined, undefined]);
  expect(chain()).toEqual(["a", "b"]);
  const names = service
    .account("dest")
    .snapshots("backups", "disk")
    .map(([name]) => name);
  expect([first.receipt?.destinationSnapshot, second.receipt?.destinationSnapshot]).toEqual(names);
  expect(second.receipt).toMatchObject({ method: "incremental-copy-blob", copyStatus: "success", bytesCopied: 2 * PAGE, origin: "copied" });
  expect(journal.isEmpty).toBe(true);
});

test.each([undefined, "always", "if-different", "if-source-newer", "never"])(
  "with the overwrite policy %s, copies nothing when the snapshot was copied last",
  async (overwrite) => {
    const of = snapshot("a");
    await deploy({ of });
    const again = await deploy({ of, options: { overwrite } });

    expect(again.failure).toBeUndefined();
    expect(again.receipt).toMatchObject({ destinationSnapshot: service.account("dest").snapshots("backups", "disk")[0]?.[0] });
    expect(copies()).toBe(1);
    expect(chain()).toEqual(["a"]);
  },
);

test("knows the snapshot where the service does not show what it has copied", async () => {
  service.script.ways.choose("copy-source-is-shown", "not at all");
  const of = snapshot("a");
  await deploy({ of });

  expect(await deploy({ of })).toMatchObject({ failure: undefined });
  expect(copies()).toBe(1);
});

test("adds nothing with NEVER, and leaves a later snapshot with IF_SOURCE_NEWER", async () => {
  const [older, newer] = [snapshot("a"), snapshot("b")];
  await deploy({ of: newer });

  expect(await deploy({ of: snapshot("c"), options: { overwrite: "never" } })).toMatchObject({
    failure: { what: "The destination exists and is different" },
  });
  expect(await deploy({ of: older, options: { overwrite: "if-source-newer" } })).toMatchObject({ failure: undefined });
  expect(copies()).toBe(1);
});

test("says what is wrong with an older snapshot, and with one of another blob", async () => {
  const [older, newer] = [snapshot("a"), snapshot("b")];
  await deploy({ of: newer });

  expect((await deploy({ of: older })).failure?.message).toMatch(/IncrementalCopyOfEarlierSnapshotNotAllowed/);
  expect((await deploy({ of: snapshot("z", "other"), name: "other" })).failure?.message).toMatch(/IncrementalCopyBlobMismatch/);
  expect(chain()).toEqual(["b"]);
  expect(journal.isEmpty).toBe(true);
});

test.each(["PageBlob", "BlockBlob"] as const)("touches no %s that is not a chain", async (type) => {
  service.account("dest").putBlob("backups", "disk", { type, content: "x".repeat(PAGE) });

  const { failure } = await deploy({ of: snapshot("a") });
  expect(failure).toMatchObject({ exitCode: ExitCode.COPY_FAILED, side: "destination" });
  expect(copies()).toBe(0);
});

test.each([undefined, "if-different", "if-source-newer"])("with %s, no other method takes a chain for a blob", async (overwrite) => {
  await deploy({ of: snapshot("a") });
  const { failure } = await deploy({ of: snapshot("b"), options: { method: "auto", overwrite } });

  expect(failure?.what).toMatch(/is the result of incremental copies$/);
  expect(service.requests.filter(({ method }) => method === "PUT")).toHaveLength(1);
});

test("reads the source with a SAS, also within an account", async () => {
  const of = snapshot("a");
  service.account("source").createContainer("backups");
  const place = { blobEndpoint: service.endpoint("source"), containerName: "backups", blobName: "disk", kind: "blob" };
  const here = { ...place, credential: { kind: "connection-string", variable: "source" } };

  expect(await deploy({ of, options: { destination: here } })).toMatchObject({ failure: undefined });
  expect(service.requestsOf("Incremental Copy Blob")[0]?.headers["x-ms-copy-source"]).toMatch(/[?&]sig=/);
});

test("sends nothing but the source and conditions on the destination", async () => {
  await deploy({ of: snapshot("a") });
  await deploy({ of: snapshot("b") });

  const [first, second] = service.requestsOf("Incremental Copy Blob").map(({ headers }) => headers);
  expect(first).toMatchObject({ "if-none-match": "*" });
  expect(second).toHaveProperty("if-match");
  expect(Object.keys(second ?? {}).filter((name) => /meta|tags|tier|lease|source-if/.test(name))).toEqual([]);
});

test("starts a copy without waiting for it", async () => {
  service.script.copies({ neverEnds: true });
  const { receipt } = await deploy({ of: snapshot("a"), intent: { wait: false } });

  expect(receipt).toMatchObject({ copyStatus: "pending", destinationSnapshot: "" });
  expect(destination()?.copy?.status).toBe("pending");
});

describe("a deploy that is cancelled", () => {
  test("aborts the copy, and leaves no blob where there was none", async () => {
    const { events } = await cancelled({ of: snapshot("a") });

    expect(service.requestsOf("Abort Copy Blob")).toHaveLength(1);
    expect(outcomes(events)).toEqual(["removed"]);
    expect(destination()).toBeUndefined();
    expect(journal.isEmpty).toBe(true);
  });

  test("leaves the snapshots that were there, to which the next deploy adds", async () => {
    await deploy({ of: snapshot("a") });
    const of = snapshot("b");
    const { events } = await cancelled({ of });
    expect(outcomes(events)).toEqual(["restored"]);
    expect(chain()).toEqual(["a"]);

    expect(await deploy({ of })).toMatchObject({ failure: undefined });
    expect(chain()).toEqual(["a", "b"]);
  });

  test("undoes nothing under ABORT_ONLY", async () => {
    const { events } = await cancelled({ of: snapshot("a"), intent: { rollback: "abort-only" } });

    expect(outcomes(events)).toEqual(["aborted"]);
    expect(destination()?.copy?.status).toBe("aborted");
  });
});

test("a copy that fails leaves the chain as it was", async () => {
  await deploy({ of: snapshot("a") });
  service.script.copies({ outcome: "failed", times: 1 });
  const of = snapshot("b");

  expect(await deploy({ of })).toMatchObject({ failure: { exitCode: ExitCode.COPY_FAILED } });
  expect(chain()).toEqual(["a"]);
  expect(await deploy({ of })).toMatchObject({ failure: undefined });
  expect(chain()).toEqual(["a", "b"]);
});

const unwritable = () => {
  throw new Error("the disk is full");
};

describe("a copy whose results cannot be kept", () => {
  test("is deleted, with its blob where there was none", async () => {
    const { events } = await deploy({ of: snapshot("a"), commit: unwritable });

    expect(outcomes(events)).toEqual(["removed"]);
    expect(destination()).toBeUndefined();
  });

  test("leaves what was there, and can be made again", async () => {
    service.script.ways.choose("incremental-copy-of-the-same", "taken");
    await deploy({ of: snapshot("a") });
    const of = snapshot("b");
    await deploy({ of, commit: unwritable });
    expect(chain()).toEqual(["a"]);

    expect(await deploy({ of })).toMatchObject({ failure: undefined });
    expect(chain()).toEqual(["a", "b"]);
  });

  test("is told of what to do where the service takes no snapshot twice", async () => {
    service.script.ways.choose("incremental-copy-of-the-same", "refused");
    await deploy({ of: snapshot("a") });
    const of = snapshot("b");
    await deploy({ of, commit: unwritable });

    expect((await deploy({ of })).failure?.remedy).toMatch(/take a new snapshot/);
    expect(await deploy({ of: snapshot("c") })).toMatchObject({ failure: undefined });
    expect(chain()).toEqual(["a", "c"]);
  });

  test("leaves a chain to which somebody else has added", async () => {
    await deploy({
      of: snapshot("a"),
      commit: () => {
        service.account("dest").snapshot("backups", "disk");
        unwritable();
      },
    });

    expect(chain()).toHaveLength(1);
    expect(destination()).toBeDefined();
  });
});

describe("after a machine was lost", () => {
  test("a replacement aborts the copy, and the blob is gone", async () => {
    await lost({ of: snapshot("a") });
    const blobs = store();
    await recoverCopies(intentOf({ of: snapshot("b") }), {
      ...{ store: blobs, clock: systemClock, emit: () => undefined, journal, isCommitted: false },
    });
    blobs.close();

    expect(destination()).toBeUndefined();
    expect(journal.isEmpty).toBe(true);
  });

  test("the next deploy goes on with the same snapshot", async () => {
    const of = snapshot("a");
    await lost({ of });
    service.account("dest").completeCopy("backups", "disk");

    const { receipt, failure } = await deploy({ of });
    expect(failure).toBeUndefined();
    expect(receipt).toMatchObject({ origin: "copied", method: "incremental-copy-blob" });
    expect([copies(), chain()]).toEqual([1, ["a"]]);
  });

  test("what the next deploy goes on with is undone when its results cannot be kept", async () => {
    await deploy({ of: snapshot("a") });
    const of = snapshot("b");
    await lost({ of });
    service.account("dest").completeCopy("backups", "disk");
    const { events } = await deploy({ of, commit: unwritable });

    expect(outcomes(events)).toEqual(["restored"]);
    expect(chain()).toEqual(["a"]);
  });

  test("the next deploy of a later snapshot undoes what was not kept", async () => {
    await deploy({ of: snapshot("a") });
    await lost({ of: snapshot("b") });
    service.account("dest").completeCopy("backups", "disk");

    expect(await deploy({ of: snapshot("c") })).toMatchObject({ failure: undefined });
    expect(chain()).toEqual(["a", "c"]);
  });

  test("without its notes, the next deploy refuses to wait for a copy from a source that the service does not show", async () => {
    service.script.ways.choose("copy-source-is-shown", "not at all");
    const of = snapshot("a");
    await lost({ of });
    [journal, made] = [new MemoryJournal(), new MemoryMadeCopies()];

    expect(await deploy({ of })).toMatchObject({
      failure: { message: expect.stringContaining("from a source that is not shown") as string },
    });
    service.account("dest").completeCopy("backups", "disk");
    expect([copies(), chain()]).toEqual([1, ["a"]]);
  });

  test("without its notes, the next deploy waits for the copy, which is nobody's", async () => {
    service.script.ways.choose("copy-source-is-shown", "without its signature");
    const of = snapshot("a");
    await lost({ of });
    [journal, made] = [new MemoryJournal(), new MemoryMadeCopies()];
    setTimeout(() => service.account("dest").completeCopy("backups", "disk"), 300);

    expect(await deploy({ of })).toMatchObject({ failure: undefined, receipt: { origin: "found" } });
    expect([copies(), chain()]).toEqual([1, ["a"]]);
  });
});

test("an answer that is lost, where the service does not show what was copied, leaves what nothing proves to be ours", async () => {
  service.script.ways.choose("copy-source-is-shown", "not at all");
  service.script.fault({ operation: "Incremental Copy Blob" }, { kind: "reset after effect" });

  expect(await deploy({ of: snapshot("a") })).toMatchObject({
    failure: { message: expect.stringMatching(/409 BlobAlreadyExists|412 TargetConditionNotMet/) as string },
  });
  expect(chain()).toEqual(["a"]);
  expect(await deploy({ of: snapshot("b") })).toMatchObject({ failure: undefined });
  expect(chain()).toEqual(["a", "b"]);
});

test("an answer that is lost is found again, and nothing is copied twice", async () => {
  service.script.ways.choose("copy-source-is-shown", "without its signature");
  service.script.fault({ operation: "Incremental Copy Blob" }, { kind: "reset after effect" });

  expect(await deploy({ of: snapshot("a") })).toMatchObject({ failure: undefined, receipt: { copyStatus: "success" } });
  expect(chain()).toEqual(["a"]);
});

describe("a destroy with DELETE", () => {
  test("deletes a chain of the one snapshot that this resource added", async () => {
    const of = snapshot("a");
    const { receipt } = await deploy({ of });
    const events = await destroy({ of }, receipt);

    expect(events).toContainEqual(expect.objectContaining({ type: "destination-deleted" }));
    expect(destination()).toBeUndefined();
  });

  test("leaves a chain that holds earlier snapshots", async () => {
    await deploy({ of: snapshot("a") });
    const of = snapshot("b");
    const { receipt } = await deploy({ of });
    const events = await destroy({ of }, receipt);

    expect(events).toContainEqual(expect.objectContaining({ type: "destination-left", why: expect.stringMatching(/snapshots/) as string }));
    expect(chain()).toEqual(["a", "b"]);
  });

  test("aborts a copy that is pending, and deletes no snapshot before it", async () => {
    await deploy({ of: snapshot("a") });
    service.script.copies({ neverEnds: true });
    const of = snapshot("b");
    const { receipt } = await deploy({ of, intent: { wait: false } });
    await destroy({ of }, receipt);

    expect(destination()?.copy?.status).toBe("aborted");
    expect(chain()).toEqual(["a"]);
  });
});

test("a preview says what a deploy would do", async () => {
  const blobs = store();
  const planned = async (request: Deploy) => {
    for await (const step of planCopies(intentOf(request), blobs, made)) return step;
    return undefined;
  };
  const of = snapshot("a");
  expect(await planned({ of })).toMatchObject({ action: "copy", method: "incremental-copy-blob" });
  await deploy({ of });
  expect(await planned({ of })).toMatchObject({ action: "skip" });
  expect(await planned({ of: snapshot("b") })).toMatchObject({ action: "copy" });
  expect(await planned({ of, options: { method: "copy-blob" } })).toMatchObject({ action: "fail" });
  blobs.close();
});
