import { SetWorld } from "./set-world";

/** Servers that list or answer less than the document says. */

let world: SetWorld;
beforeEach(async () => {
  world = await SetWorld.start();
  for (const name of ["a", "b"]) world.source.putBlob("src", name, { content: name, metadata: { of: name } });
  world.source.putBlob("src", "p", { type: "PageBlob", content: "p".repeat(512), metadata: { of: "p" } });
});
afterEach(() => world.stop());

const metadata = () =>
  world.destination.blobNames("dst").flatMap((name) => (name.startsWith(".") ? [] : [world.destination.getBlob("dst", name)?.metadata]));
const withoutEtag = (sent: readonly string[]) => sent.filter((_, index) => sent[index - (index % 2)]?.toLowerCase() !== "etag");

test.each(["plain", "atomic"])("metadata comes along although no listing shows any: %s", async (kind) => {
  const body = (text: string) => text.replace(/<Metadata>.*?<\/Metadata>|<Metadata *\/>/g, "");
  world.service.script.random(({ operation }) => (operation === "List Blobs" ? { kind: "change answer", body } : undefined));
  const { receipt } = await world.run({ ...world.prefixes(), atomic: kind === "atomic" });
  expect(receipt).toMatchObject({ copied: 3 });
  expect(metadata()).toEqual([{ of: "a" }, { of: "b" }, { of: "p" }]);
});

test.each(["plain", "atomic"])(
  "all is copied, and nothing is pruned that is not proven to be ours, although no answer to a write has an ETag: %s",
  async (kind) => {
    const headers = withoutEtag;
    world.service.script.random(({ method }) => (method === "PUT" ? { kind: "change headers", headers } : undefined));
    const set = { ...world.prefixes(), atomic: kind === "atomic", prune: true };
    expect((await world.run(set)).failure).toBeUndefined();
    expect(metadata()).toEqual([{ of: "a" }, { of: "b" }, { of: "p" }]);
    world.source.deleteBlob("src", "p");
    // In a set that is not atomic, nothing proves that the blob is ours.
    expect((await world.run(set)).receipt).toMatchObject({ pruned: kind === "atomic" ? 1 : 0 });
  },
);

test("nothing is pruned by listings that do not tell whether they are whole", async () => {
  const set = { ...world.prefixes(), prune: true };
  expect((await world.run(set)).receipt).toMatchObject({ copied: 3 });
  const before = world.destination.blobNames("dst");
  const body = (text: string) => text.replace(/<NextMarker *\/>|<NextMarker><\/NextMarker>/, "");
  world.service.script.random(({ operation }) => (operation === "List Blobs" ? { kind: "change answer", body } : undefined));
  world.source.deleteBlob("src", "b");
  expect((await world.run(set)).failure?.why).toContain("NextMarker");
  expect(world.destination.blobNames("dst")).toEqual(before);
});

test("a page blob is complete although something on the way adds headers to what the service shows of it", async () => {
  const headers = (sent: readonly string[]) => [...sent, "Cache-Control", "private"];
  world.service.script.random(({ path }) => (path.includes("/dst/") ? { kind: "change headers", headers } : undefined));
  const { failure, receipt } = await world.run(world.prefixes());
  expect(failure).toBeUndefined();
  expect(receipt).toMatchObject({ copied: 3 });
});
