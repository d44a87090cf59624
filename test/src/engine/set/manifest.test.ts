import { ExitCode } from "../../../../src/failure/exit-code";
import { SetWorld } from "./set-world";

let world: SetWorld;
beforeEach(async () => {
  world = await SetWorld.start();
});
afterEach(() => world.stop());

const SET = { manifest: { file: "copies.ndjson", values: [] as string[] } };

const blob = (side: "source" | "destination", blobName: unknown) => {
  const { blobEndpoint, containerName, credential } = world.prefix(side);
  return { kind: "blob", blobEndpoint, containerName, blobName, credential };
};
const copy = (key: string, name: unknown = key, options: Record<string, unknown> = {}) =>
  JSON.stringify({ key, source: blob("source", name), destination: blob("destination", name), ...options });

it("copies each blob with options of its own and gives its own result", async () => {
  world.put({ a: "aa", b: "b" });
  world.manifest = [
    copy("first", "a", { metadata: { n: "1" }, accessTier: "Cool" }),
    "",
    copy("second", "b", { contentHeaders: { contentType: "text/x" } }),
  ];
  const { receipt } = await world.run({ ...SET, resultKeys: ["first", "second"] });
  expect(receipt).toMatchObject({ total: 2, copied: 2, results: { first: { bytesCopied: 2 }, second: { bytesCopied: 1 } } });
  expect(world.destination.getBlob("dst", "a")).toMatchObject({ metadata: { n: "1" }, accessTier: "Cool" });
  expect(world.destination.getBlob("dst", "b")?.headers.contentType).toBe("text/x");
  expect((await world.run(SET)).receipt).toMatchObject({ skipped: 2 });
});

it("fills in what Terraform alone knew", async () => {
  world.put({ "v1/a": "a" });
  const { containerName, credential } = world.prefix("source");
  const source = { kind: "blob", blobEndpoint: [0], containerName, blobName: ["v", 1, "/a"], credential };
  world.manifest = [JSON.stringify({ key: "a", source, destination: blob("destination", "a") })];
  const { failure } = await world.run({ manifest: { file: "copies.ndjson", values: [world.service.endpoint("source"), "1"] } });
  expect(failure).toBeUndefined();
  expect(world.contents()).toEqual({ a: "a" });
});

describe("a value that Terraform knew late, of whatever type,", () => {
  const manifest = (...values: unknown[]) => ({ manifest: { file: "copies.ndjson", values } });

  it("is text where it is a number or a boolean, and absent where it is nothing, as in a single copy", async () => {
    world.put({ a: "a", "7": "b" });
    const options = { metadata: { n: [0], b: [1], none: [2] }, contentHeaders: { contentType: [2] }, accessTier: "Cool" };
    world.manifest = [copy("first", "a", options), copy("second", [0], { tags: { t: ["v", 0], none: [2] } })];
    expect((await world.run(manifest(7, true, null))).failure).toBeUndefined();
    expect(world.destination.getBlob("dst", "a")?.metadata).toEqual({ n: "7", b: "true" });
    expect(world.destination.getBlob("dst", "7")?.tags).toEqual({ t: "v7" });
  });

  it.each<[string, unknown, Record<string, unknown>, string]>([
    ["nothing for a name", [0], {}, "line 1: source.blobName must be a string that is not empty"],
    ["nothing within a name", ["v1/", 0], {}, "line 1: source.blobName is made of null, which is not text"],
    ["an object", "a", { metadata: { of: [1] } }, 'line 1: metadata.of must be a string, got {"a":1}'],
    ["a list within a text", "a", { tags: { of: ["x", 2] } }, 'line 1: tags.of is made of ["a"], which is not text'],
    ["an index without a value", [9], {}, "line 1: source.blobName has 9, of 3 values"],
  ])("is refused with its line and its option where it is %s", async (_, name, options, why) => {
    world.put({ a: "a" });
    world.manifest = [copy("k", name, options)];
    const { failure } = await world.run(manifest(null, { a: 1 }, ["a"]));
    expect(failure).toMatchObject({ exitCode: ExitCode.BAD_INTENT });
    expect(failure?.why).toContain(why);
    expect(world.contents()).toEqual({});
  });
});

it("refuses two copies with one key before anything is copied, however far they are apart", async () => {
  const names = Array.from({ length: 2_100 }, (_, index) => String(index));
  world.put({ first: "1", last: "2" });
  world.manifest = [copy("k", "first"), ...names.map((name) => copy(name)), copy("k", "last")];
  const { failure } = await world.run(SET);
  expect(failure).toMatchObject({ exitCode: ExitCode.BAD_INTENT, why: expect.stringContaining('two copies have the key "k"') as string });
  expect(world.contents()).toEqual({});
});

it("decides about many copies from two listings, and about few from their properties", async () => {
  const names = Array.from({ length: 200 }, (_, index) => `many/${index}`);
  world.put(Object.fromEntries(names.map((name) => [name, name])));
  world.manifest = names.map((name) => copy(name));
  expect((await world.run(SET)).receipt).toMatchObject({ copied: 200 });
  expect(world.requests("List Blobs")).toBe(2);
  expect(world.requests("Get Blob Properties")).toBe(0);

  world.manifest = names.slice(0, 10).map((name) => copy(name));
  expect((await world.run(SET)).receipt).toMatchObject({ skipped: 10 });
  expect(world.requests("List Blobs")).toBe(2);
  expect(world.requests("Get Blob Properties")).toBe(20);
});

it("takes sources that no listing shows: snapshots, and other servers", async () => {
  world.put({ a: "before" });
  const snapshot = world.source.snapshot("src", "a");
  world.put({ a: "after" });
  const url = world.service.putWebObject("file.bin", { content: "from the web" });
  world.manifest = [
    JSON.stringify({ key: "s", source: { ...blob("source", "a"), snapshot }, destination: blob("destination", "s") }),
    JSON.stringify({ key: "w", source: { kind: "url", url }, destination: blob("destination", "w") }),
  ];
  expect((await world.run(SET)).failure).toBeUndefined();
  expect(world.contents()).toEqual({ s: "before", w: "from the web" });
});

it("fails a copy whose source is missing, and says which", async () => {
  world.put({ a: "a" });
  world.manifest = [copy("there", "a"), copy("gone", "b")];
  const { failure } = await world.run({ ...SET, maxFailures: 5 });
  expect(failure?.exitCode).toBe(ExitCode.SOURCE_NOT_FOUND);
  expect(world.of("set-failures")[0]?.failures.map(({ key }) => key)).toEqual(["gone"]);
  expect(world.contents()).toEqual({ a: "a" });
});

it.each([
  ["what is not JSON", ["{"], "copies.ndjson, line 1 is not JSON"],
  ["a copy without a key", ['{"source":{"url":"https://a.test/b/c"},"destination":{"url":"https://a.test/b/c"}}'], "line 1: key"],
  [
    "an index of no value",
    ['{"key":[7],"source":{"url":"https://a.test/b/c"},"destination":{"url":"https://a.test/b/c"}}'],
    "key has 7, of 0 values",
  ],
])("refuses %s before anything is requested", async (_, manifest, why) => {
  world.manifest = manifest;
  const { failure } = await world.run(SET);
  expect(failure).toMatchObject({ exitCode: ExitCode.BAD_INTENT });
  expect(failure?.why).toContain(why);
  expect(world.service.requests).toHaveLength(0);
});

it("refuses two copies to one destination", async () => {
  world.put({ a: "a" });
  world.manifest = [copy("one", "a"), copy("two", "a")];
  expect((await world.run(SET)).failure?.why).toContain('"one" and "two" have the same destination');
});
