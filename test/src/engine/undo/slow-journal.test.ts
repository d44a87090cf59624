import { CopyMethod } from "../../../../src/intent";
import { SlowJournal } from "../../../support/memory-store/journal";
import { prepared, REPLACING, STATES } from "../support/prepared-world";
import { DESTINATION, SOURCE, type World } from "../support/world";

const METHODS = REPLACING.filter((method) => method !== CopyMethod.AUTO);
const TABLE = METHODS.flatMap((method) => STATES.map((state) => [method, state] as const));
const WRITE_MILLISECONDS = 400;

function slowWorld(method: CopyMethod, state: (typeof STATES)[number]): World {
  const world = prepared(method, state);
  world.journal = new SlowJournal(world.clock, WRITE_MILLISECONDS);
  return world;
}

/** Whether a request changes the destination's bytes or starts to. */
function writes(operation: string): boolean {
  return /^(Copy Blob|Put |Append Block)/.test(operation);
}

test.each(TABLE)("%s to a destination that is %s writes nothing before a slow journal has its note", async (method, state) => {
  const world = slowWorld(method, state);
  const chance = world.service.chance;
  const unnoted: string[] = [];
  world.service.chance = (operation) => {
    if (writes(operation) && world.journal.read(DESTINATION)?.touched !== true) unnoted.push(operation);
    return chance(operation);
  };
  const { failure } = await world.run({ method });
  expect(failure).toBeUndefined();
  expect(unnoted).toEqual([]);
  expect(world.service.requests.some(({ operation }) => writes(operation))).toBe(true);
  expect(world.leftBehind()).toEqual([]);
});

test.each(TABLE)("%s to a destination that is %s begins nothing when it is cancelled while its note is written", async (method, state) => {
  const world = slowWorld(method, state);
  const before = world.see();
  const cancellation = new AbortController();
  const write = world.journal.write.bind(world.journal);
  world.journal.write = async (entry) => {
    if (entry.touched) cancellation.abort();
    await write(entry);
  };
  const { failure } = await world.run({ method }, { cancelOn: cancellation.signal });
  expect(failure?.what).toBe("Cancelled");
  expect(world.service.requests.filter(({ operation }) => writes(operation))).toEqual([]);
  expect(world.see()).toEqual(before);
  expect(world.leftBehind()).toEqual([]);
});

test.each(TABLE)(
  "%s to a destination that is %s, cancelled at any moment beside a slow journal, ends as before or complete",
  async (method, state) => {
    for (let cancelAfter = 0; cancelAfter <= 14_000; cancelAfter += 1_300) {
      const world = slowWorld(method, state);
      const before = world.see();
      await world.run({ method }, { cancelAfter });
      await world.settle();
      expect([before, world.see(SOURCE)]).toContainEqual(world.see());
      expect(world.leftBehind()).toEqual([]);
    }
  },
);

test("results that a slow commit refuses are undone", async () => {
  const world = prepared(CopyMethod.COPY_BLOB, "present");
  const before = world.see();
  const { failure } = await world.run(
    { method: CopyMethod.COPY_BLOB },
    { commit: () => world.clock.sleep(1_000).then(() => Promise.reject(new Error("the disk is full"))) },
  );
  expect(failure?.why).toContain("the disk is full");
  expect(world.see()).toEqual(before);
  expect(world.leftBehind()).toEqual([]);
});
