import { BlobType, CopyMethod } from "../../../../src/intent";
import { MemoryProcess } from "../../../support/memory-store/exchange";
import { STATES } from "../support/prepared-world";
import { destinationOf, THEIR_ACTS } from "../support/their-acts";
import { DESTINATION, MEBIBYTE, SOURCE, World } from "../support/world";

const declared = { method: CopyMethod.COPY_BLOB };
const COPY_MILLISECONDS = 10_000;

type Act = keyof typeof THEIR_ACTS;

const CASES = STATES.flatMap((state) =>
  (
    [
      [BlobType.APPEND, "appends"],
      [BlobType.APPEND, "adds metadata"],
      [BlobType.PAGE, "writes a page"],
      [BlobType.PAGE, "adds metadata"],
      [BlobType.BLOCK, "adds metadata"],
    ] as const
  ).map(([type, act]) => [state, type, act] as const),
);

function worldOf(state: (typeof STATES)[number], type: BlobType): World {
  const world = new World();
  world.service.put(SOURCE, "new", MEBIBYTE, { type, metadata: { release: "3" } });
  if (state === "present") world.service.put(DESTINATION, "old", 1_024, { type, metadata: { release: "2" } });
  world.service.copyPlan = { milliseconds: COPY_MILLISECONDS };
  return world;
}

/** Another client changes the finished copy. Returns the resulting blob, without our mark. */
function theyAct(world: World, act: Act): object | undefined {
  THEIR_ACTS[act](world);
  const metadata = Object.fromEntries(Object.entries(destinationOf(world).metadata).filter(([name]) => !name.startsWith("blobcopy_")));
  return { ...world.see(), metadata };
}

async function endsKilled(world: World): Promise<void> {
  await world.runKilledAfter(declared, COPY_MILLISECONDS / 2);
  await world.clock.advance(COPY_MILLISECONDS);
  // Checks that the copy has really ended by now.
  expect(destinationOf(world).copy?.status).toBe("success");
}

describe("what somebody writes into a copy that has ended, whose process was killed before it saw that, is theirs", () => {
  test.each(CASES)("for whoever takes over (destination %s, %s, somebody %s)", async (state, type, act) => {
    const world = worldOf(state, type);
    await endsKilled(world);
    const left = theyAct(world, act);
    await world.recover(declared);
    expect(world.see()).toEqual(left);
    expect(world.service.snapshotCount(DESTINATION)).toBe(state === "present" ? 1 : 0);
    expect(world.of("rollback-finished").at(-1)?.detail).toContain("another client has written into");

    // It is kept until a copy is complete, even if a run is cancelled in between.
    await world.run(declared, { cancelAfter: COPY_MILLISECONDS / 2 });
    expect(world.see()).toEqual(left);
    expect((await world.run(declared)).failure).toBeUndefined();
    expect(world.see()).toMatchObject({ content: `new[0+${MEBIBYTE}]`, metadata: { release: "3" } });
    expect(world.leftBehind()).toEqual([]);
  });

  test.each(CASES)("for the next run on another machine (destination %s, %s, somebody %s)", async (state, type, act) => {
    const world = worldOf(state, type);
    await endsKilled(world);
    world.loseJournal();
    const left = theyAct(world, act);
    await world.run(declared, { cancelAfter: COPY_MILLISECONDS / 2 });
    expect(world.see()).toEqual(left);
    expect((await world.run(declared)).failure).toBeUndefined();
    expect(world.see()).toMatchObject({ content: `new[0+${MEBIBYTE}]`, metadata: { release: "3" } });
    expect(world.leftBehind()).toEqual([]);
  });
});

describe("what somebody writes into what was written half by a process that was killed", () => {
  const METHODS = [
    [CopyMethod.APPEND_BLOCK_FROM_URL, BlobType.APPEND, "Append Block From URL", "appends"],
    [CopyMethod.APPEND_BLOCK_FROM_URL, BlobType.APPEND, "Append Block From URL", "adds metadata"],
    [CopyMethod.PUT_PAGE_FROM_URL, BlobType.PAGE, "Put Page From URL", "adds metadata"],
  ] as const;

  test.each(STATES.flatMap((state) => METHODS.map((row) => [state, ...row] as const)))(
    "is theirs (destination %s, %s, %s, killed in %s, somebody %s)",
    async (state, method, type, operation, act) => {
      const world = worldOf(state, type);
      world.service.put(SOURCE, "new", 220 * MEBIBYTE, { type, metadata: { release: "3" } });
      const process = new MemoryProcess();
      world.service.script(operation, { afterwards: () => process.kill() });
      await world.runKilled({ method }, process);
      const left = theyAct(world, act);
      await world.recover({ method });
      expect(world.see()).toEqual(left);
      expect(world.of("rollback-finished").at(-1)?.detail).toContain("another client has written into");
      expect((await world.run({ method })).failure).toBeUndefined();
      expect(world.see()).toMatchObject({ content: `new[0+${220 * MEBIBYTE}]` });
      expect(world.leftBehind()).toEqual([]);
    },
  );
});

test.each(STATES)("metadata that somebody adds in the very second in which a copy ends is theirs (destination %s)", async (state) => {
  const world = worldOf(state, BlobType.BLOCK);
  world.service.copyPlan = { milliseconds: 1_000 };
  let left: object | undefined;
  world.service.chance = (operation) => {
    if (operation !== "Get Blob Properties" || left !== undefined || world.copy?.status !== "success") return undefined;
    return { meanwhile: () => (left ??= theyAct(world, "adds metadata")) };
  };
  expect((await world.run(declared)).failure).toBeDefined();
  expect(left).toBeDefined();
  expect(world.see()).toEqual(left);
});

test.each(STATES)("a copy that has ended when it is answered is known by its ETag (destination %s)", async (state) => {
  const world = worldOf(state, BlobType.PAGE);
  world.service.copyPlan = { milliseconds: 0 };
  let left: object | undefined;
  world.service.script("Copy Blob", { afterwards: () => (left = theyAct(world, "writes a page")) });
  expect((await world.run(declared)).failure).toBeDefined();
  expect(world.see()).toEqual(left);
  expect(world.service.snapshotCount(DESTINATION)).toBe(state === "present" ? 1 : 0);
});
