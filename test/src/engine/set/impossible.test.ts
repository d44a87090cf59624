import { BlobServiceClient } from "@azure/storage-blob";
import type { BlobSeed } from "../../../support/fake-blob-service";
import { SetWorld } from "./set-world";

let world: SetWorld;
beforeEach(async () => {
  world = await SetWorld.start();
});
afterEach(() => world.stop());

const PAGE: BlobSeed = { type: "PageBlob", content: "p".repeat(512) };
const options = (values: Record<string, unknown>, set: Record<string, unknown> = {}) => ({
  ...world.prefixes({ options: values }),
  ...set,
});

/** Puts another client's incremental copy of a page blob at the destination. */
async function addChain(name: string): Promise<void> {
  world.source.createContainer("disks");
  world.source.putBlob("disks", "disk", PAGE);
  const snapshot = world.source.snapshot("disks", "disk");
  const query = world.source.sas({ container: "disks", permissions: "r" });
  const url = `${world.source.blobUrl("disks", "disk")}?snapshot=${encodeURIComponent(snapshot)}&${query}`;
  const container = BlobServiceClient.fromConnectionString(world.destination.connectionString).getContainerClient("dst");
  await container.getPageBlobClient(name).startCopyIncremental(url);
  while (world.destination.getBlob("dst", name)?.copy?.status === "pending") await new Promise((resolve) => setTimeout(resolve, 5));
}

interface Case {
  readonly what: string;
  readonly blob: BlobSeed;
  /** A second name at the source, and its content. */
  readonly name?: string;
  readonly set?: () => Record<string, unknown>;
  readonly arrange?: () => unknown;
  readonly why: RegExp;
}

const CASES: readonly Case[] = [
  {
    what: "archived, and its copy is to no online tier",
    blob: { content: "x", accessTier: "Archive" },
    why: /is in the archive tier/,
  },
  {
    what: "another type than the blob that is there",
    blob: { content: "x" },
    arrange: () => world.destination.putBlob("dst", "hard", PAGE),
    why: /cannot be both/,
  },
  {
    what: "a page blob where a block blob is",
    blob: PAGE,
    arrange: () => world.destination.putBlob("dst", "hard", { content: "theirs" }),
    why: /cannot be both/,
  },
  {
    what: "to be written where incremental copies have added snapshots",
    blob: { type: "PageBlob", content: "q".repeat(1_024) },
    arrange: () => addChain("hard"),
    why: /only the next incremental copy can write it/,
  },
  {
    what: "no append blob, and to be sealed",
    blob: { content: "x" },
    set: () => options({ seal: true }),
    why: /cannot do seal/,
  },
  {
    what: "named like what the program keeps itself",
    blob: { content: "x" },
    name: "notes/0123.ndjson",
    set: () => world.prefixes({ rename: { "notes/": ".blobcopy/" } }),
    why: /copy sets keep .* under names that begin with "\.blobcopy\/"/,
  },
];

test.each(CASES.map((one) => [one.what, one] as const))(
  "a blob that is %s is refused before anything is sent for it, and a plan and a check say so",
  async (_what, { blob, name = "hard", set = () => world.prefixes(), arrange, why }) => {
    const easy = set().prefixes !== undefined && JSON.stringify(set()).includes("seal") ? { type: "AppendBlob" as const } : {};
    world.source.putBlob("src", "easy", { content: "easy", ...easy });
    world.source.putBlob("src", name, blob);
    await arrange?.();
    const before = world.contents();
    const planned = await world.plan(set());
    expect(planned.filter(({ action }) => action === "fail").map(({ why: told }) => told)).toEqual([expect.stringMatching(why)]);
    expect((await world.check(set())).flatMap(({ failure }) => failure?.why ?? [])).toEqual([expect.stringMatching(why)]);
    world.service.requests.length = 0;
    const { failure, results } = await world.run(set());
    expect(failure?.why).toMatch(why);
    expect(results.filter(({ status }) => status === "failed")).toHaveLength(1);
    expect(world.contents()).toEqual({ ...before, easy: "easy" });
    const written = world.service.requests.filter(({ operation }) => !/^(Get|List)/.test(operation));
    expect(written.every(({ path }) => path.endsWith("/easy"))).toBe(true);
    // In an atomic set, it also keeps the others from being copied.
    world.destination.deleteBlob("dst", "easy");
    expect((await world.run({ ...set(), atomic: true })).failure?.why).toMatch(why);
    expect(world.contents()).toEqual(before);
  },
);

test("what an earlier run of this deployment has pending there is no obstacle, whatever its type", async () => {
  const deployment = "one";
  world.source.putBlob("src", "hard", { content: "as a block blob" });
  world.service.script.copies({ name: "hard", pendingMilliseconds: 60_000, times: 1 });
  await world.runLost(world.prefixes({ options: { method: "copy-blob" } }), "Get Blob Properties", 3, { deployment });
  expect(world.destination.getBlob("dst", "hard")?.copy).toMatchObject({ status: "pending" });
  // If the service does not fail the copy because of it, only the times show that the source has
  // changed since then.
  const startedAt = world.destination.getBlob("dst", "hard")?.lastModified.getTime() ?? 0;
  const isSoonEnough = world.service.script.ways.is("pending-and-source", "fails the copy");
  while (!isSoonEnough && Date.now() < startedAt + 3_000) await new Promise((resolve) => setTimeout(resolve, 20));
  world.source.putBlob("src", "hard", PAGE);
  expect((await world.run(world.prefixes(), { deployment })).failure).toBeUndefined();
  expect(world.destination.getBlob("dst", "hard")?.type).toBe("PageBlob");
});

describe("an atomic set that archives", () => {
  const archiving = (values: Record<string, unknown> = {}) =>
    options({ accessTier: "Archive", ...values }, { atomic: true, maxConcurrency: 1 });
  const tiers = () => world.destination.blobNames("dst").map((name) => world.destination.getBlob("dst", name)?.accessTier);

  it.each([{}, { method: "put-block-from-url" }, { method: "put-blob-from-url" }])(
    "replaces no blob that it could not put back, and says what to do (%j)",
    async (values) => {
      world.put({ a: "new a", b: "new b", c: "new c" });
      for (const name of ["a", "b"]) world.destination.putBlob("dst", name, { content: `old ${name}` });
      const { failure } = await world.run(archiving(values));
      expect(failure?.why).toMatch(/archive/);
      expect(failure?.remedy).toMatch(/archive/);
      expect(failure?.remedy).not.toMatch(/CopyMethod.AUTO|PUT_BLOB_FROM_URL/);
      expect(world.contents()).toEqual({ a: "old a", b: "old b" });
    },
  );

  it("archives where nothing was, takes it all away when it fails, and leaves what is there already", async () => {
    world.put({ a: "a", b: "b", c: "c" });
    world.service.script.fault(
      { operation: "Put Block List", path: "/c", times: Infinity },
      { kind: "answer", status: 403, code: "AuthorizationFailure" },
    );
    expect((await world.run(archiving())).failure).toBeDefined();
    expect(world.contents()).toEqual({});
    world.service.script.reset();
    expect((await world.run(archiving())).receipt).toMatchObject({ copied: 3 });
    expect(tiers()).toEqual(["Archive", "Archive", "Archive"]);
    expect((await world.run(archiving())).receipt).toMatchObject({ copied: 0, skipped: 3 });
  });
});
