import { BlobType, CopyMethod, RollbackPolicy, SourceGuard } from "../../../../src/intent";
import { refused } from "../../../support/memory-store/script";
import { type Declared, DESTINATION, NEAR_SOURCE, SOURCE, World } from "../support/world";

const WEB = "https://files.example/model.bin";
const METHODS = [CopyMethod.PUT_BLOB_FROM_URL, CopyMethod.PUT_BLOCK_FROM_URL, CopyMethod.COPY_BLOB] as const;
const LAST: Record<(typeof METHODS)[number], string> = {
  [CopyMethod.PUT_BLOB_FROM_URL]: "Put Blob From URL",
  [CopyMethod.PUT_BLOCK_FROM_URL]: "Put Block List",
  [CopyMethod.COPY_BLOB]: "Copy Blob",
};

/** A source without an ETag condition, over an existing blob. */
function unpinned(from: string): World {
  const world = new World().withOldDestination();
  world.service.put(WEB, "web", 1_000, { md5: false });
  if (from === SOURCE) world.service.put(SOURCE, "new", 1_000);
  return world;
}

describe.each(METHODS)("%s of a source that cannot be pinned", (method) => {
  test("puts the destination back when the source changes under it", async () => {
    const world = unpinned(WEB);
    const before = world.see();
    await world.clock.advance(2_000);
    world.service.script(LAST[method], { afterwards: () => void world.service.put(WEB, "newer", 1_000, { md5: false }) });
    const { failure } = await world.run({ from: WEB, method });
    expect(failure?.why).toContain("the source changed while it was copied");
    expect(world.see()).toEqual(before);
    expect(world.outcomes).toEqual(["restored"]);
    expect(world.leftBehind()).toEqual([]);
  });

  test("puts the destination back when what was read is not what was told", async () => {
    const world = unpinned(WEB);
    const before = world.see();
    const cut = () => {
      const { blob } = world.service.name(DESTINATION);
      if (blob !== undefined) blob.content = blob.content.slice(0, 10);
    };
    world.service.script(LAST[method], { afterwards: cut });
    const { failure } = await world.run({ from: WEB, method });
    expect(failure?.why).toContain("it has 10 bytes, the source 1000");
    expect(world.see()).toEqual(before);
  });
});

describe("a web server that does not tell the length", () => {
  const silent = (length = 1_000) => {
    const world = new World().withOldDestination();
    world.service.put(WEB, "web", length, { md5: false });
    world.service.webServersTellLength = false;
    return world;
  };
  const WHOLE = [CopyMethod.AUTO, CopyMethod.PUT_BLOB_FROM_URL, CopyMethod.COPY_BLOB];

  test.each(WHOLE)("is copied from by %s", async (method) => {
    const world = silent();
    expect((await world.run({ from: WEB, method })).failure).toBeUndefined();
    expect(world.see()).toMatchObject({ content: "web[0+1000]" });
  });

  test.each(WHOLE)("and of which %s got nothing at all has failed, and what was there is put back", async (method) => {
    const world = silent(0);
    const before = world.see();
    expect((await world.run({ from: WEB, method })).failure?.why).toContain(
      "it is empty, and the source does not say that it has no bytes",
    );
    expect(world.see()).toEqual(before);
    expect(world.leftBehind()).toEqual([]);
  });

  test.each([CopyMethod.PUT_BLOCK_FROM_URL, CopyMethod.APPEND_BLOCK_FROM_URL, CopyMethod.PUT_PAGE_FROM_URL])(
    "is refused to %s, which reads ranges, before anything is sent",
    async (method) => {
      const world = silent();
      world.service.delete(DESTINATION);
      const { failure } = await world.run({ from: WEB, method });
      expect(failure).toMatchObject({ why: "its server does not report the length" });
      expect(world.see()).toBeUndefined();
      expect(world.leftBehind()).toEqual([]);
    },
  );
});

test("SourceGuard.NONE takes whatever the source has become", async () => {
  const world = unpinned(SOURCE);
  world.service.script("Put Blob From URL", { afterwards: () => void world.service.put(SOURCE, "newer", 1_000) });
  const { failure } = await world.run({ sourceGuard: SourceGuard.NONE });
  expect(failure).toBeUndefined();
  expect(world.see()).toMatchObject({ content: "new[0+1000]" });
  expect(world.leftBehind()).toEqual([]);
});

test("SourceGuard.NONE still notices bytes that are missing", async () => {
  const world = unpinned(SOURCE);
  const before = world.see();
  const empty = () => {
    const { blob } = world.service.name(DESTINATION);
    if (blob !== undefined) blob.content = blob.content.slice(0, 0);
  };
  world.service.script("Put Blob From URL", { afterwards: empty });
  expect((await world.run({ sourceGuard: SourceGuard.NONE })).failure?.why).toContain("it has 0 bytes");
  expect(world.see()).toEqual(before);
});

test.each([SourceGuard.NONE, SourceGuard.ETAG, SourceGuard.LEASE])("a blob is copied onto itself with guard %s", async (sourceGuard) => {
  const world = new World();
  world.service.put(DESTINATION, "own", 1_000);
  const { failure } = await world.run({ from: DESTINATION, sourceGuard, metadata: { release: "4" } });
  expect(failure).toBeUndefined();
  expect(world.see()).toMatchObject({ content: "own[0+1000]", metadata: { release: "4" } });
});

test("a source that is not pinned is not begun where no restore point can be taken", async () => {
  const world = unpinned(WEB);
  const before = world.see();
  world.service.chance = (operation) => (operation === "Snapshot Blob" ? refused(403, "AuthorizationPermissionMismatch") : undefined);
  const { failure } = await world.run({ from: WEB });
  expect(failure?.what).toContain("could not be put back");
  expect(world.see()).toEqual(before);
  expect((await world.run({ from: WEB }, { intent: { rollback: RollbackPolicy.ABORT_ONLY } })).failure).toBeUndefined();
});

describe("a destination of another type", () => {
  test.each<[string, BlobType, Declared]>([
    ["a page blob under a block blob", BlobType.PAGE, {}],
    ["an append blob under a block blob", BlobType.APPEND, { method: CopyMethod.PUT_BLOCK_FROM_URL }],
    ["a page blob under a web page", BlobType.PAGE, { from: WEB }],
  ])("is refused before anything is sent: %s", async (_, type, declared) => {
    const world = new World();
    world.service.put(WEB, "web", 1_000);
    world.service.put(DESTINATION, "old", 1_024, { type });
    const { failure } = await world.run(declared);
    expect(failure?.what).toContain(type);
    expect(world.service.requests.every(({ operation }) => /^(Get|List)/.test(operation))).toBe(true);
  });
});

describe("tags that may not be read", () => {
  const mayNotRead = (operation: string) => (operation === "Get Blob Tags" ? refused(403, "AuthorizationPermissionMismatch") : undefined);

  test.each<Record<string, string>>([{ team: "a" }, { team: "a", scan: "clean" }])(
    "do not keep a copy from being made that leaves nothing to put back: %j",
    async (tags) => {
      const world = new World();
      world.service.put(DESTINATION, "old", 700, { tags });
      world.service.chance = mayNotRead;
      expect((await world.run()).failure).toBeUndefined();
      expect(world.see()).toMatchObject({ content: "new[0+1000]" });
    },
  );

  test("keep a copy from being begun that would have to put them back", async () => {
    const world = new World();
    world.service.put(DESTINATION, "old", 700, { tags: { team: "a", scan: "clean" } });
    world.service.chance = mayNotRead;
    const { failure } = await world.run({ method: CopyMethod.COPY_BLOB });
    expect(failure?.what).toContain("could not be put back");
    expect(world.see()).toMatchObject({ content: "old[0+700]" });
    expect(
      (await world.run({ method: CopyMethod.COPY_BLOB }, { intent: { rollback: RollbackPolicy.ABORT_ONLY } })).failure,
    ).toBeUndefined();
  });

  test("are put back where they may be read", async () => {
    const world = new World();
    world.service.put(DESTINATION, "old", 700, { tags: { team: "a", scan: "clean" } });
    const before = world.see();
    world.service.copyPlan = { milliseconds: 10_000 };
    await world.run({ method: CopyMethod.COPY_BLOB, from: NEAR_SOURCE }, { cancelAfter: 1_000 });
    expect(world.see()).toEqual(before);
  });
});
