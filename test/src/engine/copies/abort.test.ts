import { abortCopies } from "../../../../src/engine/copies/status";
import { type CopyIntent, CopyMethod } from "../../../../src/intent";
import { MemoryBlobStore } from "../../../support/memory-store";
import { type Declared, SOURCE, World } from "../support/world";

const DECLARED: Declared = { method: CopyMethod.COPY_BLOB };

/** Aborts copies and returns their ids. */
async function abort(world: World, intent?: Partial<CopyIntent>): Promise<(string | undefined)[]> {
  const { service, clock, journal, made } = world;
  const aborted = abortCopies(world.intent(DECLARED, intent), {
    store: new MemoryBlobStore(service),
    clock,
    journal,
    made,
    emit: (event: World["events"][number]) => void world.events.push(event),
    signal: new AbortController().signal,
  });
  return (await clock.runToEnd(aborted)).map(({ copyId }) => copyId);
}

const slow = (): World => {
  const world = new World();
  world.service.copyPlan = { milliseconds: 3_600_000 };
  return world;
};

test("ends the pending copy of a run that was killed", async () => {
  const world = slow();
  await world.runKilledAfter(DECLARED, 3_000);
  const id = world.copy?.id;
  expect(await abort(world)).toEqual([id]);
  expect(world.copy?.status).toBe("aborted");
});

test("ends a copy that was left pending as declared", async () => {
  const world = slow();
  await world.run(DECLARED, { intent: { wait: false } });
  const id = world.copy?.id;
  expect(await abort(world)).toEqual([id]);
});

test("ends a copy over something else on another machine, as the restore point proves", async () => {
  const world = slow().withOldDestination();
  await world.runKilledAfter(DECLARED, 3_000);
  world.loseJournal();
  const id = world.copy?.id;
  expect(await abort(world)).toEqual([id]);
});

test("leaves somebody else's copy of the same source, and names it", async () => {
  const world = slow();
  world.startTheirs(SOURCE);
  expect(await abort(world)).toEqual([]);
  expect(world.copy?.status).toBe("pending");
  expect(world.of("warning").map(({ text }) => text)).toEqual([expect.stringContaining(`copy ${world.copy?.id ?? "?"} is pending`)]);
});

describe("a second deployment that shares the state directory", () => {
  const [first, second] = [{ deployment: "first" }, { deployment: "second" }];
  const ofFirst = async (): Promise<World> => {
    const world = slow();
    await world.runKilledAfter(DECLARED, 3_000, { intent: first });
    return world;
  };

  test("does not abort the pending copy that the first one noted", async () => {
    const world = await ofFirst();
    expect(await abort(world, second)).toEqual([]);
    expect(world.copy?.status).toBe("pending");
    expect(await abort(world, first)).toEqual([world.copy?.id]);
  });

  test("does not end it when its own copy is cancelled or its guardian killed, and keeps the note", async () => {
    const world = await ofFirst();
    await world.run(DECLARED, { intent: second, cancelAfter: 3_000 });
    await world.recover(DECLARED, { intent: second });
    expect(world.copy?.status).toBe("pending");
    expect(await abort(world, first)).toEqual([world.copy?.id]);
  });
});
