import { createBlobStore } from "../../../../src/azure/create-blob-store";
import { planCopies } from "../../../../src/engine/copies/preview";
import { copyStatuses } from "../../../../src/engine/copies/status";
import { runCopies } from "../../../../src/engine/copies/run";
import { systemClock } from "../../../../src/engine/ports/clock";
import type { BlobStore } from "../../../../src/engine/ports/blob-store";
import type { PlanContext } from "../../../../src/engine/set/plan/context";
import { previewSet } from "../../../../src/engine/set/preview";
import { setStatuses } from "../../../../src/engine/set/status";
import { CopyFailure } from "../../../../src/failure/copy-failure";
import { ExitCode } from "../../../../src/failure/exit-code";
import { parseIntent } from "../../../../src/intent/parse/parse-intent";
import { MemoryJournal } from "../../../support/memory-store/journal";
import { SetWorld } from "./set-world";

let world: SetWorld;
let store: BlobStore & PlanContext["store"];
beforeEach(async () => {
  world = await SetWorld.start();
  store = createBlobStore({ environment: world.environment });
});
afterEach(async () => {
  store.close();
  await world.stop();
});

/** As in an account with a hierarchical namespace, and a directory that only its metadata shows. */
const DIRECTORIES: readonly Record<string, string>[] = [{ hdi_isfolder: "true" }, { Hdi_IsFolder: "True" }];
const FILES = { "v3/a": "a", "v3/cur/c": "c", "v3/cur/sub/b": "b" };
const COPIED = { a: "a", "cur/c": "c", "cur/sub/b": "b" };
const FOLDERS = ["v3", "v3/cur", "v3/cur/sub", "v3/empty"];

const set = (more: Record<string, unknown> = {}, prefixes: Record<string, unknown> = {}) => ({
  ...world.prefixes({ source: world.prefix("source", "v3/"), ...prefixes }),
  ...more,
});
const written = () =>
  Object.fromEntries(
    Object.entries(world.contents()).filter(([name]) => !name.startsWith(".blobcopy/") && !DIRECTORY_NAMES.includes(name)),
  );
const DIRECTORY_NAMES = ["cur", "cur/sub"];
const writes = () => world.service.requests.filter(({ method }) => method !== "GET" && method !== "HEAD");

function arrange(metadata: Record<string, string>, names: readonly string[] = FOLDERS): void {
  world.put(FILES);
  for (const name of names) world.source.putBlob("src", name, { content: "", metadata });
}

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const result: Item[] = [];
  for await (const item of items) result.push(item);
  return result;
}

function planContext() {
  const { signal } = new AbortController();
  const manifestLines = async function* () {
    yield* world.manifest;
  };
  return { store, clock: systemClock, signal, manifestLines, emit: () => undefined };
}

describe.each(DIRECTORIES)("directories of the source, with metadata %j,", (metadata) => {
  it.each([
    ["plain", {}, {}],
    ["atomic", { atomic: true }, {}],
    ["pruning", { prune: true }, {}],
    ["with metadata of its own", {}, { options: { metadata: { release: "3" } } }],
    ["atomic, with metadata of its own", { atomic: true }, { options: { metadata: { release: "3" } } }],
  ])("are no blobs of a set: %s", async (_, more, prefixes) => {
    arrange(metadata);
    const { receipt, failure, results } = await world.run(set(more, prefixes));
    expect(failure).toBeUndefined();
    expect(receipt).toMatchObject({ total: 3, copied: 3, skipped: 0, failed: 0 });
    expect(results.map(({ key }) => key).sort()).toEqual(Object.keys(COPIED));
    expect(written()).toEqual(COPIED);
    expect((await world.run(set(more, { options: { overwrite: "if-different" }, ...prefixes }))).receipt).toMatchObject({
      total: 3,
      copied: 0,
      skipped: 3,
    });
  });

  it("are in no plan and in no status", async () => {
    arrange(metadata);
    const intent = world.intentOf(set());
    const steps = await all(previewSet(intent, planContext()));
    expect(steps.map(({ key, action }) => [key, action]).sort()).toEqual(Object.keys(COPIED).map((key) => [key, "copy"]));
    const reports = (await all(setStatuses(intent, planContext()))).flat();
    expect(reports.map(({ key }) => key).sort()).toEqual(Object.keys(COPIED));
  });

  it("leave a set that has nothing else without a blob", async () => {
    for (const name of FOLDERS) world.source.putBlob("src", name, { metadata });
    const { failure } = await world.run(set());
    expect(failure).toMatchObject({ what: "The copy set has nothing to copy", why: 'there is no blob in container src below "v3/"' });
  });

  it("take nothing from what renames bring together", async () => {
    arrange(metadata);
    world.source.putBlob("src", "v3/new", { metadata });
    world.source.putBlob("src", "v3/new/c", { metadata });
    const { failure } = await world.run(set({}, { rename: { "cur/": "new/" } }));
    expect(failure).toBeUndefined();
    expect(written()).toEqual({ a: "a", "new/c": "c", "new/sub/b": "b" });
  });

  it("protect nothing from being pruned: what was copied from a directory once goes", async () => {
    world.put({ ...FILES, "v3/cur": "" });
    await world.run(set({ prune: true }));
    expect(world.contents()).toHaveProperty("cur", "");
    world.source.deleteBlob("src", "v3/cur");
    arrange(metadata, ["v3/cur"]);
    expect((await world.run(set({ prune: true }))).receipt).toMatchObject({ total: 3, pruned: 1 });
    expect(world.contents()).not.toHaveProperty("cur");
  });

  it.each([
    [false, 0],
    [true, 0],
    [false, 100],
  ])("fail the copy of a manifest that names one, and nothing else (atomic: %s, others: %d)", async (atomic, others) => {
    arrange(metadata);
    const other = Object.fromEntries(Array.from({ length: others }, (_, index) => [`v3/other-${index}`, String(index)]));
    world.put(other);
    const place = (side: "source" | "destination", blobName: string) => ({ kind: "blob", ...world.container(side), blobName });
    world.manifest = ["v3/a", "v3/cur", ...Object.keys(other)].map((name) =>
      JSON.stringify({ key: name, source: place("source", name), destination: place("destination", name) }),
    );
    const { results, failure } = await world.run({ manifest: { file: "copies.ndjson", values: [] }, atomic });
    expect(failure).toMatchObject({ exitCode: ExitCode.COPY_FAILED, why: expect.stringContaining("v3/cur is a directory") as string });
    expect(results).toContainEqual(expect.objectContaining({ key: "v3/cur", status: "failed" }));
    expect(world.contents()).toEqual(atomic ? {} : { "v3/a": "a", ...other });
  });

  it("are refused as the source of a single copy before anything is sent", async () => {
    arrange(metadata);
    const intent = singleIntent("v3/cur", "x");
    await expect(runSingle(intent)).rejects.toMatchObject({
      what: "The source is a directory",
      why: expect.stringContaining("/src/v3/cur is a directory") as string,
      remedy: expect.stringContaining("BlobCopySet") as string,
    });
    expect(writes()).toEqual([]);
    expect(await all(planCopies(intent, store))).toMatchObject([
      { action: "fail", why: expect.stringContaining("is a directory") as string },
    ]);
  });
});

describe("a directory at the destination", () => {
  const metadata = { hdi_isfolder: "true" };

  it.each([
    ["plain", {}],
    ["atomic", { atomic: true }],
  ])("is one failure of the blob that has its name: %s", async (_, more) => {
    world.put({ "v3/a": "a", "v3/cur": "a blob here" });
    world.destination.putBlob("dst", "cur", { metadata });
    const { failure, results } = await world.run(set(more));
    expect(failure).toMatchObject({ why: expect.stringContaining("/dst/cur is a directory") as string });
    expect(results.filter(({ status }) => status === "failed").map(({ key }) => key)).toEqual(["cur"]);
    expect(world.service.requests.filter(({ path, method }) => method === "PUT" && path.endsWith("/dst/cur"))).toEqual([]);
    expect(world.destination.getBlob("dst", "cur")).toMatchObject({ metadata });
    const intent = world.intentOf(set(more));
    expect((await all(previewSet(intent, planContext()))).find(({ key }) => key === "cur")).toMatchObject({ action: "fail" });
    expect((await all(setStatuses(intent, planContext()))).flat().find(({ key }) => key === "cur")).toMatchObject({ exists: false });
  });

  it.each([
    ["plain", {}],
    ["atomic", { atomic: true }],
    ["pruning", { prune: true }],
  ])("is in the way of nothing else, and stays: %s", async (_, more) => {
    arrange({ hdi_isfolder: "true" });
    for (const name of DIRECTORY_NAMES) world.destination.putBlob("dst", name, { metadata });
    expect((await world.run(set(more))).receipt).toMatchObject({ total: 3, copied: 3 });
    world.source.deleteBlob("src", "v3/a");
    expect((await world.run(set(more))).failure).toBeUndefined();
    for (const name of DIRECTORY_NAMES) expect(world.destination.getBlob("dst", name)).toMatchObject({ metadata });
  });

  it("is refused as the destination of a single copy before anything is sent", async () => {
    arrange({ hdi_isfolder: "true" });
    world.destination.putBlob("dst", "cur", { metadata });
    const intent = singleIntent("v3/a", "cur");
    await expect(runSingle(intent)).rejects.toMatchObject({
      what: "The destination is a directory",
      why: expect.stringContaining("/dst/cur is a directory") as string,
    });
    expect(writes()).toEqual([]);
    expect(await all(planCopies(intent, store))).toMatchObject([
      { action: "fail", why: expect.stringContaining("is a directory") as string },
    ]);
    expect(await copyStatuses(intent, { store })).toMatchObject([{ exists: false }]);
  });
});

it("takes a blob with content for one, whatever its metadata says", async () => {
  world.source.putBlob("src", "v3/full", { content: "content", metadata: { Hdi_IsFolder: "True" } });
  expect((await world.run(set())).receipt).toMatchObject({ total: 1, copied: 1 });
});

function singleIntent(source: string, destination: string) {
  const place = (side: "source" | "destination", blobName: string) => ({ kind: "blob", ...world.container(side), blobName });
  const copies = [{ source: place("source", source), destination: place("destination", destination) }];
  return parseIntent({ version: 1, owner: "Stack/copy", copies, timeoutMilliseconds: 60_000 });
}

async function runSingle(intent: ReturnType<typeof singleIntent>): Promise<void> {
  const { signal } = new AbortController();
  const journal = new MemoryJournal();
  try {
    await runCopies(intent, { store, clock: systemClock, emit: () => undefined, journal, signal, commit: () => undefined });
  } catch (error) {
    expect(error).toBeInstanceOf(CopyFailure);
    throw error;
  }
}
