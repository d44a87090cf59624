import { createBlobStore } from "../../../src/azure/create-blob-store";
import { destroyCopy } from "../../../src/engine/copies/destroy";
import { runCopies } from "../../../src/engine/copies/run";
import { systemClock } from "../../../src/engine/ports/clock";
import { CopyFailure } from "../../../src/failure/copy-failure";
import { CopyMethod, type DestroyIntent, DestroyPolicy, type Receipt } from "../../../src/intent";
import { parseIntent } from "../../../src/intent/parse/parse-intent";
import { NEVER_ABORTED } from "../../../src/util/abort/never-aborted";
import type { BlobSeed } from "../../support/fake-blob-service";
import { MemoryJournal } from "../../support/memory-store/journal";
import { SetWorld } from "./set/set-world";

let world: SetWorld;
beforeEach(async () => {
  world = await SetWorld.start();
  for (const { rules } of [world.source, world.destination]) rules.keepsVersions = true;
});
afterEach(() => world.stop());

type Declared = Record<string, unknown>;
interface Ended {
  readonly receipt: Receipt | undefined;
  readonly failure: CopyFailure | undefined;
}

const place = (side: "source" | "destination") => ({ kind: "blob", ...world.container(side), blobName: "a" });
const a = () => world.destination.getBlob("dst", "a");
const content = () => a()?.content.read().toString();

async function copy(options: Declared = {}, failsAtItsEnd = false): Promise<Ended> {
  const store = createBlobStore({ environment: world.environment });
  const copies = [{ source: place("source"), destination: place("destination"), ...options }];
  const commit = () => {
    if (failsAtItsEnd) throw new Error("the disk is full");
  };
  const run = { store, journal: new MemoryJournal(), clock: systemClock, signal: NEVER_ABORTED, emit: () => undefined, commit };
  try {
    const [receipt] = await runCopies(parseIntent({ version: 1, owner: "Stack/a", copies, timeoutMilliseconds: 60_000 }), run);
    return { receipt, failure: undefined };
  } catch (error) {
    if (!(error instanceof CopyFailure)) throw error;
    return { receipt: undefined, failure: error };
  } finally {
    store.close();
  }
}

const page = (text: string) => text.padEnd(512, ".");

describe.each<[string, CopyMethod, BlobSeed]>([
  ["one request", CopyMethod.AUTO, { content: "new" }],
  ["Copy Blob", CopyMethod.COPY_BLOB, { content: "new" }],
  ["Copy Blob From URL", CopyMethod.COPY_BLOB_FROM_URL, { content: "new" }],
  ["blocks", CopyMethod.PUT_BLOCK_FROM_URL, { content: "new" }],
  ["pages", CopyMethod.PUT_PAGE_FROM_URL, { content: page("new"), type: "PageBlob" }],
  ["appended blocks", CopyMethod.APPEND_BLOCK_FROM_URL, { content: "new", type: "AppendBlob" }],
])("an account that keeps versions, and a copy by %s", (_what, method, seed) => {
  it.each([{}, { metadata: { team: "x" } }, { contentHeaders: { contentType: "text/own" } }])(
    "names its version, with %j",
    async (options) => {
      world.source.putBlob("src", "a", seed);
      world.destination.putBlob("dst", "a", { ...seed, content: seed.type === "PageBlob" ? page("old") : "old" });
      const { receipt, failure } = await copy({ method, ...options });
      expect(failure).toBeUndefined();
      expect(content()).toBe(seed.content);
      expect(receipt?.versionId).toBe(a()?.versionId);
      expect(receipt?.versionId).toMatch(/^\d{4}-\d\d-\d\dT/);
    },
  );

  it("puts back what was there, as a version of its own", async () => {
    world.source.putBlob("src", "a", seed);
    const old = seed.type === "PageBlob" ? page("old") : "old";
    world.destination.putBlob("dst", "a", { ...seed, content: old, metadata: { release: "1" }, tags: { kept: "yes" } });
    const needsNone = method === CopyMethod.AUTO || method === CopyMethod.PUT_BLOCK_FROM_URL || method === CopyMethod.COPY_BLOB_FROM_URL;
    const { failure } = await copy({ method, ...(needsNone ? { contentHeaders: { contentType: "text/own" } } : {}) }, true);
    expect(failure).toBeDefined();
    if (!needsNone || method === CopyMethod.COPY_BLOB_FROM_URL) {
      expect(content()).toBe(old);
      expect(a()).toMatchObject({ metadata: { release: "1" }, tags: { kept: "yes" }, snapshots: [] });
    }
  });
});

describe("a version", () => {
  it("is copied as what it was, to another name and over the blob itself", async () => {
    const { versionId } = world.source.putBlob("src", "a", { content: "first", metadata: { of: "first" } });
    world.source.putBlob("src", "a", { content: "second" });
    for (const method of [CopyMethod.AUTO, CopyMethod.COPY_BLOB]) {
      expect((await copy({ source: { ...place("source"), versionId }, method })).failure).toBeUndefined();
      expect(a()).toMatchObject({ metadata: { of: "first" } });
      expect(content()).toBe("first");
    }
    const itself = await copy({ source: { ...place("source"), versionId }, destination: place("source") });
    expect(itself.failure).toBeUndefined();
    expect(world.source.getBlob("src", "a")?.content.read().toString()).toBe("first");
    expect(itself.receipt?.versionId).toBe(world.source.getBlob("src", "a")?.versionId);
    expect(itself.receipt?.versionId).not.toBe(versionId);
  });

  it("that is not there is told as a source that is not there", async () => {
    world.put({ a: "new" });
    const { failure } = await copy({ source: { ...place("source"), versionId: "2020-01-01T00:00:00.0000000Z" } });
    expect(failure?.message).toContain("The source does not exist");
  });

  it("stays when a destroy deletes the blob", async () => {
    world.put({ a: "new" });
    const { receipt } = await copy();
    const parsed = parseIntent({ version: 1, copies: [{ source: place("source"), destination: place("destination") }] });
    const intent = { version: 1, owner: "Stack/a", destination: parsed.copies[0]?.destination, onDestroy: DestroyPolicy.DELETE, receipt };
    const store = createBlobStore({ environment: world.environment });
    await destroyCopy(intent as DestroyIntent, { store, clock: systemClock, signal: NEVER_ABORTED, emit: () => undefined });
    store.close();
    expect(a()).toBeUndefined();
    const back = await copy({ source: { ...place("destination"), versionId: receipt?.versionId }, destination: place("destination") });
    expect(back.failure).toBeUndefined();
    expect(content()).toBe("new");
  });
});

it("the results of a set have the versions of its blobs", async () => {
  world.put({ a: "1", b: "2" });
  const { results } = await world.run(world.prefixes());
  expect(results.map(({ key, versionId }) => [key, versionId])).toEqual(
    results.map(({ key }) => [key, world.destination.getBlob("dst", key)?.versionId]),
  );
  expect(results.every(({ versionId }) => versionId !== "")).toBe(true);
});
