import { SetWorld } from "./set-world";

let world: SetWorld;
beforeEach(async () => {
  world = await SetWorld.start();
  world.put({ a: "a", b: "b", "sub/c": "c" });
});
afterEach(() => world.stop());

const kept = (change: Record<string, unknown> = {}) => ({ ...world.prefixes(), onDestroy: "delete", ...change });
const names = () => Object.keys(world.contents());
const destroy = (options: Parameters<SetWorld["destroy"]>[1] = {}) => world.destroy(world.prefix("destination"), options);

describe("a set with onDestroy that is destroyed", () => {
  it.each([
    ["that copies one by one", {}],
    ["that is atomic", { atomic: true }],
    ["that prunes", { prune: true }],
    ["that is atomic and prunes", { atomic: true, prune: true }],
  ])("deletes what it copied, %s, and its inventory", async (_what, options) => {
    world.destination.putBlob("dst", "foreign", { content: "theirs" });
    await world.run(kept(options));
    expect(names()).toHaveLength(5);
    expect(await destroy()).toBeUndefined();
    expect(names()).toEqual(["foreign"]);
    expect(world.of("set-destroyed")).toMatchObject([{ deleted: 3 }]);
  });

  it("deletes what it copied in all of its runs, whether the source has it still or not", async () => {
    await world.run(kept());
    world.source.deleteBlob("src", "a");
    world.put({ d: "d" });
    await world.run(kept());
    await world.run(kept());
    expect(await destroy()).toBeUndefined();
    expect(names()).toEqual([]);
  });

  it.each([
    ["is cut off in a line", (text: string) => text.slice(0, text.indexOf('"etag"', text.indexOf('"name"')))],
    ["has a line that is none of it", (text: string) => `${text}\u0000\u0001 something else\n`],
    ["is something else altogether", () => "<html>not found</html>"],
    ["has numbers for names", (text: string) => text.replaceAll(/"name":"[^"]*","etag":"[^"]*"/g, '"name":1')],
  ])("says that its inventory %s, deletes what is sure, and leaves the inventory", async (_, damage) => {
    await world.run(kept());
    const [file = ""] = world.destination.blobNames("dst").filter((name) => name.startsWith(".blobcopy/"));
    const text = world.destination.getBlob("dst", file)?.content.read().toString() ?? "";
    world.destination.putBlob("dst", file, { content: damage(text) });
    expect(await destroy()).toBeUndefined();
    expect(world.of("destination-left")).toMatchObject([{ why: expect.stringContaining("cannot be read: it was damaged") as string }]);
    expect(world.destination.getBlob("dst", file)?.content.read().toString()).toBe(damage(text));
  });

  it("prunes nothing that only a damaged line of its inventory names, and says so", async () => {
    await world.run(kept({ prune: true }));
    const [file = ""] = world.destination.blobNames("dst").filter((name) => name.startsWith(".blobcopy/"));
    const text = world.destination.getBlob("dst", file)?.content.read().toString() ?? "";
    world.destination.putBlob("dst", file, { content: text.replace('"name":"a"', '"name":a') });
    world.source.deleteBlob("src", "a");
    world.source.deleteBlob("src", "b");

    expect((await world.run(kept({ prune: true }))).failure).toBeUndefined();
    expect(names().filter((name) => !name.startsWith(".blobcopy/"))).toEqual(["a", "sub/c"]);
    expect(world.of("warning").map(({ text }) => text)).toContainEqual(
      expect.stringMatching(/^1 line of .* cannot be read: it was damaged/),
    );
  });

  it.each([
    ["that copies one by one", {}],
    ["that is atomic", { atomic: true }],
  ])("is destroyed when its container is gone already, %s", async (_what, options) => {
    await world.run(kept(options));
    world.destination.deleteContainer("dst");
    expect(await destroy()).toBeUndefined();
    expect(world.of("destination-left")).toMatchObject([{ why: "its container is gone already" }]);
  });

  it("leaves what it found there, and what somebody has changed since", async () => {
    world.destination.putBlob("dst", "a", { content: "a" });
    await world.run(kept());
    world.destination.putBlob("dst", "b", { content: "b" });
    expect(await destroy()).toBeUndefined();
    expect(names()).toEqual(["a", "b"]);
    expect(
      world
        .of("warning")
        .map(({ text }) => text)
        .slice(-1),
    ).toEqual(["1 blob left alone (another client has changed it since it was copied): b"]);
  });

  it("deletes what a run copied that failed, or that was killed", async () => {
    world.service.script.fault(
      { operation: "Put Blob From URL", path: "/b" },
      { kind: "answer", status: 409, code: "BlobImmutableDueToPolicy" },
    );
    expect((await world.run(kept({ maxFailures: 5 }))).failure).toBeDefined();
    expect(names().filter((name) => !name.startsWith(".blobcopy/"))).toEqual(["a", "sub/c"]);
    expect(await destroy()).toBeUndefined();
    expect(names()).toEqual([]);
  });

  it("leaves what has snapshots, and says it once for all", async () => {
    await world.run(kept());
    for (const name of ["a", "b"]) world.destination.snapshot("dst", name);
    expect(await destroy()).toBeUndefined();
    expect(world.of("warning").map(({ text }) => text)).toEqual([
      "2 blobs left alone (it has snapshots that this resource did not make): a, b",
    ]);
  });

  it("fails when something could not be deleted, and goes on with it the next time", async () => {
    await world.run(kept());
    world.service.script.fault({ operation: "Delete Blob", path: "/b", times: 1 }, { kind: "answer", status: 412, code: "LeaseIdMissing" });
    expect(await destroy()).toMatchObject({ side: "destination", why: expect.stringContaining("1 blob could not be deleted") as string });
    expect(names()).toEqual([expect.stringContaining(".blobcopy/") as string, "b"]);
    expect(await destroy()).toBeUndefined();
    expect(names()).toEqual([]);
    expect(world.of("set-destroyed")).toMatchObject([
      { deleted: 2, gone: 0 },
      { deleted: 1, gone: 2 },
    ]);
  });

  it("leaves what is still declared, with the inventory that a set at the same place has", async () => {
    await world.run(kept());
    const declarerOf = (_container: unknown, name: string) => (name === "a" ? undefined : "Stack/other");
    expect(await destroy({ declarerOf })).toBeUndefined();
    expect(names()).toEqual([expect.stringContaining(".blobcopy/") as string, "b", "sub/c"]);
    expect(world.of("warning")[0]?.text).toContain("Stack/other still declares it");
  });

  it("touches nothing without proof: no inventory, or another deployment's or construct's", async () => {
    await world.run(world.prefixes());
    expect(await destroy()).toBeUndefined();
    await world.run(
      { ...kept(), prefixes: { ...world.prefixes().prefixes, options: { overwrite: "always" } } },
      { deployment: "production" },
    );
    expect(await destroy({ deployment: "preview" })).toBeUndefined();
    expect(await destroy({ deployment: "production", owner: "Stack/other" })).toBeUndefined();
    expect(names().filter((name) => !name.startsWith(".blobcopy/"))).toEqual(["a", "b", "sub/c"]);
    expect(world.of("destination-left")).toHaveLength(3);
    expect(await destroy({ deployment: "production" })).toBeUndefined();
    expect(names()).toEqual([]);
  });

  it("keeps to its prefix", async () => {
    const below = (prefix: string) => ({ prefixes: { ...world.prefixes().prefixes, destination: world.prefix("destination", prefix) } });
    for (const prefix of ["one/", "two/"]) await world.run({ ...below(prefix), onDestroy: "delete" });
    expect(await world.destroy(world.prefix("destination", "one/"))).toBeUndefined();
    expect(names().filter((name) => !name.startsWith(".blobcopy/"))).toEqual(["two/a", "two/b", "two/sub/c"]);
  });
});
