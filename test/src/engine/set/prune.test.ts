import { BlobServiceClient } from "@azure/storage-blob";
import { CopyFailure } from "../../../../src/failure/copy-failure";
import { ExitCode } from "../../../../src/failure/exit-code";
import { SetWorld } from "./set-world";

let world: SetWorld;
beforeEach(async () => {
  world = await SetWorld.start();
  world.put({ a: "a", b: "b", "sub/c": "c" });
});
afterEach(() => world.stop());

const pruning = (change: Record<string, unknown> = {}) => ({ ...world.prefixes(change), prune: true });
const destinationNames = () => Object.keys(world.contents()).filter((name) => !name.startsWith(".blobcopy/"));
const inventories = () => Object.keys(world.contents()).filter((name) => name.startsWith(".blobcopy/"));

it("deletes what it copied earlier and the source has no more", async () => {
  await world.run(pruning());
  world.source.deleteBlob("src", "b");
  const { receipt, results } = await world.run(pruning());
  expect(receipt).toMatchObject({ copied: 0, skipped: 2, pruned: 1 });
  expect(results.find(({ status }) => status === "pruned")).toMatchObject({ key: "b", destination: world.destination.blobUrl("dst", "b") });
  expect(destinationNames()).toEqual(["a", "sub/c"]);
  expect((await world.run(pruning())).receipt).toMatchObject({ pruned: 0 });
});

it("says how many blobs it has pruned when it is cancelled while it prunes", async () => {
  await world.run(pruning());
  for (const name of ["a", "b"]) world.source.deleteBlob("src", name);
  world.service.script.fault({ operation: "Delete Blob", nth: 2 }, { kind: "hang" });
  const cancellation = new AbortController();
  const running = world.run(pruning(), { cancel: cancellation.signal });
  while (world.requests("Delete Blob") < 2 || destinationNames().length === 3) await new Promise((resolve) => setTimeout(resolve, 5));
  cancellation.abort(new CopyFailure({ exitCode: ExitCode.INTERRUPTED, what: "Cancelled", why: "Ctrl-C", remedy: "deploy again" }));
  const { failure } = await running;
  expect(failure?.remedy).toMatch(/^deploy again; .*1 was there already: .*; 1 pruned, and the next run prunes the rest$/);
  expect((await world.run(pruning())).receipt).toMatchObject({ skipped: 1, pruned: 1 });
});

it("does not count as pruned what somebody has deleted", async () => {
  await world.run(pruning());
  for (const name of ["a", "b"]) world.source.deleteBlob("src", name);
  world.destination.deleteBlob("dst", "b");
  const { receipt, results } = await world.run(pruning());
  expect(receipt).toMatchObject({ skipped: 1, pruned: 1 });
  expect(results.filter(({ status }) => status === "pruned")).toMatchObject([{ key: "a" }]);
  expect((await world.run(pruning())).receipt).toMatchObject({ pruned: 0 });
});

it("never touches a blob that it did not copy, nor one that somebody has changed since", async () => {
  world.destination.putBlob("dst", "foreign", { content: "theirs" });
  world.destination.putBlob("dst", "sub/c", { content: "c" });
  await world.run(pruning());
  world.destination.putBlob("dst", "b", { content: "changed" });
  for (const name of ["a", "b", "sub/c"]) world.source.deleteBlob("src", name);
  world.put({ d: "d" });
  expect((await world.run(pruning())).receipt).toMatchObject({ pruned: 1 });
  expect(world.contents()).toMatchObject({ b: "changed", foreign: "theirs", "sub/c": "c", d: "d" });
  expect(world.contents()).not.toHaveProperty("a");
  expect(world.of("destination-left").map(({ destination }) => destination)).toEqual([world.destination.blobUrl("dst", "b")]);
});

it.each(["plain", "atomic"])("never prunes what somebody else has copied and a %s set has waited for", async (kind) => {
  const set = pruning();
  world.source.putBlob("src", "page", { type: "PageBlob", content: "p".repeat(512) });
  world.service.script.copies({ name: "page", pendingMilliseconds: 1_000, times: 1 });
  const client = BlobServiceClient.fromConnectionString(world.destination.connectionString).getContainerClient("dst").getBlobClient("page");
  const query = world.source.sas({ container: "src", permissions: "r" });
  (await client.beginCopyFromURL(`${world.source.blobUrl("src", "page")}?${query}`)).stopPolling();
  const { failure } = await world.run({ ...set, atomic: kind === "atomic" });
  // If the service does not show the copy's source, the run does not wait for it, and the copy
  // stays too.
  if (world.service.script.ways.is("copy-source-is-shown", "not at all"))
    expect(failure?.why).toContain("from a source that is not shown is not known to be of this deployment");
  else expect(failure).toBeUndefined();
  expect(world.requests("Copy Blob")).toBe(1);
  world.source.deleteBlob("src", "page");
  expect((await world.run({ ...set, atomic: kind === "atomic" })).receipt).toMatchObject({ pruned: 0 });
  expect(destinationNames()).toContain("page");
});

it("keeps what is only left out, and what is outside of its destination", async () => {
  await world.run(pruning({ destination: world.prefix("destination", "one/") }));
  world.source.deleteBlob("src", "b");
  await world.run(pruning({ destination: world.prefix("destination", "two/") }));
  expect((await world.run(pruning({ destination: world.prefix("destination", "two/"), exclude: ["sub/**"] }))).receipt).toMatchObject({
    pruned: 0,
  });
  expect(destinationNames()).toEqual(["one/a", "one/b", "one/sub/c", "two/a", "two/sub/c"]);
  expect((await world.run(pruning({ destination: world.prefix("destination", "one/") }))).receipt).toMatchObject({ pruned: 1 });
});

it("prunes nothing when the source is empty, or cannot be listed", async () => {
  await world.run(pruning());
  for (const name of ["a", "b", "sub/c"]) world.source.deleteBlob("src", name);
  expect((await world.run(pruning())).failure).toMatchObject({
    side: "source",
    why: expect.stringContaining("there is no blob in") as string,
  });
  expect(destinationNames()).toHaveLength(3);
  expect((await world.run({ ...pruning(), allowEmpty: true })).receipt).toMatchObject({ total: 0, pruned: 0 });
  expect(world.of("warning")[0]?.text).toContain("nothing is pruned");
  expect(destinationNames()).toHaveLength(3);

  world.put({ a: "a" });
  world.service.script.fault(
    { operation: "List Blobs", path: "/src", times: 1 },
    { kind: "answer", status: 404, code: "ContainerNotFound" },
  );
  expect((await world.run(pruning())).failure).toBeDefined();
  expect(destinationNames()).toHaveLength(3);
  expect((await world.run(pruning())).receipt).toMatchObject({ pruned: 2 });
});

it("remembers what a failed run copied, and prunes nothing in it", async () => {
  await world.run(pruning());
  world.source.deleteBlob("src", "a");
  world.put({ d: "d", e: "e" });
  world.service.script.fault(
    { operation: "Put Blob From URL", path: "/e" },
    { kind: "answer", status: 409, code: "BlobImmutableDueToPolicy" },
  );
  expect((await world.run({ ...pruning(), maxFailures: 5 })).failure).toBeDefined();
  expect(destinationNames()).toEqual(["a", "b", "d", "sub/c"]);
  world.source.deleteBlob("src", "d");
  expect((await world.run(pruning())).receipt).toMatchObject({ pruned: 2 });
  expect(destinationNames()).toEqual(["b", "e", "sub/c"]);
});

it("does not prune what another set of the same container copied, and copies no inventory", async () => {
  await world.run(pruning({ destination: world.prefix("destination", "x/") }), { intent: { owner: "Stack/one" } });
  await world.run(pruning({ destination: world.prefix("destination", "x/") }), { intent: { owner: "Stack/two" } });
  expect(inventories()).toHaveLength(2);
  world.source.deleteBlob("src", "a");
  expect(
    (await world.run(pruning({ destination: world.prefix("destination", "x/") }), { intent: { owner: "Stack/two" } })).receipt,
  ).toMatchObject({ pruned: 0 });

  await world.run({ prefixes: { source: world.prefix("destination"), destination: world.prefix("destination", "copy/") } });
  expect(destinationNames().filter((name) => name.includes(".blobcopy"))).toEqual([]);
});

describe("a run that was killed outright", () => {
  /** Delayed requests do not count. */
  const killedAt = (nth: number) => world.runLost({ ...pruning(), maxConcurrency: 1 }, "Put Blob From URL", nth);

  it("knew what it had copied until its last checkpoint: the next run prunes it", async () => {
    world.service.script.fault({ operation: "Put Blob From URL", path: "/b" }, { kind: "delay", milliseconds: 1_300 });
    await killedAt(2);
    world.source.deleteBlob("src", "a");
    expect((await world.run(pruning())).receipt).toMatchObject({ pruned: 1 });
    expect(destinationNames()).toEqual(["b", "sub/c"]);
  });

  it("leaves blobs of its last seconds in doubt: the next run copies those again, and knows them from then on", async () => {
    await killedAt(3);
    expect(destinationNames()).toEqual(["a", "b"]);
    expect((await world.run(pruning())).receipt).toMatchObject({ copied: 3, skipped: 0 });
    world.source.deleteBlob("src", "a");
    expect((await world.run(pruning())).receipt).toMatchObject({ pruned: 1, skipped: 2 });
  });

  it("knows what was copied before its last checkpoint, and not answered by then", async () => {
    world.service.script.fault({ operation: "Put Blob From URL", path: "/b" }, { kind: "delay answer", milliseconds: 5_000 });
    // Delays the save that does not include it, so that the save takes effect in a later second.
    world.service.script.fault({ operation: "Put Block", nth: 2 }, { kind: "delay", milliseconds: 1_300 });
    await world.runLost({ ...pruning(), maxConcurrency: 2 }, "Put Block List", 2, { last: { kind: "hang after effect" } });
    expect(world.contents()).toMatchObject({ b: "b" });
    await world.run(pruning());
    world.source.deleteBlob("src", "b");
    expect((await world.run(pruning())).receipt).toMatchObject({ pruned: 1 });
  });

  it("makes nobody else's blob its own", async () => {
    world.destination.putBlob("dst", "a", { content: "a" });
    world.destination.putBlob("dst", "gone", { content: "theirs" });
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await killedAt(2);
    expect((await world.run(pruning())).receipt).toMatchObject({ skipped: 1, copied: 2 });
    world.source.deleteBlob("src", "a");
    expect((await world.run(pruning())).receipt).toMatchObject({ pruned: 0 });
    expect(world.contents()).toMatchObject({ a: "a", gone: "theirs" });
  });

  it("keeps what it replaced in the inventory once, under its new ETag", async () => {
    await world.run(pruning());
    world.put({ a: "a2", b: "b2", "sub/c": "c2" });
    world.service.script.fault({ operation: "Put Blob From URL", path: "/b" }, { kind: "delay", milliseconds: 1_300 });
    await killedAt(2);
    for (const name of ["a", "b"]) world.source.deleteBlob("src", name);
    world.put({ d: "d" });
    const { receipt, results } = await world.run(pruning());
    expect(receipt).toMatchObject({ pruned: 1 });
    expect(results.filter(({ status }) => status === "pruned").map(({ key }) => key)).toEqual(["a"]);
    expect(world.of("destination-left").map(({ destination }) => destination)).toEqual([world.destination.blobUrl("dst", "b")]);
  });
});

it("costs a few requests for a run, not one for each blob", async () => {
  for (let index = 0; index < 500; index++) world.source.putBlob("src", `many/${index}`, { content: "x" });
  await world.run(pruning());
  const toInventory = world.service.requests.filter(({ path }) => path.includes(".blobcopy"));
  // The inventory is saved at intervals, so a slow machine saves it more often.
  expect(toInventory.length).toBeLessThan(100);
});

it("fails before it copies anything when it may not keep an inventory", async () => {
  world.service.script.fault(
    { operation: "Put Block List", times: Infinity },
    { kind: "answer", status: 403, code: "AuthorizationPermissionMismatch" },
  );
  expect((await world.run(pruning())).failure?.what).toContain("inventory");
  expect(destinationNames()).toEqual([]);
});

it("says once for all why blobs could not be pruned, such as for their snapshots, and tries again", async () => {
  await world.run(pruning());
  for (const name of ["a", "b"]) {
    world.source.deleteBlob("src", name);
    world.destination.snapshot("dst", name);
  }
  for (const run of [1, 2]) {
    expect((await world.run(pruning())).receipt).toMatchObject({ pruned: 0 });
    const told = world.of("warning").map(({ text }) => text);
    expect(told).toHaveLength(run);
    expect(told.at(-1)).toMatch(/^Not pruned, 2 in .*SnapshotsPresent.*What to do: .*snapshots.*: a, b$/);
  }
});

describe("switched on later", () => {
  const unremembered = () => world.of("warning").filter(({ text }) => text.includes("no inventory"));

  it("says, once and in the plan as well, that what is there already is never pruned", async () => {
    await world.run(world.prefixes());
    world.source.deleteBlob("src", "b");
    expect((await world.plan(pruning())).map(({ action }) => action)).toEqual(["skip", "skip"]);
    expect(unremembered()).toHaveLength(1);
    world.events = [];
    expect((await world.run(pruning())).receipt).toMatchObject({ pruned: 0 });
    expect(unremembered()[0]?.text).toContain("overwrite: ALWAYS");
    expect(destinationNames()).toEqual(["a", "b", "sub/c"]);
    world.events = [];
    await world.run(pruning());
    await world.plan(pruning());
    expect(unremembered()).toEqual([]);
  });

  it("knows from then on what is copied with overwrite: ALWAYS", async () => {
    await world.run(world.prefixes());
    await world.run({ ...world.prefixes({ options: { overwrite: "always" } }), prune: true });
    world.source.deleteBlob("src", "b");
    expect((await world.run(pruning())).receipt).toMatchObject({ pruned: 1 });
  });

  it.each(["atomic", "plain"])("says nothing where the destination is empty, or only others' folders hold blobs: %s", async (kind) => {
    world.destination.putBlob("dst", ".blobcopy/other.ndjson", { content: "{}" });
    world.destination.putBlob("dst", "elsewhere/x", { content: "theirs" });
    const set = { ...pruning({ destination: world.prefix("destination", "here/") }), atomic: kind === "atomic" };
    await world.plan(set);
    await world.run(set);
    expect(unremembered()).toEqual([]);
  });
});

describe("two runs at once", () => {
  it.each(["List Blobs", "Put Blob From URL", "Delete Blob"])(
    "delete nothing that the other has just copied: the other comes at %s",
    async (operation) => {
      await world.run(pruning());
      world.source.deleteBlob("src", "b");
      world.put({ d: "d" });
      let other: Promise<unknown> | undefined;
      world.service.script.random((request) => {
        if (other !== undefined || request.operation !== operation) return undefined;
        world.put({ b: "b again" });
        other = world.run(pruning());
        return { kind: "delay", milliseconds: 60 };
      });
      const { failure } = await world.run(pruning());
      world.service.script.random();
      await other;
      if (failure !== undefined) expect(failure.remedy).toContain("let one run of a set end");
      // Whichever run came later, one more run completes it.
      expect((await world.run(pruning())).failure).toBeUndefined();
      expect(world.contents()).toMatchObject({ a: "a", b: "b again", "sub/c": "c", d: "d" });
      world.source.deleteBlob("src", "a");
      expect((await world.run(pruning())).receipt).toMatchObject({ pruned: 1 });
    },
  );
});
