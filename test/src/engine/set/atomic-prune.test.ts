import { cancelled, SetWorld } from "./set-world";

let world: SetWorld;
beforeEach(async () => {
  world = await SetWorld.start();
});
afterEach(() => world.stop());

const atomic = () => ({ ...world.prefixes(), atomic: true, prune: true, maxConcurrency: 1 });
const OLD = { a: "old a", b: "old b", c: "c", d: "d" };
const NEW = { a: "new a", b: "new b" };

/**
 * A set that was complete once. Since then a and b have changed at the source, and c and d were
 * deleted.
 */
async function arrange(set = atomic()): Promise<void> {
  world.put(OLD);
  await world.run(set);
  for (const name of ["c", "d"]) world.source.deleteBlob("src", name);
  world.put(NEW);
  world.service.requests.length = 0;
}
const contents = () => Object.fromEntries(Object.entries(world.contents()).filter(([name]) => !name.startsWith(".blobcopy/")));

it("prunes once it is complete", async () => {
  await arrange();
  const { receipt, results } = await world.run(atomic());
  expect(receipt).toMatchObject({ copied: 2, pruned: 2 });
  expect(contents()).toEqual(NEW);
  expect(results.filter(({ status }) => status === "pruned").map(({ key }) => key)).toEqual(["c", "d"]);
  expect((await world.run(atomic())).receipt).toMatchObject({ skipped: 2, pruned: 0 });
});

it.each([
  ["the inventory cannot be written", { operation: "Put Block List", path: /\.ndjson$/ }, 403, "AuthorizationPermissionMismatch"],
  ["a blob cannot be committed", { operation: "Put Block List", path: "/b" }, 409, "BlobImmutableDueToPolicy"],
] as const)("has deleted nothing when %s", async (_, matcher, status, code) => {
  await arrange();
  world.service.script.fault({ ...matcher, times: Infinity }, { kind: "answer", status, code });
  expect((await world.run(atomic())).failure).toBeDefined();
  expect(contents()).toEqual(OLD);
});

it("stays complete when it is cancelled while it prunes, and the next run prunes the rest", async () => {
  await arrange();
  world.service.script.fault({ operation: "Delete Blob", path: "/d" }, { kind: "hang" });
  const cancellation = new AbortController();
  const running = world.run(atomic(), { cancel: cancellation.signal });
  while (!world.service.requests.some(({ operation, path }) => operation === "Delete Blob" && path.endsWith("/d")))
    await new Promise((resolve) => setTimeout(resolve, 5));
  cancellation.abort(cancelled);
  expect((await running).receipt).toMatchObject({ copied: 2 });
  expect(contents()).toMatchObject(NEW);
  expect((await world.run(atomic())).receipt).toMatchObject({ skipped: 2 });
  expect(contents()).toEqual(NEW);
});

it("stays complete when its machine is lost while it prunes, whatever becomes of the next run", async () => {
  await arrange();
  // The restore points of a and b are deleted first.
  await world.runLost(atomic(), "Delete Blob", 5);
  world.put({ e: "e" });
  world.service.script.fault(
    { operation: "Put Block From URL", times: Infinity },
    { kind: "answer", status: 409, code: "BlobImmutableDueToPolicy" },
  );
  expect((await world.run(atomic())).failure).toBeDefined();
  expect(contents()).toMatchObject(NEW);
  world.service.script.reset();
  await world.run(atomic());
  expect(contents()).toEqual({ ...NEW, e: "e" });
});

describe("a blob that was put back stays the set's own", () => {
  const commitFails = () =>
    world.service.script.fault(
      { operation: "Put Block List", path: "/b" },
      { kind: "answer", status: 409, code: "BlobImmutableDueToPolicy" },
    );
  const loseSource = () => {
    world.put({ a: OLD.a });
    world.source.deleteBlob("src", "a");
  };

  it("when the run put it back that had replaced it", async () => {
    await arrange();
    commitFails();
    expect((await world.run(atomic())).failure).toBeDefined();
    expect(contents()).toEqual(OLD);
    loseSource();
    await world.run(atomic());
    expect(contents()).toEqual({ b: "new b" });
    expect(world.of("destination-left")).toEqual([]);
  });

  it("when the guardian put it back that replaced a killed one", async () => {
    await arrange();
    await world.runKilled(atomic(), "Put Block List", 3);
    await world.recover(atomic());
    expect(contents()).toEqual(OLD);
    loseSource();
    await world.run(atomic());
    expect(contents()).toEqual({ b: "new b" });
  });

  it("when the next run put it back after the loss of a machine", async () => {
    await arrange();
    await world.runLost(atomic(), "Put Block List", 3);
    loseSource();
    await world.run(atomic());
    expect(contents()).toEqual({ b: "new b" });
  });

  it("when it is a page blob of a set that is not atomic", async () => {
    const set = () => ({ ...world.prefixes(), prune: true, maxFailures: 5 });
    const page = (letter: string) => world.source.putBlob("src", "page", { type: "PageBlob", content: Buffer.alloc(512, letter) });
    page("o");
    world.put({ other: "other" });
    await world.run(set());
    page("n");
    world.service.script.fault({ operation: "Put Page" }, { kind: "answer", status: 409, code: "BlobImmutableDueToPolicy" });
    world.service.script.fault({ operation: "Put Page From URL" }, { kind: "answer", status: 409, code: "BlobImmutableDueToPolicy" });
    expect((await world.run(set())).failure).toBeDefined();
    expect(contents()).toMatchObject({ page: "o".repeat(512) });
    world.source.deleteBlob("src", "page");
    expect((await world.run(set())).receipt).toMatchObject({ pruned: 1 });
    expect(contents()).toEqual({ other: "other" });
  });
});

it.each([412, 409])("keeps a blob in its inventory that a lease protects while it prunes (%d)", async (status) => {
  const set = { ...atomic(), atomic: false };
  await arrange(set);
  world.service.script.fault({ operation: "Delete Blob", path: "/c" }, { kind: "answer", status, code: "LeaseIdMissing" });
  expect((await world.run(set)).receipt).toMatchObject({ pruned: 1 });
  expect(contents()).toEqual({ ...NEW, c: "c" });
  expect(world.of("destination-left")).toEqual([]);
  expect((await world.run(set)).receipt).toMatchObject({ pruned: 1 });
  expect(contents()).toEqual(NEW);
});
