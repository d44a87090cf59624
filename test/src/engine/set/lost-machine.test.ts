import { createHash } from "node:crypto";
import { SetWorld } from "./set-world";

let world: SetWorld;
beforeEach(async () => {
  world = await SetWorld.start();
});
afterEach(() => world.stop());

const NEW = { a: "new a", b: "new b", c: "new c", "sub/d": "new d", "sub/empty": "" };
const OLD = { a: "old a", b: "old b", "sub/empty": "was not empty", unrelated: "theirs" };

function arrange(): void {
  world.put(NEW);
  for (const [name, content] of Object.entries(OLD)) {
    world.destination.putBlob("dst", name, { content, metadata: { version: "1" }, tags: { team: "x" }, accessTier: "Cool" });
  }
}
const atomic = () => ({ ...world.prefixes(), atomic: true });
const manifest = () => {
  world.manifest = Object.keys(NEW).map((key) => {
    const place = (side: "source" | "destination") => ({ kind: "blob", ...world.container(side), blobName: key });
    return JSON.stringify({ key, source: place("source"), destination: place("destination") });
  });
  return { manifest: { file: "copies.ndjson" }, atomic: true };
};
const cannotBeStaged = () =>
  world.service.script.fault(
    { operation: "Put Block From URL", path: "/c", times: Infinity },
    { kind: "answer", status: 409, code: "BlobImmutableDueToPolicy" },
  );
/** Our leftovers that should not exist. */
const traces = () => [
  ...Object.keys({ ...NEW, ...OLD }).flatMap((name) => world.destination.snapshots("dst", name).map(([id]) => `snapshot ${id} of ${name}`)),
  ...world.destination.blobNames("dst").filter((name) => name.startsWith(".blobcopy/")),
];
function expectAllOld(): void {
  expect(world.contents()).toEqual(OLD);
  for (const name of Object.keys(OLD)) {
    expect(world.destination.getBlob("dst", name)).toMatchObject({ metadata: { version: "1" }, tags: { team: "x" }, accessTier: "Cool" });
  }
  expect(traces()).toEqual([]);
}

const MOMENTS = [
  ["its first restore point", "Snapshot Blob", 1],
  ["its last restore point", "Snapshot Blob", 3],
  ["the announcement of its commit", "Put Block List", 1],
  ["its first commit", "Put Block List", 2],
  ["its third commit", "Put Block List", 4],
  ["its last commit", "Put Block List", 6],
  ["the end of its commit", "Put Block List", 7],
  ["the removal of its first restore point", "Delete Blob", 1],
  ["the removal of its last restore point", "Delete Blob", 3],
  ["the removal of its mark", "Delete Blob", 4],
] as const;

describe.each([
  ["a prefix", atomic],
  ["a manifest", manifest],
])("a machine that commits %s is lost", (_, declared) => {
  it.each(MOMENTS)("at %s: the next run makes the set complete, and nothing of ours is left", async (_moment, operation, nth) => {
    arrange();
    await world.runLost({ ...declared(), maxConcurrency: 1 }, operation, nth);
    const { receipt } = await world.run(declared());
    expect(receipt).toMatchObject({ total: 5, failed: 0 });
    expect(world.contents()).toEqual({ ...OLD, ...NEW });
    expect(traces()).toEqual([]);
  });

  it.each(MOMENTS.slice(0, 6))("at %s: a next run that fails leaves all as it was before", async (_moment, operation, nth) => {
    arrange();
    await world.runLost({ ...declared(), maxConcurrency: 1 }, operation, nth);
    cannotBeStaged();
    expect((await world.run(declared())).failure).toBeDefined();
    expectAllOld();
  });
});

// A prefix and a manifest in turn.
it.each(MOMENTS.map(([moment, ...when], index) => [index % 2 === 0 ? "prefix" : "manifest", moment, ...when] as const))(
  "a set of a %s that is not atomic any more since its machine was lost at %s: its next run makes it complete, and nothing of ours is left",
  async (kind, _moment, operation, nth) => {
    const declared = kind === "prefix" ? atomic : manifest;
    arrange();
    await world.runLost({ ...declared(), maxConcurrency: 1 }, operation, nth);
    const { failure } = await world.run({ ...declared(), atomic: false });
    expect(failure).toBeUndefined();
    expect(world.contents()).toEqual({ ...OLD, ...NEW });
    expect(traces()).toEqual([]);
    for (const name of Object.keys(NEW)) {
      expect(world.destination.getBlob("dst", name)).toMatchObject({ metadata: {}, uncommittedBlocks: [] });
    }
  },
);

it.each([...MOMENTS, ["the write of its inventory", "Put Block List", 8] as const, ["the removal of its mark", "Delete Blob", 5] as const])(
  "a set that is destroyed after its machine was lost at %s leaves nothing of its own",
  async (_, operation, nth) => {
    arrange();
    // Once its mark is off, nothing shows the owner of an empty blob.
    world.put({ "sub/empty": "not empty" });
    const kept = { ...atomic(), onDestroy: "delete", maxConcurrency: 1 };
    await world.runLost(kept, operation, nth, { deployment: "one" });
    expect(await world.destroy(world.prefix("destination"), { deployment: "one" })).toBeUndefined();
    const { unrelated } = OLD;
    // Either restored, or completed and then deleted.
    expect([OLD, { unrelated }]).toContainEqual(world.contents());
    expect(traces()).toEqual([]);
  },
);

it("a list that is destroyed after its machine was lost leaves nothing of its own, and what is somebody else's as they left it", async () => {
  arrange();
  world.put({ "sub/empty": "not empty" });
  const inventory = { destination: world.prefix("destination"), name: "set" };
  await world.runLost({ ...manifest(), inventory, onDestroy: "delete", maxConcurrency: 1 }, "Put Block List", 4, { deployment: "one" });
  world.destination.putBlob("dst", "a", { content: "theirs now" });
  expect(await world.destroy(world.prefix("destination"), { deployment: "one", name: "set" })).toBeUndefined();
  expect(world.contents()).toEqual({ ...OLD, a: "theirs now" });
  expect(traces()).toEqual([]);
});

describe("what somebody else has written since is left alone", () => {
  const theirs = { content: "theirs now", metadata: { version: "1" }, tags: { team: "x" }, accessTier: "Cool" };
  const lose = async () => {
    await world.runLost({ ...atomic(), maxConcurrency: 1 }, "Put Block List", 4);
    world.destination.putBlob("dst", "a", theirs);
    cannotBeStaged();
    expect((await world.run(atomic())).failure).toBeDefined();
  };

  it("and nothing of ours is kept where all that the set writes is of its blocks", async () => {
    arrange();
    world.put({ "sub/empty": "not empty" });
    await lose();
    expect(world.contents()).toEqual({ ...OLD, a: "theirs now" });
    expect(traces()).toEqual([]);
  });

  it("and what it may have replaced is kept where the set writes otherwise, too, until it is complete", async () => {
    arrange();
    await lose();
    expect(world.contents()).toMatchObject({ ...OLD, a: "theirs now" });
    const [[point, kept] = []] = world.destination.snapshots("dst", "a");
    expect(kept?.content.read().toString()).toBe("old a");
    const told = `dst/a, snapshot ${point}. They are deleted when the set is complete; if the set is destroyed, delete them by hand`;
    expect(world.of("warning").map(({ text }) => text)).toContainEqual(expect.stringContaining(told));
    world.service.script.reset();
    expect((await world.run(atomic())).failure).toBeUndefined();
    expect(traces()).toEqual([]);
  });
});

it("asks for restore points only after a loss: another run costs one request more", async () => {
  arrange();
  await world.run(atomic());
  const before = world.service.requests.length;
  await world.run(atomic());
  expect(world.service.requests.slice(before).map(({ operation }) => operation)).toEqual(["Get Blob", "List Blobs", "List Blobs"]);
});

it("does not commit beside another run of the same set", async () => {
  arrange();
  world.service.script.fault({ operation: "Put Block From URL", path: "/a" }, { kind: "delay", milliseconds: 300 });
  const first = world.run(atomic());
  await new Promise((resolve) => setTimeout(resolve, 100));
  const mark = `.blobcopy/${createHash("sha256").update("Stack/set").digest("hex").slice(0, 32)}.commit`;
  const content = JSON.stringify({ phase: "committing", blockIdPrefix: "another_", prefix: "" });
  world.destination.putBlob("dst", mark, { content });
  expect((await first).failure?.what).toContain("Another run of this copy set is committing");
  expect(world.contents()).toEqual({ ...OLD, [mark]: content });
});
