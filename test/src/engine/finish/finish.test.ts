import { BlobType, CopyMethod } from "../../../../src/intent";
import { LOST_AFTER, refused } from "../../../support/memory-store/script";
import { DESTINATION, MEBIBYTE, SOURCE, World } from "../support/world";

const METHODS = [CopyMethod.COPY_BLOB, CopyMethod.COPY_BLOB_FROM_URL, CopyMethod.PUT_BLOB_FROM_URL, CopyMethod.PUT_BLOCK_FROM_URL];
const BIG_TAGS = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`${index}${"k".repeat(120)}`, "v".repeat(200)]));

test.each(METHODS)("%s keeps the source's headers but for those that are declared", async (method) => {
  const world = new World();
  world.service.put(SOURCE, "new", 1_000, { contentHeaders: { contentType: "model/onnx", cacheControl: "no-cache" } });
  const { failure } = await world.run({ method, contentHeaders: { contentType: "text/plain", contentLanguage: "en" } });
  expect(failure).toBeUndefined();
  expect(world.see()).toMatchObject({
    contentHeaders: { contentType: "text/plain", cacheControl: "no-cache", contentLanguage: "en" },
    contentMd5: world.service.name(SOURCE).blob?.contentMd5,
  });
});

test.each(METHODS)("%s sets tags that are too long for a header after the copy", async (method) => {
  const world = new World().withOldDestination();
  const { failure } = await world.run({ method, tags: BIG_TAGS });
  expect(failure).toBeUndefined();
  expect(world.see()).toMatchObject({ tags: BIG_TAGS });
  expect(world.leftBehind()).toEqual([]);
});

test.each(METHODS)("%s whose long tags cannot be set is undone", async (method) => {
  const world = new World().withOldDestination();
  const before = world.see();
  world.service.script("Set Blob Tags", refused(403, "AuthorizationPermissionMismatch"));
  const { failure } = await world.run({ method, tags: BIG_TAGS });
  expect(failure?.remedy).toContain("tags");
  expect(world.see()).toEqual(before);
  expect(world.leftBehind()).toEqual([]);
});

test("a copy that lacks its long tags is recognised and undone even when nothing is known of its write", async () => {
  const world = new World().withOldDestination();
  const before = world.see();
  world.service.script("Put Blob From URL", LOST_AFTER);
  world.service.script("Get Blob Properties", {}, LOST_AFTER);
  const { failure } = await world.run({ method: CopyMethod.PUT_BLOB_FROM_URL, tags: BIG_TAGS });
  expect(failure).toBeDefined();
  expect(world.see()).toEqual(before);
  expect(world.leftBehind()).toEqual([]);
});

test("headers whose answer is lost are looked up", async () => {
  const world = new World();
  world.service.script("Set Blob Properties", LOST_AFTER);
  const { failure } = await world.run({ method: CopyMethod.COPY_BLOB, contentHeaders: { contentType: "text/plain" } });
  expect(failure).toBeUndefined();
  expect(world.see()).toMatchObject({ contentHeaders: { contentType: "text/plain" } });
});

test("headers that cannot be set undo the copy", async () => {
  const world = new World().withOldDestination();
  const before = world.see();
  world.service.script("Set Blob Properties", refused(403, "AuthorizationFailure"));
  await world.run({ method: CopyMethod.COPY_BLOB, contentHeaders: { contentType: "text/plain" } });
  expect(world.see()).toEqual(before);
  expect(world.leftBehind()).toEqual([]);
});

describe("a destination that differs from the source after the copy", () => {
  const spoil = (world: World, change: object) => () => {
    const { blob } = world.service.name(DESTINATION);
    if (blob === undefined) throw new Error("there is no blob");
    Object.assign(blob, change);
  };

  test("in its MD5 fails the run, and is put back", async () => {
    const world = new World().withOldDestination();
    const before = world.see();
    world.service.script("Copy Blob", { afterwards: spoil(world, { contentMd5: "other" }) });
    const { failure } = await world.run({ method: CopyMethod.COPY_BLOB });
    expect(failure?.why).toContain("MD5");
    expect(world.see()).toEqual(before);
    expect(world.leftBehind()).toEqual([]);
  });

  test("in its length fails the run, and is removed where nothing was", async () => {
    const world = new World();
    world.service.script("Put Blob From URL", {
      afterwards: () => spoil(world, { content: world.service.name(SOURCE).blob?.content.slice(0, 10) })(),
    });
    const { failure } = await world.run();
    expect(failure?.why).toContain("it has 10 bytes, the source 1000");
    expect(world.see()).toBeUndefined();
  });

  test("in one step over an older blob cannot be put back, and that is said", async () => {
    const world = new World().withOldDestination();
    world.service.script("Put Blob From URL", { afterwards: spoil(world, { contentMd5: "other" }) });
    const { failure } = await world.run();
    expect(failure?.why).toContain("MD5");
    expect(world.outcomes).toEqual(["incomplete"]);
  });
});

test("a source that changes between the look and the copy is refused by its ETag, and the new state copied", async () => {
  const world = new World();
  world.service.script("Put Blob From URL", { meanwhile: () => void world.service.put(SOURCE, "newer", 1_000) });
  const { failure } = await world.run();
  expect(failure?.why).toContain("SourceConditionNotMet");
  expect(world.see()).toBeUndefined();
});

describe("marks of a deployment that is still writing the source", () => {
  test.each<[string, CopyMethod, BlobType]>([
    ["Put Blob From URL", CopyMethod.PUT_BLOB_FROM_URL, BlobType.BLOCK],
    ["Copy Blob", CopyMethod.COPY_BLOB, BlobType.BLOCK],
    ["Copy Blob From URL", CopyMethod.COPY_BLOB_FROM_URL, BlobType.BLOCK],
    ["Put Block From URL", CopyMethod.PUT_BLOCK_FROM_URL, BlobType.BLOCK],
    ["Put Page From URL", CopyMethod.PUT_PAGE_FROM_URL, BlobType.PAGE],
    ["Append Block From URL", CopyMethod.APPEND_BLOCK_FROM_URL, BlobType.APPEND],
  ])("are not copied on by %s, and the rest of its metadata is", async (_, method, type) => {
    const world = new World();
    world.service.put(SOURCE, "new", 1_024, {
      type,
      metadata: { release: "3", blobcopy_unfinished: "dGhlaXJz", blobcopy_owner: "b3RoZXI" },
    });
    expect((await world.run({ method })).failure).toBeUndefined();
    expect(world.see()).toMatchObject({ content: "new[0+1024]", metadata: { release: "3" } });
    expect(world.leftBehind()).toEqual([]);
  });
});

describe.each([false, true])("whether Put Blob From URL leaves the source's metadata out (%s) or not", (leavesOut) => {
  test("the destination has it", async () => {
    const world = new World();
    world.service.putBlobLeavesMetadata = leavesOut;
    await world.run();
    expect(world.see()).toEqual(world.see(SOURCE));
    await world.run({ metadata: { release: "4" } });
    expect(world.see()).toMatchObject({ metadata: { release: "4" } });
  });

  test("a lost answer does not turn a good copy into a failed one", async () => {
    const world = new World();
    world.service.putBlobLeavesMetadata = leavesOut;
    world.service.script("Put Blob From URL", { answer: "lost" });
    expect((await world.run()).failure).toBeUndefined();
    expect(world.see()).toEqual(world.see(SOURCE));
  });
});

describe("what no request can say", () => {
  const LARGE = 300 * MEBIBYTE;
  const odd = (world: World, contentHeaders: object, metadata = {}) =>
    world.service.put(SOURCE, "new", LARGE, { contentHeaders, metadata, md5: false });

  test.each<[string, object, object]>([
    ["header", { contentDisposition: 'attachment; filename="Zürich.bin"' }, {}],
    ["metadata", {}, { city: "Zürich" }],
  ])("a %s of the source is known before the first block, and a method that carries it is taken", async (_, headers, metadata) => {
    const world = new World();
    odd(world, headers, metadata);
    expect((await world.run()).failure).toBeUndefined();
    expect(world.service.count("Put Block From URL")).toBe(0);
    expect(world.see()).toEqual(world.see(SOURCE));
  });

  test("is named where the method is declared, before anything is sent", async () => {
    const world = new World();
    odd(world, { contentDisposition: "ü" });
    const { failure } = await world.run({ method: CopyMethod.PUT_BLOCK_FROM_URL });
    expect(failure?.why).toContain("contentDisposition");
    expect(world.service.count("Put Block From URL")).toBe(0);
  });
});

test.each(["InvalidBlobOrBlock", "BlockCountExceedsLimit"])("somebody's uncommitted blocks (%s) are avoided, and stay", async (code) => {
  const world = new World();
  world.service.put(SOURCE, "new", 300 * MEBIBYTE);
  world.service.chance = (operation) =>
    operation === "Put Block From URL" ? refused(code === "InvalidBlobOrBlock" ? 400 : 409, code) : undefined;
  expect((await world.run()).failure).toBeUndefined();
  expect(world.see()).toEqual(world.see(SOURCE));
  expect(world.service.count("Put Block List")).toBe(0);
});
