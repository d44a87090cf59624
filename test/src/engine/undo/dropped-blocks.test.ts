import { CopyMethod } from "../../../../src/intent";
import { MemoryProcess } from "../../../support/memory-store/exchange";
import { refused } from "../../../support/memory-store/script";
import { DESTINATION, MEBIBYTE, SOURCE, World } from "../support/world";

/** Tags too long for a header, so they are set last, and the blob carries our mark until then. */
const TAGS = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`${index}-${"k".repeat(100)}`, "v".repeat(250)]));
const declared = { method: CopyMethod.PUT_BLOCK_FROM_URL, tags: TAGS };
/** More than the requests of a run and its rollback. */
const REQUESTS = 60;

/** The first commit is refused, and also the nth request after it. */
function refusing(nth?: number): World {
  const world = new World();
  world.service.put(SOURCE, "new", 20 * MEBIBYTE, { metadata: { release: "3" } });
  let requests: number | undefined;
  world.service.chance = (operation) => {
    if (requests === undefined && operation === "Put Block List") requests = 0;
    else if (requests === undefined || ++requests !== nth) return undefined;
    return refused(403, "AuthorizationFailure");
  };
  return world;
}

function expectNothing(world: World): void {
  expect(world.see()).toBeUndefined();
  expect(world.leftBehind()).toEqual([]);
  expect(world.service.name(DESTINATION).uncommitted.size).toBe(0);
}

test("blocks that could not be committed are dropped, whichever request of that is the last of its process", async () => {
  for (let last = 1; last < REQUESTS; last++) {
    const world = refusing();
    await world.runKilled(declared, new MemoryProcess(last));
    world.service.chance = () => undefined;
    await world.recover(declared);
    await world.settle();
    expectNothing(world);
  }
});

test("blocks that could not be committed are dropped by the next run, whichever request of that was refused", async () => {
  for (let number = 1; number < REQUESTS; number++) {
    const world = refusing(number);
    expect((await world.run(declared)).failure).toBeDefined();
    world.service.chance = (operation) => (operation === "Put Block List" ? refused(403, "AuthorizationFailure") : undefined);
    expect((await world.run(declared)).failure).toBeDefined();
    world.service.chance = () => undefined;
    await world.recover(declared);
    await world.settle();
    expect(world.see()).toBeUndefined();
    expect(world.leftBehind()).toEqual([]);
  }
});
