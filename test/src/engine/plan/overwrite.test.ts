import { AccessTier, CopyMethod, OverwritePolicy, RecopyPolicy } from "../../../../src/intent";
import { ExitCode } from "../../../../src/failure/exit-code";
import { type Declared, DESTINATION, MINUTE, SOURCE, World } from "../support/world";

const EVERY_DEPLOY = { recopy: RecopyPolicy.EVERY_DEPLOY };

function writes(world: World): string[] {
  return world.service.requests.map(({ operation }) => operation).filter((operation) => !/^(Get|List)/.test(operation));
}

test("NEVER fails before anything is touched when the destination exists", async () => {
  const world = new World().withOldDestination();
  const { failure } = await world.run({ overwrite: OverwritePolicy.NEVER });
  expect(failure).toMatchObject({ exitCode: ExitCode.COPY_FAILED, what: "The destination exists and is different" });
  expect(writes(world)).toEqual([]);
});

test("NEVER copies to a name that is free, and only as long as it is", async () => {
  const world = new World();
  expect((await world.run({ overwrite: OverwritePolicy.NEVER })).failure).toBeUndefined();

  const other = new World();
  other.service.script("Put Blob From URL", { meanwhile: () => void other.service.put(DESTINATION, "theirs", 3) });
  expect((await other.run({ overwrite: OverwritePolicy.NEVER })).failure?.what).toBe("The destination exists and is different");
  expect(other.see()).toMatchObject({ content: "theirs[0+3]" });
});

test("NEVER with EVERY_DEPLOY accepts what an earlier deploy copied, and nothing else", async () => {
  const world = new World();
  const declared = { overwrite: OverwritePolicy.NEVER };
  await world.run(declared, { intent: EVERY_DEPLOY });
  expect((await world.run(declared, { intent: EVERY_DEPLOY })).failure).toBeUndefined();
  world.service.put(DESTINATION, "theirs", 3);
  expect((await world.run(declared, { intent: EVERY_DEPLOY })).failure?.what).toBe("The destination exists and is different");
});

describe.each<[string, Declared, object]>([
  ["IF_DIFFERENT", { overwrite: OverwritePolicy.IF_DIFFERENT }, {}],
  ["EVERY_DEPLOY", {}, EVERY_DEPLOY],
])("%s", (_, declared, intent) => {
  test("does nothing when the destination is the same already, and tells what is there", async () => {
    const world = new World();
    await world.run(declared, { intent });
    const before = writes(world).length;
    const { receipts } = await world.run(declared, { intent });
    expect(writes(world)).toHaveLength(before);
    expect(receipts?.[0]).toMatchObject({ copyStatus: "success", bytesCopied: 1_000, etag: world.service.name(DESTINATION).blob?.etag });
    expect(world.of("copy-skipped")).toHaveLength(1);
  });

  test("copies when the source has other content", async () => {
    const world = new World();
    await world.run(declared, { intent });
    world.service.put(SOURCE, "newer", 1_000);
    await world.run(declared, { intent });
    expect(world.see()).toEqual(world.see(SOURCE));
  });

  test.each<[string, Declared]>([
    ["metadata", { metadata: { release: "4" } }],
    ["tags", { tags: { team: "b" } }],
    ["headers", { contentHeaders: { contentType: "text/plain" } }],
    ["tier", { accessTier: AccessTier.COOL }],
  ])("copies when other %s are declared than the destination has", async (_name, more) => {
    const world = new World();
    await world.run(declared, { intent });
    await world.run({ ...declared, ...more }, { intent });
    expect(world.of("copy-skipped")).toEqual([]);
    await world.run({ ...declared, ...more }, { intent });
    expect(world.of("copy-skipped")).toHaveLength(1);
  });

  test("goes by the time of the last change where there is no MD5", async () => {
    const world = new World();
    world.service.put(SOURCE, "new", 1_000, { md5: false });
    await world.clock.advance(MINUTE);
    await world.run(declared, { intent });
    await world.clock.advance(MINUTE);
    await world.run(declared, { intent });
    expect(world.of("copy-skipped")).toHaveLength(1);
    world.service.put(SOURCE, "newer", 1_000, { md5: false });
    await world.run(declared, { intent });
    expect(world.see()).toMatchObject({ content: "newer[0+1000]" });
  });

  test("promotes a snapshot of the destination, which is always older, once", async () => {
    const world = new World();
    const old = world.service.put(DESTINATION, "old", 1_000, { md5: false });
    const snapshot = world.service.snapshot(world.service.name(DESTINATION), old);
    await world.clock.advance(MINUTE);
    world.service.put(DESTINATION, "later", 1_000, { md5: false });
    await world.clock.advance(MINUTE);
    const promoted = { ...declared, from: `${DESTINATION}?snapshot=${encodeURIComponent(snapshot)}` };
    await world.run(promoted, { intent });
    expect(world.see()).toMatchObject({ content: "old[0+1000]" });
    await world.run(promoted, { intent });
    expect(world.of("copy-skipped")).toHaveLength(1);
  });

  test("copies over what somebody wrote to the destination since this deployment made it", async () => {
    const world = new World();
    world.service.put(SOURCE, "new", 1_000, { md5: false });
    await world.clock.advance(MINUTE);
    await world.run(declared, { intent });
    await world.clock.advance(MINUTE);
    world.service.put(DESTINATION, "theirs", 1_000, { md5: false });
    await world.clock.advance(MINUTE);
    await world.run(declared, { intent });
    expect(world.see()).toMatchObject({ content: "new[0+1000]" });
  });

  test("copies over what this deployment made from another source", async () => {
    const world = new World();
    const other = "https://source.blob.test/container/other.bin";
    world.service.put(SOURCE, "new", 1_000, { md5: false });
    world.service.put(other, "other", 1_000, { md5: false });
    await world.clock.advance(MINUTE);
    await world.run({ ...declared, from: other }, { intent });
    await world.clock.advance(MINUTE);
    await world.run(declared, { intent });
    expect(world.see()).toMatchObject({ content: "new[0+1000]" });
  });

  test("copies over what a rollback has put back, however late it was written", async () => {
    const world = new World();
    world.service.put(DESTINATION, "old", 1_000, { md5: false });
    await world.clock.advance(MINUTE);
    world.service.put(SOURCE, "new", 1_000, { md5: false });
    world.service.copyPlan = { milliseconds: 10_000 };
    await world.run({ ...declared, method: CopyMethod.COPY_BLOB }, { intent, cancelAfter: 3_000 });
    expect(world.see()).toMatchObject({ content: "old[0+1000]" });
    await world.clock.advance(MINUTE);
    await world.run({ ...declared, method: CopyMethod.COPY_BLOB }, { intent });
    expect(world.see()).toMatchObject({ content: "new[0+1000]" });
  });
});

test("NEVER counts what is proven to be the same as done", async () => {
  const world = new World();
  await world.run();
  const before = writes(world).length;
  expect((await world.run({ overwrite: OverwritePolicy.NEVER })).failure).toBeUndefined();
  expect(writes(world)).toHaveLength(before);
  expect((await world.run({ overwrite: OverwritePolicy.NEVER, metadata: { release: "4" } })).failure).toBeDefined();
  expect(writes(world)).toHaveLength(before);
});

test("IF_SOURCE_NEWER copies after a copy that was rolled back", async () => {
  const world = new World().withOldDestination();
  await world.clock.advance(MINUTE);
  world.service.put(SOURCE, "new", 1_000);
  world.service.copyPlan = { milliseconds: 10_000 };
  const declared = { overwrite: OverwritePolicy.IF_SOURCE_NEWER, method: CopyMethod.COPY_BLOB };
  await world.run(declared, { cancelAfter: 3_000 });
  expect(world.see()).toMatchObject({ content: "old[0+700]" });
  await world.clock.advance(MINUTE);
  await world.run(declared);
  expect(world.see()).toMatchObject({ content: "new[0+1000]" });
});

test("IF_SOURCE_NEWER copies only what was changed after the destination", async () => {
  const declared = { overwrite: OverwritePolicy.IF_SOURCE_NEWER };
  const world = new World();
  await world.clock.advance(MINUTE);
  world.withOldDestination();
  await world.run(declared);
  expect(world.see()).toMatchObject({ content: "old[0+700]" });
  await world.clock.advance(MINUTE);
  world.service.put(SOURCE, "newer", 1_000);
  await world.run(declared);
  expect(world.see()).toMatchObject({ content: "newer[0+1000]" });
});

test("ALWAYS copies over what is the same already", async () => {
  const world = new World();
  await world.run();
  const { etag } = world.service.name(DESTINATION).blob ?? {};
  await world.run();
  expect(world.service.name(DESTINATION).blob?.etag).not.toBe(etag);
});
