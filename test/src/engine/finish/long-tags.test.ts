import { CopyMethod } from "../../../../src/intent";
import { REPLACING } from "../support/prepared-world";
import { DESTINATION, SOURCE, World } from "../support/world";

/** Too long for a header. */
const tags = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`${index}${"k".repeat(100)}`, "v".repeat(250)]));
const METHODS = [CopyMethod.COPY_BLOB, CopyMethod.PUT_BLOB_FROM_URL, CopyMethod.PUT_BLOCK_FROM_URL];

test.each(METHODS)("tags that come after the copy are not put on what somebody wrote in between (%s)", async (method) => {
  for (const isReplaced of [true, false]) {
    const world = new World();
    world.service.script("Set Blob Tags", {
      meanwhile: () => {
        if (isReplaced) world.service.put(DESTINATION, "theirs", 20, { tags: { by: "them" } });
        else world.service.put(DESTINATION, "new", 1_000, { metadata: { release: "3" } });
      },
    });
    const { failure } = await world.run({ method, tags });
    expect(failure).toBeDefined();
    expect(world.see()).toMatchObject({ tags: isReplaced ? { by: "them" } : {} });
  }
});

test.each(METHODS)("tags whose answer is lost are found (%s)", async (method) => {
  for (const script of [{ answer: "lost" as const }, { effect: "twice" as const }]) {
    const world = new World();
    world.service.script("Set Blob Tags", script);
    expect((await world.run({ method, tags })).failure).toBeUndefined();
    expect(world.see()).toEqual({ ...world.see(SOURCE), tags });
    expect(world.leftBehind()).toEqual([]);
  }
});

test("tags that were put back are not put on what somebody wrote in between", async () => {
  const world = new World();
  world.service.put(DESTINATION, "old", 700, { tags });
  world.service.copyPlan = { milliseconds: 10_000 };
  world.service.script("Set Blob Tags", { meanwhile: () => world.service.put(DESTINATION, "theirs", 20, { tags: { by: "them" } }) });
  await world.run({ method: CopyMethod.COPY_BLOB }, { cancelAfter: 3_000 });
  expect(world.see()).toMatchObject({ content: "theirs[0+20]", tags: { by: "them" } });
});

test("metadata: {} leaves none, whatever copies", async () => {
  for (const method of REPLACING) {
    if ([CopyMethod.PUT_PAGE_FROM_URL, CopyMethod.APPEND_BLOCK_FROM_URL].includes(method)) continue;
    for (const putBlobLeavesMetadata of [true, false]) {
      const world = new World().withOldDestination();
      world.service.putBlobLeavesMetadata = putBlobLeavesMetadata;
      expect((await world.run({ method, metadata: {} })).failure).toBeUndefined();
      expect(world.see()).toMatchObject({ content: "new[0+1000]", metadata: {} });
      expect(world.leftBehind()).toEqual([]);
    }
  }
});

test("metadata: {} that cannot be set puts the old blob back", async () => {
  const world = new World().withOldDestination();
  const before = world.see();
  world.service.script("Set Blob Metadata", { effect: "none", answer: { status: 403, code: "AuthorizationPermissionMismatch" } });
  expect((await world.run({ metadata: {} })).failure).toBeDefined();
  expect(world.see()).toEqual(before);
  expect(world.leftBehind()).toEqual([]);
});
