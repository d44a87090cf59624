import { SetWorld } from "./set-world";

let world: SetWorld;
beforeEach(async () => {
  world = await SetWorld.start();
});
afterEach(() => world.stop());

const MIB = 1024 * 1024;
const content = Buffer.alloc(MIB, "n");
const md5 = (world: SetWorld, name: string) => world.source.getBlob("src", name)?.headers.contentMd5;
const put = (name: string, type: "PageBlob" | "AppendBlob") =>
  world.source.putBlob("src", name, { type, content, headers: { contentMd5: Buffer.alloc(16, 1).toString("base64") } });
const isWhole = (name: string) => world.destination.getBlob("dst", name)?.content.read().equals(content);
const manifest = () => {
  const place = (side: "source" | "destination") => ({ kind: "blob", ...world.container(side), blobName: "a" });
  world.manifest = [JSON.stringify({ key: "a", source: place("source"), destination: place("destination") })];
  return { manifest: { file: "copies.ndjson" } };
};
const sets = () =>
  [
    ["a prefix", world.prefixes()],
    ["a manifest", manifest()],
    ["a source that must be newer", world.prefixes({ options: { overwrite: "if-source-newer" } })],
  ] as const;

describe.each([
  ["PageBlob", "Put Page From URL", "put-page-from-url"],
  ["AppendBlob", "Append Block From URL", "append-block-from-url"],
] as const)("a copy of a %s that was cut off", (type, operation, method) => {
  it.each([0, 1, 2])("is not taken for the same by the next run, also when its machine is lost (%d)", async (which) => {
    put("a", type);
    const [, set] = sets()[which] ?? sets()[0];
    await world.runLost(set, operation, 1, {});
    expect(world.destination.getBlob("dst", "a")).toBeDefined();
    expect(isWhole("a")).toBe(false);
    const { receipt, failure } = await world.run(set);
    expect(failure).toBeUndefined();
    expect(receipt).toMatchObject({ copied: 1 });
    expect(isWhole("a")).toBe(true);
    expect(world.destination.getBlob("dst", "a")?.metadata).toEqual({});
    expect(world.destination.getBlob("dst", "a")?.headers.contentMd5).toBe(md5(world, "a"));
  });

  it("has no MD5 before it has its bytes", async () => {
    put("a", type);
    await world.runLost(world.prefixes({ options: { method } }), operation, 1);
    expect(world.destination.getBlob("dst", "a")?.headers.contentMd5).toBeUndefined();
  });

  it("of another deployment is copied, and not called the same", async () => {
    put("a", type);
    await world.runLost(world.prefixes(), operation, 1, { deployment: "preview" });
    expect((await world.run(world.prefixes(), { deployment: "prod" })).receipt).toMatchObject({ copied: 1 });
    expect(isWhole("a")).toBe(true);
  });
});

it("looks at page blobs that are complete once, and copies nothing", async () => {
  put("a", "PageBlob");
  // The service reports times in whole seconds.
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  await world.run(world.prefixes());
  expect((await world.run(world.prefixes())).receipt).toMatchObject({ skipped: 1 });
});

it("does not skip a blob that the journal of this machine says is under way", async () => {
  world.put({ a: "a" });
  await world.run(world.prefixes());
  await world.journal.write({
    destination: world.destination.blobUrl("dst", "a"),
    owner: "Stack/set",
    source: world.source.blobUrl("src", "a"),
    method: "put-block-from-url" as never,
    rollback: "restore" as never,
    before: { exists: false },
    touched: true,
    etag: world.destination.getBlob("dst", "a")?.etag ?? "",
  });
  await world.run(world.prefixes());
  expect(world.journal.isEmpty).toBe(true);
  expect(world.contents()).toEqual({ a: "a" });
});
