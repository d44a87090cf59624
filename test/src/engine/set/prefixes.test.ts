import { Content } from "../../../support/fake-blob-service";
import { WAYS } from "../../../support/fake-blob-service/ways";
import { SetWorld } from "./set-world";

const METADATA = "put-blob-from-url-and-metadata";

let world: SetWorld;
beforeEach(async () => {
  world = await SetWorld.start();
});
afterEach(() => world.stop());

const numbered = (count: number, prefix = "") =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`${prefix}blob-${String(index).padStart(5, "0")}`, `content ${index}`]));

it("copies everything below a prefix with one request a blob", async () => {
  world.put({ ...numbered(300, "in/"), "other/left": "out" });
  const { receipt, failure } = await world.run(
    world.prefixes({ source: world.prefix("source", "in/"), destination: world.prefix("destination", "out/") }),
  );

  expect(failure).toBeUndefined();
  expect(receipt).toMatchObject({ total: 300, copied: 300, skipped: 0, failed: 0 });
  expect(world.contents()).toEqual(numbered(300, "out/"));
  expect(world.requests("Put Blob From URL")).toBe(300);
  // Both sides, and a search for the commit mark of a lost atomic run.
  expect(world.requests("List Blobs")).toBe(3);
  expect(world.service.requests).toHaveLength(303);
});

it("pins every request to the listed ETag of its source", async () => {
  world.put({ one: "1" });
  await world.run(world.prefixes());
  const [request] = world.service.requestsOf("Put Blob From URL");
  expect(request?.headers["x-ms-source-if-match"]).toBe(world.source.getBlob("src", "one")?.etag);
});

it("copies nothing twice, unless it is to copy always", async () => {
  world.put(numbered(50));
  await world.run(world.prefixes());
  for (const overwrite of [undefined, "never", "if-different", "if-source-newer"]) {
    const { receipt } = await world.run(world.prefixes({ options: { overwrite } }));
    expect(receipt).toMatchObject({ copied: 0, skipped: 50 });
  }
  expect(world.requests("Put Blob From URL")).toBe(50);
  expect(world.requests("Get Blob Properties")).toBe(0);
  expect((await world.run(world.prefixes({ options: { overwrite: "always" } }))).receipt).toMatchObject({ copied: 50, skipped: 0 });
});

it.each(WAYS[METADATA])("keeps the metadata of each blob, which the service by itself has %s", async (way) => {
  world.service.script.ways.choose(METADATA, way);
  world.source.putBlob("src", "plain", { content: "1" });
  world.source.putBlob("src", "described", { content: "2", metadata: { Team: "a", b_2: "two words", aa: "3" } });
  expect((await world.run(world.prefixes())).failure).toBeUndefined();
  expect(world.destination.getBlob("dst", "described")?.metadata).toEqual({ Team: "a", b_2: "two words", aa: "3" });
  expect(world.destination.getBlob("dst", "plain")?.metadata).toEqual({});
});

it("copies names of every kind", async () => {
  const names = ["a b", "ä/ö", "100%", "a#b?c", "a+b&c=d", "日本/語", "😀", "～", "dir//double", "a'b(c)!*~", "<x>&amp;"];
  world.put(Object.fromEntries(names.map((name) => [name, name])));
  expect((await world.run(world.prefixes())).failure).toBeUndefined();
  expect(Object.keys(world.contents()).sort()).toEqual([...names].sort());
  expect((await world.run(world.prefixes())).receipt).toMatchObject({ copied: 0, skipped: names.length });
});

it("refuses a name that the service would read as another one, and leaves the blob of that name alone", async () => {
  world.put({ "in/a": "new" });
  world.destination.putBlob("dst", "v1/a", { content: "somebody else's" });
  const { failure, results } = await world.run(
    world.prefixes({ source: world.prefix("source", "in"), destination: world.prefix("destination", "v1.") }),
  );
  expect(failure).toBeDefined();
  expect(results).toMatchObject([{ status: "failed", detail: expect.stringContaining("a segment that ends in a dot") as string }]);
  expect(world.contents()).toEqual({ "v1/a": "somebody else's" });
});

it("leaves out what is excluded and takes only what is included", async () => {
  world.put({ "a.txt": "", "b.bin": "", "sub/c.txt": "", "sub/deep/d.txt": "", "sub/.hidden.txt": "", "tmp/e.txt": "" });
  const names = async (include: string[], exclude: string[]) => {
    world.destination.createContainer("dst");
    await world.run(world.prefixes({ ...(include.length > 0 && { include }), exclude }));
    return Object.keys(world.contents());
  };
  expect(await names(["*.txt"], [])).toEqual(["a.txt"]);
  expect(await names(["**/*.txt"], ["tmp/**"])).toEqual(["a.txt", "sub/.hidden.txt", "sub/c.txt", "sub/deep/d.txt"]);
  expect(await names(["{a,b}.*"], [])).toEqual(["a.txt", "b.bin"]);
  expect(await names([], ["**/?.txt"])).toEqual(["b.bin", "sub/.hidden.txt"]);
});

it("renames single blobs and whole folders, and finds them again in the next run", async () => {
  world.put({ "a.txt": "a", "dir/x": "x", "dir/keep/y": "y", "dir/z": "z", other: "o" });
  const set = world.prefixes({ rename: { "a.txt": "first.txt", "dir/": "folder/", "dir/keep/": "kept/" } });
  await world.run(set);
  expect(world.contents()).toEqual({ "first.txt": "a", "folder/x": "x", "folder/z": "z", "kept/y": "y", other: "o" });
  expect((await world.run(set)).receipt).toMatchObject({ copied: 0, skipped: 5 });
});

it("gives the wanted results by the destination's name", async () => {
  world.put({ "in/a": "aaaa", "in/b": "bb" });
  const { receipt } = await world.run({ ...world.prefixes({ source: world.prefix("source", "in/") }), resultKeys: ["a", "missing"] });
  const written = world.destination.getBlob("dst", "a");
  expect(Object.keys(receipt?.results ?? {})).toEqual(["a"]);
  expect(receipt?.results.a).toMatchObject({
    etag: written?.etag,
    bytesCopied: 4,
    copyStatus: "success",
    contentMd5: written?.headers.contentMd5,
  });
});

it("copies page blobs, append blobs and large blobs as single copies do", async () => {
  world.source.putBlob("src", "page", { type: "PageBlob", content: Buffer.alloc(1024, "p") });
  world.source.putBlob("src", "append", { type: "AppendBlob", content: "appended" });
  world.put({ block: "b" });
  const { receipt, failure } = await world.run(world.prefixes());
  expect(failure).toBeUndefined();
  expect(receipt).toMatchObject({ copied: 3 });
  expect(world.destination.getBlob("dst", "page")?.type).toBe("PageBlob");
  expect(world.destination.getBlob("dst", "append")).toMatchObject({ type: "AppendBlob", metadata: {} });
  expect(world.journal.isEmpty).toBe(true);
});

it.each([
  ["honoured", 22_000],
  ["ignored", 11_000],
  ["refused", 11_000],
] as const)("compares a long listing whose startFrom is %s, each blob once", async (rule, count) => {
  const names = Object.keys(numbered(count, "from/"));
  const content = Content.of("same");
  for (const name of names) {
    world.source.putBlob("src", name, { content });
    if (!name.endsWith("77")) world.destination.putBlob("dst", `to/${name.slice("from/".length)}`, { content });
  }
  for (const { name } of [world.source, world.destination]) world.service.script.startFrom(name, rule);
  world.service.script.random(({ operation }) =>
    operation === "List Blobs" ? { kind: "delay", milliseconds: rule === "honoured" ? 600 : 150 } : undefined,
  );
  const { receipt, results } = await world.run(
    world.prefixes({ source: world.prefix("source", "from/"), destination: world.prefix("destination", "to/") }),
  );
  expect(receipt).toMatchObject({ total: count, copied: count / 100, skipped: 0.99 * count, failed: 0 });
  expect(new Set(results.map(({ key }) => key)).size).toBe(count);
  const beginnings = new Set(world.service.requestsOf("List Blobs").map(({ query }) => new URLSearchParams(query).get("startFrom")));
  // The number of ranges depends on how long the listings wait for each other on this machine.
  if (rule === "honoured") expect(beginnings.size).toBeGreaterThan(1);
  else expect(world.requests("List Blobs")).toBe(2 * 3 + 3);
});
