import fc from "fast-check";
import { BlobType, CopyMethod } from "../../../src/intent";
import { MemoryProcess } from "../../support/memory-store/exchange";
import { SlowJournal } from "../../support/memory-store/journal";
import { LOST_AFTER, refused } from "../../support/memory-store/script";
import { calm, disturb, disturbances } from "./support/disturbances";
import { type Declared, DESTINATION, SOURCE, World } from "./support/world";

const RUNS = Number(process.env.PROPERTY_RUNS ?? 50);
jest.setTimeout(60_000 + RUNS * 500);

const PAGE = 512;
const STATES = ["absent", "present"] as const;

/** Writes the source again, and takes a snapshot of it. Returns the snapshot's URL. */
function snapshot(world: World, name: string): string {
  const blob = world.service.put(SOURCE, name, PAGE, { type: BlobType.PAGE, metadata: { disk: "1" } });
  const id = world.service.snapshot(world.service.name(SOURCE), { ...blob });
  return `${SOURCE}?snapshot=${encodeURIComponent(id)}`;
}

/**
 * A world in which copying a snapshot takes ten seconds. The destination is absent, or an
 * incremental copy with an older snapshot.
 */
async function prepared(state: (typeof STATES)[number]): Promise<{ readonly world: World; readonly declared: Declared }> {
  const world = new World();
  const method = CopyMethod.INCREMENTAL_COPY_BLOB;
  if (state === "present") {
    world.service.copyPlan = { milliseconds: 0 };
    expect((await world.run({ method, from: snapshot(world, "old") })).failure).toBeUndefined();
  }
  world.service.copyPlan = { milliseconds: 10_000 };
  world.events = [];
  return { world, declared: { method, from: snapshot(world, "new") } };
}

/** The snapshots of the incremental copy, oldest first; undefined without an incremental copy. */
function chain(world: World): readonly string[] | undefined {
  const { blob, snapshots } = world.service.name(DESTINATION);
  return blob && [...snapshots.values()].map(({ content }) => content.toString().replace(/\[.*/, ""));
}

const before = (state: (typeof STATES)[number]) => (state === "present" ? ["old"] : undefined);
const complete = (state: (typeof STATES)[number]) => (state === "present" ? ["old", "new"] : ["new"]);
const isPending = (world: World) => world.copy?.status === "pending";

describe.each(STATES)("an incremental copy to a destination that is %s", (state) => {
  test("that is cancelled at any moment ends as before or complete", async () => {
    for (let cancelAfter = 0; cancelAfter <= 11_000; cancelAfter += 500) {
      const { world, declared } = await prepared(state);
      const { failure } = await world.run(declared, { cancelAfter });
      await world.settle();
      expect(chain(world)).toEqual(failure === undefined ? complete(state) : before(state));
      expect([isPending(world), world.journal.isEmpty]).toEqual([false, true]);
    }
  });

  test("whose process is killed at any request is undone by its replacement", async () => {
    for (let diesAt = 1; ; diesAt++) {
      const { world, declared } = await prepared(state);
      const process = new MemoryProcess(diesAt);
      await world.runKilled(declared, process);
      if (!process.isDead) break;
      await world.recover(declared);
      const isUnknown = world.outcomes.includes("incomplete");
      if (!isUnknown) expect([before(state), complete(state)]).toContainEqual(chain(world));
      expect(isPending(world)).toBe(false);
      expect((await world.run(declared)).failure).toBeUndefined();
      expect(chain(world)).toEqual(complete(state));
    }
  });

  test.each([true, false])("whose machine is lost at any moment is completed by the next deploy (with its notes: %s)", async (hasNotes) => {
    for (let after = 0; after <= 11_000; after += 1_000) {
      const { world, declared } = await prepared(state);
      await world.runKilledAfter(declared, after);
      if (!hasNotes) world.loseJournal();
      expect((await world.run(declared)).failure).toBeUndefined();
      expect(chain(world)).toEqual(complete(state));
      expect(world.service.count("Incremental Copy Blob")).toBe(complete(state).length);
    }
  });

  test("writes nothing before a slow journal has its note", async () => {
    const { world, declared } = await prepared(state);
    world.journal = new SlowJournal(world.clock, 400);
    const noted: (boolean | undefined)[] = [];
    world.service.chance = (operation) => {
      if (operation === "Incremental Copy Blob") noted.push(world.journal.read(DESTINATION)?.touched);
      return undefined;
    };
    expect((await world.run(declared)).failure).toBeUndefined();
    expect(noted).toEqual([true]);
  });

  test("whatever the service answers, a run ends complete or as before, and the next one completes without a second copy", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(disturbances, { minLength: 1, maxLength: 2 }), fc.boolean(), async (disturbed, losesJournal) => {
        const { world, declared } = await prepared(state);
        for (const disturbance of disturbed) {
          disturb(world, disturbance);
          world.events = [];
          const { cancelAfter, commitFails } = disturbance;
          const commit = () => {
            if (commitFails) throw new Error("the disk is full");
          };
          const { failure } = await world.run(declared, { commit, ...(cancelAfter === undefined ? {} : { cancelAfter }) });
          await world.settle();
          if (failure === undefined) expect(chain(world)).toEqual(complete(state));
          // After a lost answer, the owner of the copy cannot be proved.
          else if (!world.outcomes.includes("incomplete")) expect([before(state), complete(state)]).toContainEqual(chain(world));
          expect(chain(world) ?? []).toEqual(expect.arrayContaining(before(state) ?? []));
        }
        if (losesJournal) world.loseJournal();
        calm(world);
        expect((await world.run(declared)).failure).toBeUndefined();
        expect(chain(world)).toEqual(complete(state));
        expect(isPending(world)).toBe(false);
      }),
      { numRuns: RUNS },
    );
  });
});

test.each(STATES)("a rollback that could not go to its end is not taken for a copy (destination %s)", async (state) => {
  const { world, declared } = await prepared(state);
  const commit = () => {
    throw new Error("the disk is full");
  };
  world.service.script("Delete Snapshot", state === "present" ? LOST_AFTER : {});
  world.service.script("Delete Blob", refused(403, "AuthorizationFailure"));
  await world.run(declared, { commit });

  expect((await world.run(declared)).failure).toBeUndefined();
  expect(chain(world)).toEqual(complete(state));
});

test("a copy that somebody else adds meanwhile is left alone", async () => {
  const { world, declared } = await prepared("present");
  world.service.script("Incremental Copy Blob", {
    meanwhile: () => {
      const { blob } = world.service.name(DESTINATION);
      if (blob !== undefined) world.service.touch(blob);
    },
  });
  const { failure } = await world.run(declared);

  // The run inspects the destination again, and then copies.
  expect(failure).toBeUndefined();
  expect(chain(world)).toEqual(["old", "new"]);
});
