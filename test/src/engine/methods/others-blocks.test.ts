import { CopyMethod } from "../../../../src/intent";
import { Content } from "../../../support/memory-store/content";
import { DESTINATION, MEBIBYTE, SOURCE, World } from "../support/world";

const declared = { method: CopyMethod.PUT_BLOCK_FROM_URL };

/** Another client's uncommitted blocks on the destination's name, with ids of this many bytes. */
function withTheirs(bytes: number, blocks = 3): World {
  const world = new World();
  world.service.put(SOURCE, "new", 20 * MEBIBYTE);
  const { uncommitted } = world.service.name(DESTINATION);
  for (let index = 0; index < blocks; index++) {
    const id = Buffer.alloc(bytes);
    id.writeUIntBE(index, bytes - Math.min(bytes, 3), Math.min(bytes, 3));
    uncommitted.set(id.toString("base64"), Content.of("theirs", 1));
  }
  return world;
}

test.each([3, 4, 5, 6, 12, 15, 16, 48, 64])("blocks are copied beside others' with ids of %i bytes, and it is said", async (bytes) => {
  const world = withTheirs(bytes);
  expect((await world.run(declared)).failure).toBeUndefined();
  expect(world.see()).toMatchObject({ content: `new[0+${20 * MEBIBYTE}]` });
  expect(world.of("warning").map(({ text }) => text)).toEqual([
    expect.stringContaining("3 uncommitted blocks of other clients are on this name"),
  ]);
});

test.each([1, 2])("ids of %i bytes leave no room, which is said before anything is touched", async (bytes) => {
  const world = withTheirs(bytes);
  const { failure } = await world.run(declared);
  expect(failure?.why).toContain(`have ${bytes} bytes`);
  expect(world.service.name(DESTINATION).uncommitted.size).toBe(3);
  expect(world.service.count("Put Block From URL")).toBe(0);
});

test("others' blocks outlive a copy that is cancelled; ours are dropped where there are no others", async () => {
  for (const [blocks, left] of [
    [3, 3],
    [0, 0],
  ] as const) {
    const world = withTheirs(15, blocks);
    const theirs = [...world.service.name(DESTINATION).uncommitted.keys()];
    world.service.chance = (operation) => (operation === "Put Block From URL" ? { answerDelay: 1_000 } : undefined);
    await world.run(declared, { cancelAfter: 500 });
    expect(world.see()).toBeUndefined();
    const now = [...world.service.name(DESTINATION).uncommitted.keys()];
    expect(now).toEqual(expect.arrayContaining(theirs));
    if (left === 0) expect(now).toEqual([]);
  }
});

test("a name whose blocks may not be looked at is copied to all the same", async () => {
  const world = withTheirs(15, 0);
  world.service.script("Get Block List", { effect: "none", answer: { status: 403, code: "AuthorizationPermissionMismatch" } });
  expect((await world.run(declared)).failure).toBeUndefined();
});

test.each([1, 2])("without a declared method, ids of %i bytes lead to another method", async (bytes) => {
  const world = withTheirs(bytes);
  world.service.put(SOURCE, "new", 300 * MEBIBYTE);
  expect((await world.run({})).failure).toBeUndefined();
  expect(world.see()).toMatchObject({ content: `new[0+${300 * MEBIBYTE}]` });
  expect(world.service.count("Put Block From URL")).toBe(0);
});

describe("blocks that a run left whose machine was lost", () => {
  /** A run that is lost with its journal after it staged some blocks. */
  async function lost(bytes?: number): Promise<World> {
    const world = bytes === undefined ? withTheirs(15, 0) : withTheirs(bytes);
    world.service.chance = (operation) => (operation === "Put Block From URL" ? { answerDelay: 1_000 } : undefined);
    await world.runKilledAfter(declared, 500);
    world.loseJournal();
    await world.settle();
    world.events = [];
    expect(world.service.name(DESTINATION).uncommitted.size).toBe(bytes === undefined ? 3 : 6);
    return world;
  }

  test.each([undefined, 12, 15, 48])("are known by their ids, and not taken for others' (others' ids: %p bytes)", async (bytes) => {
    const world = await lost(bytes);
    expect((await world.run(declared)).failure).toBeUndefined();
    expect(world.see()).toMatchObject({ content: `new[0+${20 * MEBIBYTE}]` });
    const said = world.of("warning").map(({ text }) => text);
    expect(said).toEqual(bytes === undefined ? [] : [expect.stringContaining("3 uncommitted blocks of other clients")]);
  });

  test("are dropped with this run's own when it is cancelled, and stay where others' are beside them", async () => {
    for (const bytes of [undefined, 15]) {
      const world = await lost(bytes);
      const before = [...world.service.name(DESTINATION).uncommitted.keys()];
      await world.run(declared, { cancelAfter: 500 });
      expect(world.see()).toBeUndefined();
      const now = [...world.service.name(DESTINATION).uncommitted.keys()];
      expect(now).toEqual(bytes === undefined ? [] : expect.arrayContaining(before));
    }
  });

  test("are another deployment's, if its id is another", async () => {
    const world = await lost();
    expect((await world.run(declared, { intent: { deployment: "another" } })).failure).toBeUndefined();
    expect(world.of("warning").map(({ text }) => text)).toEqual([expect.stringContaining("of other clients are on this name")]);
  });
});
