import { SetWorld, type SetRunOptions } from "./set-world";

let world: SetWorld;
beforeEach(async () => {
  world = await SetWorld.start();
  world.put({ "in/a": "new a", "in/b": "new b", "in/empty": "" });
  for (const name of ["out/a", "out/empty"]) world.destination.putBlob("dst", name, { content: "old", metadata: { version: "1" } });
});
afterEach(() => world.stop());

const prefixes = (options: Record<string, unknown> = {}) => ({
  ...world.prefixes({ source: world.prefix("source", "in/"), destination: world.prefix("destination", "out/"), options }),
  maxConcurrency: 1,
});
const byCopyBlob = () => prefixes({ method: "copy-blob" });
const OPTIONS: SetRunOptions = { deployment: "prod" };

/** Our traces on the service and on the machine. */
function traces(): string[] {
  return [
    ...world.destination.blobNames("dst").flatMap((name) => {
      const marks = Object.keys(world.destination.getBlob("dst", name)?.metadata ?? {}).filter((key) => key.startsWith("blobcopy_"));
      const points = world.destination.snapshots("dst", name).map(() => `a restore point of ${name}`);
      return [...marks.map((mark) => `${mark} on ${name}`), ...points, ...(name.endsWith(".commit") ? [name] : [])];
    }),
    ...[...world.journal.entries()].map(({ destination }) => `a note of ${destination}`),
  ];
}
const contents = () => Object.fromEntries(Object.entries(world.contents()).filter(([name]) => !name.startsWith(".blobcopy/")));
const COMPLETE = { "out/a": "new a", "out/b": "new b", "out/empty": "" };

async function expectTidy(set: Record<string, unknown>): Promise<void> {
  expect((await world.run(set, OPTIONS)).failure).toBeUndefined();
  expect(contents()).toEqual(COMPLETE);
  expect(traces()).toEqual([]);
}

describe("a set that was killed before it was through with a copy in its own right", () => {
  it("takes no copy for complete that carries its mark, when its machine was lost as well", async () => {
    await world.runLost(byCopyBlob(), "Set Blob Metadata", 1, OPTIONS);
    expect(traces()).toContain("blobcopy_unfinished on out/a");
    await expectTidy(byCopyBlob());
  });

  it.each(["plain", "atomic"])("the same when it is declared otherwise since: %s", async (kind) => {
    await world.runLost(byCopyBlob(), "Set Blob Metadata", 1, OPTIONS);
    await expectTidy({ ...prefixes(), atomic: kind === "atomic" });
  });

  it("removes the restore point of what is complete", async () => {
    await world.runKilled(byCopyBlob(), "Delete Blob", 1, OPTIONS);
    expect(traces()).toContain("a restore point of out/a");
    await expectTidy(byCopyBlob());
  });

  it.each([
    ["Snapshot Blob", 1],
    ["Copy Blob", 1],
  ])("leaves nothing at its %s, though one request copies its blobs by now", async (operation, nth) => {
    await world.runKilled(byCopyBlob(), operation, nth, OPTIONS);
    await expectTidy(prefixes());
  });

  it.each([false, true])("puts back what has no source any more (prune: %s)", async (prune) => {
    world.destination.putBlob("dst", "out/page", { type: "PageBlob", content: "o".repeat(512) });
    world.source.putBlob("src", "in/page", { type: "PageBlob", content: "n".repeat(512) });
    const set = { ...prefixes(), prune };
    await world.runKilled(set, "Put Page From URL", 1, OPTIONS);
    world.source.deleteBlob("src", "in/page");
    expect((await world.run(set, OPTIONS)).failure).toBeUndefined();
    expect(contents()).toEqual({ ...COMPLETE, "out/page": "o".repeat(512) });
    expect(traces()).toEqual([]);
  });
});

describe("a blob whose restore point a lost machine has left", () => {
  const set = () => ({ ...byCopyBlob(), prune: true, onDestroy: "delete" });
  const lost = async () => {
    await world.run(set(), OPTIONS);
    world.put({ "in/a": "newest a" });
    await world.runLost(set(), "Copy Blob", 1, OPTIONS);
    expect(traces()).toEqual(["a restore point of out/a"]);
    world.source.deleteBlob("src", "in/a");
  };

  it.each(["pruned", "destroyed"])("is %s, and the restore point with it", async (how) => {
    await lost();
    if (how === "pruned") expect((await world.run(set(), OPTIONS)).receipt).toMatchObject({ pruned: 1 });
    else expect(await world.destroy(world.prefix("destination", "out/"), OPTIONS)).toBeUndefined();
    expect(contents()).toEqual(how === "pruned" ? { "out/b": "new b", "out/empty": "" } : {});
    expect(traces()).toEqual([]);
  });

  it("is left with all of its snapshots where somebody else has taken one, too", async () => {
    await lost();
    world.destination.snapshot("dst", "out/a");
    expect((await world.run(set(), OPTIONS)).receipt).toMatchObject({ pruned: 0 });
    expect(world.destination.snapshots("dst", "out/a")).toHaveLength(2);
  });
});

describe("a set that is not atomic any more, which was killed in its commit", () => {
  it.each([
    ["its first commit", "Put Block List", 2],
    ["its last commit", "Put Block List", 4],
    ["the removal of its mark", "Set Blob Metadata", 1],
    ["the removal of its first restore point", "Delete Blob", 1],
  ])("is complete and leaves nothing, lost or not: %s", async (_, operation, nth) => {
    for (const kill of ["runLost", "runKilled"] as const) {
      for (const prune of [false, true]) {
        for (const name of ["out/a", "out/empty"]) world.destination.putBlob("dst", name, { content: "old", metadata: { version: "1" } });
        world.destination.deleteBlob("dst", "out/b");
        await world[kill]({ ...prefixes(), atomic: true }, operation, nth, OPTIONS);
        expect(traces()).not.toEqual([]);
        world.destination.expireLeases("dst");
        await expectTidy({ ...prefixes(), prune });
      }
    }
  });
});
