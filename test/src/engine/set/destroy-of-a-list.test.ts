import { SetWorld } from "./set-world";

let world: SetWorld;
beforeEach(async () => {
  world = await SetWorld.start();
  world.put({ a: "a", b: "b", c: "c" });
  world.destination.putBlob("dst", "foreign", { content: "theirs" });
  declare("a", "b", "c");
});
afterEach(() => world.stop());

const blob = (side: "source" | "destination", blobName: string) => ({ kind: "blob", ...world.container(side), blobName });
function declare(...names: string[]): void {
  world.manifest = names.map((name) => JSON.stringify({ key: name, source: blob("source", name), destination: blob("destination", name) }));
}

const list = (change: Record<string, unknown> = {}, inventory: Record<string, unknown> = {}) => ({
  manifest: { file: "copies.ndjson", values: [] },
  onDestroy: "delete",
  inventory: { destination: world.prefix("destination"), name: "set", ...inventory },
  ...change,
});
const DEPLOYED = { deployment: "d-1" };
const run = (change: Record<string, unknown> = {}, inventory: Record<string, unknown> = {}) => world.run(list(change, inventory), DEPLOYED);
const destroy = (options: Parameters<SetWorld["destroy"]>[1] = {}) =>
  world.destroy(world.prefix("destination"), { name: "set", ...DEPLOYED, ...options });
const names = () => Object.keys(world.contents());
const blobs = () => names().filter((name) => !name.startsWith(".blobcopy/"));
const warnings = () => world.of("warning").map(({ text }) => text);

describe("a list of copies with onDestroy that is destroyed", () => {
  it.each([
    ["that copies one by one", {}],
    ["that is atomic", { atomic: true }],
  ])("deletes what it copied, %s, and its inventory", async (_, options) => {
    expect((await run(options)).failure).toBeUndefined();
    expect(blobs()).toEqual(["a", "b", "c", "foreign"]);
    expect(warnings()).toEqual([]);
    expect(await destroy()).toBeUndefined();
    expect(names()).toEqual(["foreign"]);
    expect(world.of("set-destroyed")).toMatchObject([{ deleted: 3 }]);
  });

  it("also deletes what no listing shows, such as the copy of a snapshot, and what the list has lost since", async () => {
    const snapshot = world.source.snapshot("src", "a");
    world.manifest = [
      ...world.manifest.slice(1),
      JSON.stringify({ key: "old", source: { ...blob("source", "a"), snapshot }, destination: blob("destination", "old") }),
    ];
    expect((await run()).failure).toBeUndefined();
    declare("b");
    expect((await run()).failure).toBeUndefined();
    expect(blobs()).toEqual(["b", "c", "foreign", "old"]);
    expect(await destroy()).toBeUndefined();
    expect(names()).toEqual(["foreign"]);
  });

  it("leaves what it found, which it says, and what somebody has changed since", async () => {
    world.destination.putBlob("dst", "a", { content: "a" });
    await run();
    expect(warnings()).toEqual([expect.stringContaining("1 blob of the list was already there and does not count as this set's own")]);
    world.destination.putBlob("dst", "b", { content: "another" });
    expect(await destroy()).toBeUndefined();
    expect(names()).toEqual(["a", "b", "foreign"]);
    expect(warnings().at(-1)).toBe("1 blob left alone (another client has changed it since it was copied): b");
    await run();
    expect(await destroy()).toBeUndefined();
    expect(names()).toEqual(["a", "foreign"]);
  });

  it("deletes what a run copied that failed", async () => {
    world.service.script.fault(
      { operation: "Put Blob From URL", path: "/b" },
      { kind: "answer", status: 409, code: "BlobImmutableDueToPolicy" },
    );
    expect((await run({ maxFailures: 5 })).failure).toBeDefined();
    expect(blobs()).toEqual(["a", "c", "foreign"]);
    expect(await destroy()).toBeUndefined();
    expect(names()).toEqual(["foreign"]);
  });

  it("deletes nothing of another list of the container, and nothing of another deployment", async () => {
    await run();
    declare();
    world.put({ x: "x" });
    declare("x");
    expect((await world.run(list({}, { name: "other" }), { ...DEPLOYED, intent: { owner: "Stack/other" } })).failure).toBeUndefined();
    expect(await destroy({ deployment: "d-2" })).toBeUndefined();
    expect(await destroy({ name: "third" })).toBeUndefined();
    expect(blobs()).toEqual(["a", "b", "c", "foreign", "x"]);
    expect(await destroy()).toBeUndefined();
    expect(blobs()).toEqual(["foreign", "x"]);
    expect(await destroy({ name: "other", owner: "Stack/other" })).toBeUndefined();
    expect(names()).toEqual(["foreign"]);
  });

  it("that was renamed deletes what it copied before, once it has run under its new name, and nothing until then", async () => {
    await run();
    expect(await destroy({ name: "renamed", owner: "Stack/renamed" })).toBeUndefined();
    expect(world.of("destination-left")[0]?.why).toContain("it has no inventory of this set");
    expect(blobs()).toEqual(["a", "b", "c", "foreign"]);
    const renamed = list({}, { name: "renamed", formerName: "set" });
    expect((await world.run(renamed, { ...DEPLOYED, intent: { owner: "Stack/renamed" } })).receipt).toMatchObject({ skipped: 3 });
    expect(await destroy({ name: "renamed", owner: "Stack/renamed" })).toBeUndefined();
    expect(blobs()).toEqual(["foreign"]);
  });

  it("needs to know where its inventory is", () => {
    expect(() => world.intentOf(list({ inventory: undefined }))).toThrow(
      "set.onDestroy needs set.inventory: the place where the set notes its copies of the manifest",
    );
  });
});
