import type { BlobSeed } from "../../../support/fake-blob-service";
import { SetWorld } from "./set-world";

let world: SetWorld;
beforeEach(async () => {
  world = await SetWorld.start();
});
afterEach(() => world.stop());

const PAGE: BlobSeed = { type: "PageBlob", content: "p".repeat(512) };
const OTHER_PAGE: BlobSeed = { type: "PageBlob", content: "q".repeat(1_024) };
const pruning = (values: Record<string, unknown> = {}) => ({ ...world.prefixes(), prune: true, maxConcurrency: 1, ...values });
const names = () => Object.keys(world.contents()).filter((name) => !name.startsWith(".blobcopy/"));

/** Deletes the sources of blobs of special types. The set still has another source. */
async function expectPruned(set: Record<string, unknown>, gone: readonly string[]): Promise<void> {
  for (const name of gone) world.source.deleteBlob("src", name);
  expect((await world.run(set)).receipt).toMatchObject({ pruned: gone.length });
  expect(names()).toEqual(["stays"]);
}

it.each([["runKilled"], ["runLost"]] as const)(
  "a set that is %s before it could note copies in their own right still knows them as its own",
  async (how) => {
    world.put({ stays: "stays" });
    world.source.putBlob("src", "page", PAGE);
    world.source.putBlob("src", "append", { type: "AppendBlob", content: "a" });
    // The first block list begins the inventory.
    await world[how](pruning(), "Put Block List", 2);
    expect((await world.run(pruning())).failure).toBeUndefined();
    await expectPruned(pruning(), ["append", "page"]);
  },
);

it("a set that was killed before it could note what it archived goes on: what cannot be replaced stays as it is", async () => {
  world.put({ a: "a", b: "b" });
  const set = pruning(world.prefixes({ options: { accessTier: "Archive" } }));
  await world.runLost(set, "Put Block List", 2);
  expect((await world.run(set)).failure).toBeUndefined();
  world.put({ c: "c" });
  expect((await world.run(set)).receipt).toMatchObject({ copied: 1, skipped: 2 });
});

describe("an atomic set that is lost in its commit", () => {
  const atomic = (values: Record<string, unknown> = {}) => pruning({ atomic: true, ...values });

  /**
   * By then its mark and its inventory are written, the page blob is copied, and the first block
   * list is about to be committed.
   */
  const IN_COMMIT = 3;

  it.each([["runKilled"], ["runLost"]] as const)("knows what it could not stage as its own (%s)", async (how) => {
    world.put({ stays: "stays" });
    world.source.putBlob("src", "page", PAGE);
    await world[how](atomic(), "Put Block List", IN_COMMIT);
    expect((await world.run(atomic())).failure).toBeUndefined();
    expect(names()).toEqual(["page", "stays"]);
    await expectPruned(atomic(), ["page"]);
  });

  it("undoes what it could not stage as well, where its notes are there", async () => {
    world.put({ stays: "stays" });
    world.source.putBlob("src", "page", PAGE);
    await world.run(atomic());
    world.put({ stays: "stays, changed" });
    world.source.putBlob("src", "page", OTHER_PAGE);
    await world.runKilled(atomic(), "Put Block List", IN_COMMIT);
    expect(world.destination.getBlob("dst", "page")?.content.length).toBe(1_024);
    // The next run cannot copy anything, so at its end nothing of the lost run may be left.
    world.service.script.fault(
      { operation: "Put Block From URL", times: Infinity },
      { kind: "answer", status: 403, code: "AuthorizationFailure" },
    );
    expect((await world.run(atomic())).failure).toBeDefined();
    expect(world.destination.getBlob("dst", "page")?.content.length).toBe(512);
    expect(world.contents()).toMatchObject({ stays: "stays" });
    expect([world.journal.isEmpty, world.log.isEmpty]).toEqual([true, true]);
    world.service.script.reset();
    expect((await world.run(atomic())).receipt).toMatchObject({ copied: 2 });
    await expectPruned(atomic(), ["page"]);
  });

  it("meets the lease of its own last write, and does not fail for it", async () => {
    world.put({ stays: "stays" });
    world.source.putBlob("src", "page", PAGE);
    await world.run(atomic());
    world.source.putBlob("src", "page", OTHER_PAGE);
    await world.runKilled(atomic(), "Set Blob Metadata", 1);
    expect((await world.run(atomic())).receipt).toMatchObject({ copied: 1 });
    expect(world.destination.getBlob("dst", "page")?.content.length).toBe(1_024);
  });

  it("knows the lease of its mark as its own, although it was lost before the lease was answered", async () => {
    world.put({ stays: "stays" });
    await world.runKilled(atomic(), "Lease Blob", 1, {}, { kind: "hang after effect" });
    expect((await world.run(atomic())).receipt).toMatchObject({ copied: 1 });
    expect(world.of("warning")).toEqual([]);
  });

  it.each([["runKilled"], ["runLost"]] as const)("is deleted as a whole by a destroy after it was put back (%s)", async (how) => {
    const set = { ...world.prefixes(), atomic: true, onDestroy: "delete", maxConcurrency: 1 };
    world.put({ a: "a", b: "b", c: "c" });
    await world.run(set);
    world.put({ a: "new a", b: "new b", c: "new c" });
    await world[how](set, "Put Block List", 4);
    world.service.script.fault(
      { operation: "Put Block From URL", times: Infinity },
      { kind: "answer", status: 403, code: "AuthorizationFailure" },
    );
    expect((await world.run(set)).failure).toBeDefined();
    expect(world.contents()).toMatchObject({ a: "a", b: "b", c: "c" });
    expect(await world.destroy(world.prefix("destination"))).toBeUndefined();
    expect(world.contents()).toEqual({});
  });

  it("knows a blob that its own failed copy has put back", async () => {
    world.put({ stays: "stays" });
    world.source.putBlob("src", "page", PAGE);
    await world.run(atomic());
    world.source.putBlob("src", "page", OTHER_PAGE);
    world.service.script.fault(
      { operation: "Put Page From URL", times: Infinity },
      { kind: "answer", status: 403, code: "AuthorizationFailure" },
    );
    expect((await world.run(atomic())).failure).toBeDefined();
    expect(world.destination.getBlob("dst", "page")?.content.length).toBe(512);
    world.service.script.reset();
    await expectPruned(atomic(), ["page"]);
  });
});
