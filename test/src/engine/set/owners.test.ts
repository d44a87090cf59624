import { createHash } from "node:crypto";
import { MemoryJournal } from "../../../support/memory-store/journal";
import { MemorySetLog } from "../../../support/memory-store/set-log";
import { SetWorld } from "./set-world";

let world: SetWorld;
beforeEach(async () => {
  world = await SetWorld.start();
});
afterEach(() => world.stop());

const pruning = (source = "", destination = "") => ({
  ...world.prefixes({ source: world.prefix("source", source), destination: world.prefix("destination", destination) }),
  prune: true,
});
const contents = () => Object.fromEntries(Object.entries(world.contents()).filter(([name]) => !name.startsWith(".blobcopy/")));
const fileOf = (owner: string, extension: string) =>
  `.blobcopy/${createHash("sha256").update(owner).digest("hex").slice(0, 32)}.${extension}`;
const warnings = () =>
  world
    .of("warning")
    .map(({ text }) => text)
    .join("\n");

describe("what a set that prunes may delete", () => {
  beforeEach(() => world.put({ "prod/a": "a", "prod/b": "b", "preview/c": "c" }));

  it("is never another deployment's of the same code", async () => {
    await world.run(pruning("prod/"), { deployment: "prod" });
    expect((await world.run(pruning("preview/"), { deployment: "preview" })).receipt).toMatchObject({ copied: 1, pruned: 0 });
    world.source.deleteBlob("src", "prod/b");
    expect((await world.run(pruning("prod/"), { deployment: "prod" })).receipt).toMatchObject({ pruned: 1 });
    expect(contents()).toEqual({ a: "a", c: "c" });
  });

  it("is never another set's of the same deployment that writes to the same prefix", async () => {
    const options = (owner: string) => ({ deployment: "prod", intent: { owner } });
    for (let round = 0; round < 3; round++) {
      await world.run(pruning("prod/"), options("Stack/one"));
      await world.run(pruning("preview/"), options("Stack/two"));
    }
    expect(contents()).toEqual({ a: "a", b: "b", c: "c" });
    expect(warnings()).toContain("another set may share it");
  });

  it("is still the set's when its construct is renamed, as far as its sources are there", async () => {
    await world.run(pruning("prod/"), { deployment: "prod", intent: { owner: "Stack/old" } });
    expect((await world.run(pruning("prod/"), { deployment: "prod", intent: { owner: "Stack/new" } })).receipt).toMatchObject({
      skipped: 2,
    });
    world.source.deleteBlob("src", "prod/b");
    expect((await world.run(pruning("prod/"), { deployment: "prod", intent: { owner: "Stack/new" } })).receipt).toMatchObject({
      pruned: 1,
    });
    expect(contents()).toEqual({ a: "a" });
  });

  it("is what an earlier version copied, once its source has been seen here, and nothing else of its inventory", async () => {
    await world.run(pruning("preview/"));
    await world.run(pruning("prod/"), { intent: { owner: "Stack/other" } });
    // An inventory by construct path that two deployments shared.
    const both = [fileOf("Stack/set", "ndjson"), fileOf("Stack/other", "ndjson")].map((name) => world.contents()[name]).join("");
    world.destination.putBlob("dst", fileOf("Stack/set", "ndjson"), { content: both });
    const run = () => world.run(pruning("prod/"), { deployment: "prod" });
    expect((await run()).receipt).toMatchObject({ skipped: 2, pruned: 0 });
    expect(warnings()).toContain("2 of its 3 blobs have a source here");
    expect(contents()).toEqual({ a: "a", b: "b", c: "c" });
    world.source.deleteBlob("src", "prod/b");
    expect((await run()).receipt).toMatchObject({ pruned: 1 });
    expect(contents()).toEqual({ a: "a", c: "c" });
  });
});

describe("the commit of an atomic set", () => {
  const names = Array.from({ length: 6 }, (_, index) => `blob-${index}`);
  const all = (content: string) => Object.fromEntries(names.map((name) => [name, `${content} ${name}`]));
  const atomic = () => ({ ...world.prefixes(), atomic: true, maxConcurrency: 1 });
  /** Waits until the first run is at its fourth commit. */
  const committing = async () => {
    while (world.requests("Snapshot Blob") < 4) await new Promise((resolve) => setTimeout(resolve, 2));
  };
  const anotherMachine = () => {
    world.log = new MemorySetLog();
    world.journal = new MemoryJournal();
  };
  beforeEach(() => {
    world.put(all("new"));
    for (const [name, content] of Object.entries(all("old"))) world.destination.putBlob("dst", name, { content });
  });

  it.each([undefined, "prod"])("is not undone by another run while its own is alive (deployment %s)", async (deployment) => {
    const options = deployment === undefined ? {} : { deployment };
    world.service.script.fault({ operation: "Snapshot Blob", nth: 4 }, { kind: "delay", milliseconds: 1_500 });
    const first = world.run(atomic(), options);
    await committing();
    anotherMachine();
    const { failure } = await world.run(atomic(), { ...options, speed: 100, intent: { timeoutMilliseconds: 600_000 } });
    expect(failure?.what).toBe("Another run of this copy set is committing");
    expect((await first).receipt).toMatchObject({ copied: 6 });
    expect(contents()).toEqual(all("new"));
  });

  it("is not undone by another deployment, which does not know of it", async () => {
    world.service.script.fault({ operation: "Snapshot Blob", nth: 4 }, { kind: "delay", milliseconds: 300 });
    const first = world.run(atomic(), { deployment: "prod" });
    await committing();
    await world.run({ ...world.prefixes({ destination: world.prefix("destination", "other/") }), atomic: true }, { deployment: "preview" });
    expect((await first).receipt).toMatchObject({ copied: 6 });
    expect(contents()).toMatchObject(all("new"));
  });

  it("is not called a success when another run has undone it meanwhile", async () => {
    world.service.script.fault({ operation: "Snapshot Blob", nth: 4 }, { kind: "delay", milliseconds: 700 });
    let slept = 0;
    const sleeper = world.run(atomic(), { deployment: "prod", slept: () => slept });
    await committing();
    slept = 600_000;
    // The machine slept for longer than its lease.
    world.destination.expireLeases("dst");
    anotherMachine();
    world.source.putBlob("src", "blob-0", { content: "newest" });
    const second = world.run(atomic(), { deployment: "prod" });
    const [first, other] = await Promise.all([sleeper, second]);
    expect(first.receipt).toBeUndefined();
    expect(other.failure).toBeUndefined();
    expect(other.receipt).toMatchObject({ total: 6, failed: 0 });
    expect(contents()).toEqual({ ...all("new"), "blob-0": "newest" });
  });

  describe("whose mark is deleted by somebody", () => {
    const deleted = async () => {
      world.service.script.fault({ operation: "Snapshot Blob", nth: 4 }, { kind: "delay", milliseconds: 300 });
      const run = world.run(atomic(), { deployment: "prod" });
      await committing();
      const marks = world.destination.blobNames("dst").filter((name) => name.endsWith(".commit"));
      for (const name of marks) world.destination.deleteBlob("dst", name);
      expect(marks).toHaveLength(1);
      return run;
    };
    const left = () => ({
      ours: world.destination.blobNames("dst").filter((name) => name.startsWith(".blobcopy")),
      snapshots: names.flatMap((name) => world.destination.snapshots("dst", name)),
    });

    it("is completed and tidied up, and the mark is put back meanwhile", async () => {
      expect((await deleted()).receipt).toMatchObject({ copied: 6 });
      expect(contents()).toEqual(all("new"));
      expect(warnings()).toContain("was deleted by another client during the commit");
      expect(left()).toEqual({ ours: [], snapshots: [] });
    });

    it("is undone and tidied up when it fails", async () => {
      world.service.script.fault(
        { operation: "Put Block List", path: /blob-5$/ },
        { kind: "answer", status: 403, code: "AuthorizationFailure" },
      );
      expect((await deleted()).failure).toBeDefined();
      expect(contents()).toEqual(all("old"));
      expect(left()).toEqual({ ours: [], snapshots: [] });
    });
  });

  it("of an earlier version is told, and nothing is undone for it", async () => {
    const mark = fileOf("Stack/set", "commit");
    const content = JSON.stringify({ phase: "committing", blockIdPrefix: "another_", prefix: "" });
    world.destination.putBlob("dst", mark, { content });
    expect((await world.run(atomic(), { deployment: "prod" })).receipt).toMatchObject({ copied: 6 });
    expect(warnings()).toContain("an earlier version of this program did not finish its commit");
    expect(world.contents()[mark]).toBe(content);
  });
});
