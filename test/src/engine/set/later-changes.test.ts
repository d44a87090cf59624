import { SetWorld } from "./set-world";

let world: SetWorld;
beforeEach(async () => {
  world = await SetWorld.start();
});
afterEach(() => world.stop());

const MINUTE = 60_000;
const names = () => Object.keys(world.contents()).filter((name) => !name.startsWith(".blobcopy/"));

describe.each([false, true])("what a set (atomic: %s) has copied and now excludes", (atomic) => {
  const set = (exclude: readonly string[]) => ({ ...world.prefixes({ exclude }), prune: true, onDestroy: "delete", atomic });
  const TMP = ["tmp/**"];

  beforeEach(async () => {
    world.put({ a: "a", "tmp/x": "x", "tmp/y": "y" });
    await world.run(set([]));
    world.put({ "tmp/x": "changed" });
    await world.run(set(TMP));
  });

  it("stays as it was while its source is there, and is not forgotten", async () => {
    expect(world.contents()).toMatchObject({ a: "a", "tmp/x": "x", "tmp/y": "y" });
    expect((await world.plan(set(TMP))).map(({ action }) => action)).toEqual(["skip"]);
    expect((await world.run(set([]))).receipt).toMatchObject({ copied: 1, skipped: 2, pruned: 0 });
    expect(world.contents()).toMatchObject({ "tmp/x": "changed" });
  });

  it("is pruned when its source goes, as the plan says", async () => {
    world.source.deleteBlob("src", "tmp/y");
    expect((await world.plan(set(TMP))).filter(({ action }) => action === "prune").map(({ key }) => key)).toEqual(["tmp/y"]);
    expect((await world.run(set(TMP))).receipt).toMatchObject({ pruned: 1 });
    expect(names()).toEqual(["a", "tmp/x"]);
  });

  it("goes with the rest when the set is destroyed", async () => {
    expect(await world.destroy(world.prefix("destination"))).toBeUndefined();
    expect(names()).toEqual([]);
  });
});

it("two sets whose destinations overlap never prune what the other one copied last, or what they found there", async () => {
  world.put({ "b/x": "same", y: "y" });
  world.source.createContainer("more");
  world.source.putBlob("more", "x", { content: "same" });
  const prune = { prune: true, allowEmpty: true };
  const wide = { ...world.prefixes({ destination: world.prefix("destination", "a/") }), ...prune };
  const source = { ...world.prefix("source"), containerName: "more" };
  const narrow = { ...world.prefixes({ source, destination: world.prefix("destination", "a/b/") }), ...prune };
  const run = async (set: Record<string, unknown>, owner: string) =>
    (await world.run(set, { deployment: "production", intent: { owner } })).receipt;
  await run(wide, "Stack/wide");
  await run(narrow, "Stack/narrow");
  // The second set found it in place, so it belongs to the first one.
  world.source.deleteBlob("more", "x");
  expect(await run(narrow, "Stack/narrow")).toMatchObject({ pruned: 0 });
  // The second set replaced it, so it no longer belongs to the first one.
  world.source.putBlob("more", "x", { content: "other" });
  await run(narrow, "Stack/narrow");
  world.source.deleteBlob("src", "b/x");
  expect(await run(wide, "Stack/wide")).toMatchObject({ pruned: 0 });
  expect(names()).toEqual(["a/b/x", "a/y"]);
});

describe.each(["AppendBlob", "PageBlob"] as const)("a source of type %s", (type) => {
  const content = (letter: string) => letter.repeat(1_024);
  const put = (letter: string, lastModified: number) => world.source.putBlob("src", "a", { type, content: content(letter), lastModified });

  it.each(["auto", "copy-blob"])("of the same length is judged by its time, copied by %s", async (method) => {
    const run = async () => (await world.run(world.prefixes({ options: { overwrite: "if-different", method } }))).receipt;
    put("x", Date.now() - MINUTE);
    expect(await run()).toMatchObject({ copied: 1 });
    // If the service does not show a copy's source, a Copy Blob may have restored an old blob. So
    // the blob is copied again.
    const isHidden = method === "copy-blob" && world.service.script.ways.is("copy-source-is-shown", "not at all");
    expect(await run()).toMatchObject(isHidden ? { copied: 1 } : { skipped: 1 });
    put("y", Date.now() + MINUTE);
    expect(await run()).toMatchObject({ copied: 1 });
    expect(world.contents().a).toBe(content("y"));
  });
});

it.each([
  ["auto", false],
  ["copy-blob", false],
  ["auto", true],
] as const)(
  "an append blob that grows while it is copied by %s (atomic: %s) leaves the destination as it was, and is copied next time",
  async (method, atomic) => {
    const set = { ...world.prefixes({ options: { method } }), atomic };
    world.source.putBlob("src", "log", { type: "AppendBlob", content: "one", lastModified: Date.now() - MINUTE });
    await world.run(set);
    world.source.putBlob("src", "log", { type: "AppendBlob", content: "one two" });
    let isGrown = false;
    world.service.script.random(({ operation }) => {
      if (isGrown || !["Append Block From URL", "Copy Blob"].includes(operation)) return undefined;
      isGrown = true;
      world.source.putBlob("src", "log", { type: "AppendBlob", content: "one two three" });
      return undefined;
    });
    expect((await world.run(set)).failure).toMatchObject({ side: "source", remedy: expect.stringContaining("deploy again") as string });
    expect(world.contents()).toEqual({ log: "one" });
    expect(world.destination.getBlob("dst", "log")?.metadata).toEqual({});
    await world.run(set);
    expect(world.contents()).toEqual({ log: "one two three" });
    expect(world.destination.snapshots("dst", "log")).toEqual([]);
  },
);
