import { CopyMethod } from "../../../../src/intent";
import { MemoryProcess } from "../../../support/memory-store/exchange";
import { prepared, REPLACING } from "../support/prepared-world";
import { destinationOf, THEIR_ACTS } from "../support/their-acts";
import { type Declared, SOURCE, type World } from "../support/world";

/** Methods that write the destination before the copy is complete. */
const AT_ONCE = [CopyMethod.COPY_BLOB, CopyMethod.PUT_PAGE_FROM_URL, CopyMethod.APPEND_BLOCK_FROM_URL];
const THEIRS = { reviewed: "yes" };
const MANY = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`${index}-${"k".repeat(100)}`, "v".repeat(250)]));

function preparedWithTags(method: CopyMethod): World {
  const world = prepared(method, "present");
  const { blob } = world.service.name(SOURCE);
  if (blob !== undefined) blob.tags = { stage: "new" };
  return world;
}

/** Setting tags does not change the ETag, so a request's condition cannot detect it. */
function tagged(method: CopyMethod, tags: Readonly<Record<string, string>> = THEIRS): World {
  const world = preparedWithTags(method);
  world.clock.after(500, () => void (destinationOf(world).tags = tags));
  return world;
}
const CANCEL = { cancelAfter: 800 };

test.each(REPLACING)("tags that somebody sets while a copy by %s is under way are theirs when it is cancelled", async (method) => {
  const world = tagged(method);
  expect((await world.run({ method }, CANCEL)).failure).toBeDefined();
  await world.settle();
  expect(world.see()).toMatchObject({ tags: THEIRS });
  expect(world.leftBehind()).toEqual([]);
});

const TAGS_GIVEN: readonly [string, Declared][] = [
  ["none", {}],
  ["its own", { tags: { team: "b" } }],
  ["those of the source", { copySourceTags: true }],
];

describe.each(AT_ONCE)("a cancelled copy by %s puts back", (method) => {
  test.each(TAGS_GIVEN)("the old content with the tags that somebody has set since, where it declares %s", async (_, declared) => {
    const world = tagged(method);
    const before = world.see();
    await world.run({ method, ...declared }, CANCEL);
    await world.settle();
    expect(world.see()).toEqual({ ...before, tags: THEIRS });
    expect(world.of("rollback-finished")).toMatchObject([
      { detail: expect.stringContaining("tags that another client has set") as string },
    ]);
  });

  test("the old content with tags of theirs that no header can say", async () => {
    const world = tagged(method, MANY);
    const before = world.see();
    await world.run({ method }, CANCEL);
    await world.settle();
    expect(world.see()).toEqual({ ...before, tags: MANY });
  });

  test.each(TAGS_GIVEN)("the old tags where nobody has set any, and it declares %s", async (_, declared) => {
    const world = prepared(method, "present");
    const before = world.see();
    await world.run({ method, ...declared }, CANCEL);
    await world.settle();
    expect(world.see()).toEqual(before);
    expect(world.of("rollback-finished")).toMatchObject([{ detail: "the destination is as it was before" }]);
  });

  test("the same whichever request is the last of its process", async () => {
    for (let last = 10; last < 90; last += 4) {
      const world = tagged(method);
      await world.runKilled({ method }, new MemoryProcess(last), CANCEL);
      // Killed before the tags were set.
      if (!("reviewed" in destinationOf(world).tags)) continue;
      await world.recover({ method });
      await world.settle();
      expect(world.see()).toMatchObject({ tags: THEIRS });
    }
  });
});

test.each([CopyMethod.PUT_PAGE_FROM_URL, CopyMethod.APPEND_BLOCK_FROM_URL])(
  "the only tag of what somebody has written into while it was copied by %s stays, since the mark that is taken off is not that",
  async (method) => {
    const world = preparedWithTags(method);
    world.clock.after(500, () => {
      THEIR_ACTS["adds metadata"](world);
      destinationOf(world).tags = THEIRS;
    });
    await world.run({ method, tags: { team: "b" } }, CANCEL);
    await world.settle();
    expect(world.see()).toMatchObject({ metadata: { release: "3", reviewed: "yes" }, tags: THEIRS });
    expect(world.of("rollback-finished")).toMatchObject([{ detail: expect.stringContaining("its content is left as it is") as string }]);
  },
);
