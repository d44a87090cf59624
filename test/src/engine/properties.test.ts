import fc from "fast-check";
import { CopyFailure } from "../../../src/failure/copy-failure";
import { ExitCode } from "../../../src/failure/exit-code";
import { MemoryProcess } from "../../support/memory-store/exchange";
import { calm, complete, type Disturbance, disturb, disturbances, type Scenario, scenarios, stage } from "./support/disturbances";
import { type Declared, DESTINATION, type Ended, World } from "./support/world";

const RUNS = Number(process.env.PROPERTY_RUNS ?? 50);
jest.setTimeout(60_000 + RUNS * 500);

const commitFailed = () => {
  throw new CopyFailure({
    exitCode: ExitCode.COPY_FAILED,
    what: "The results could not be kept",
    why: "the disk is full",
    remedy: "make room",
  });
};

async function disturbedRun(world: World, declared: Declared, disturbance: Disturbance): Promise<Ended> {
  disturb(world, disturbance);
  world.events = [];
  const { cancelAfter, commitFails } = disturbance;
  const ended = await world.run(declared, {
    ...(cancelAfter === undefined ? {} : { cancelAfter }),
    ...(commitFails ? { commit: commitFailed } : {}),
  });
  await world.settle();
  return ended;
}

/**
 * Checks that the run ended in an allowed state. Returns the number of restore points that are left
 * and were reported, by this run or, if this run achieved nothing, by an earlier one.
 */
function expectEnd(
  world: World,
  { failure }: Ended,
  states: { readonly before: object | undefined; readonly complete: object | undefined },
  toldBefore: number,
): number {
  const now = world.see();
  if (failure === undefined) {
    expect(now).toEqual(states.complete);
  } else if (world.outcomes.includes("incomplete")) {
    expect(world.journal.isEmpty).toBe(false);
    expectNothingLost(world, states);
    return world.service.snapshotCount(DESTINATION);
  } else {
    expect([states.before, states.complete]).toContainEqual(now);
  }
  // A run reports a restore point that could not be deleted.
  const saidSo =
    world.of("warning").some(({ text }) => text.includes("could not be deleted")) ||
    world.of("rollback-finished").some(({ detail }) => detail.includes("could not be deleted"));
  const left = world.service.snapshotCount(DESTINATION);
  const isToldOf = saidSo || left <= toldBefore;
  // A complete copy that could not be undone stays as reported, with its journal entry, until a
  // later run achieves something.
  const mayStay = isToldOf && left > 0 ? ["restore point", "journal entry"] : isToldOf ? ["restore point"] : [];
  expect(world.leftBehind().filter((what) => !mayStay.some((kind) => what.includes(kind)))).toEqual([]);
  return left;
}

/**
 * The previous state still exists, at the destination or in a restore point, unless the new content
 * has replaced it for good.
 */
function expectNothingLost(
  world: World,
  { before, complete: after }: { readonly before: object | undefined; readonly complete: object | undefined },
): void {
  if (before === undefined) return;
  const now = world.see();
  const isGood = [before, after].some((state) => JSON.stringify(state) === JSON.stringify(now));
  if (!isGood) expect(world.service.snapshotCount(DESTINATION)).toBeGreaterThan(0);
}

async function expectCleanRunToComplete(world: World, declared: Declared, after: object | undefined): Promise<void> {
  calm(world);
  const { failure } = await world.run(declared);
  expect(failure).toBeUndefined();
  await world.settle();
  expect(world.see()).toEqual(after);
  expect(world.leftBehind()).toEqual([]);
}

const manyRuns = { numRuns: RUNS };

/**
 * A read is refused after the second method was chosen. It looks like a refusal of that method, but
 * is not.
 */
const REFUSED_LOOK = [
  {
    method: "auto",
    present: true,
    declaresMetadata: false,
    tags: "none",
    declaresHeaders: false,
    guard: "lease",
    plan: { milliseconds: 700, failure: "500 OperationCancelled" },
    restorePlan: { milliseconds: 0 },
  },
  [
    {
      scripts: [{ request: 7, script: { effect: "none", answer: { status: 501, code: "NotImplemented" } } }],
      refusesMethods: true,
      outage: undefined,
      cancelAfter: undefined,
      commitFails: false,
    },
  ],
  false,
] as unknown as [Scenario, Disturbance[], boolean];

/**
 * After a complete copy, a read of the rollback is refused. In the next run, the read of the source
 * is refused.
 */
const REFUSED_UNDO = [
  {
    method: "copy-blob",
    present: true,
    declaresMetadata: false,
    tags: "none",
    declaresHeaders: false,
    guard: "etag",
    plan: { milliseconds: 0 },
    restorePlan: { milliseconds: 0 },
  },
  [
    {
      scripts: [{ request: 11, script: { effect: "none", answer: { status: 501, code: "NotImplemented" } } }],
      refusesMethods: false,
      outage: undefined,
      cancelAfter: undefined,
      commitFails: true,
    },
    {
      scripts: [{ request: 1, script: { effect: "none", answer: "lost" } }],
      refusesMethods: false,
      outage: undefined,
      cancelAfter: undefined,
      commitFails: false,
    },
  ],
  false,
] as unknown as [Scenario, Disturbance[], boolean];

test("whatever the service answers and whenever it is cancelled, a run ends complete or as before, and the next one completes", async () => {
  await fc.assert(
    fc.asyncProperty(
      scenarios,
      fc.array(disturbances, { minLength: 1, maxLength: 2 }),
      fc.boolean(),
      async (scenario: Scenario, disturbed, loseJournal) => {
        const world = new World();
        const declared = stage(world, scenario);
        const states = { before: world.see(), complete: await complete(scenario) };
        let told = 0;
        for (const disturbance of disturbed) told = expectEnd(world, await disturbedRun(world, declared, disturbance), states, told);
        if (loseJournal) world.loseJournal();
        await expectCleanRunToComplete(world, declared, states.complete);
      },
    ),
    { ...manyRuns, examples: [REFUSED_LOOK, REFUSED_UNDO] },
  );
});

/**
 * The last request took effect, but its answer was lost: the replaced state is kept until the next
 * run is complete.
 */
function isInDoubt(world: World): boolean {
  return world.of("rollback-finished").some(({ detail }) => detail.includes("the copy had completed, or another client wrote it"));
}

test("wherever a guardian is killed, the recovery ends as before or complete, and the next run completes", async () => {
  await fc.assert(
    fc.asyncProperty(scenarios, disturbances, fc.integer({ min: 1, max: 60 }), async (scenario, disturbance, diesAt) => {
      const world = new World();
      const declared = stage(world, scenario);
      const states = { before: world.see(), complete: await complete(scenario) };
      disturb(world, disturbance);
      await world.runKilled(
        declared,
        new MemoryProcess(diesAt),
        disturbance.cancelAfter === undefined ? {} : { cancelAfter: disturbance.cancelAfter },
      );
      expectNothingLost(world, states);
      calm(world);
      world.events = [];
      await world.recover(declared);
      await world.settle();
      if (isInDoubt(world)) {
        expect(world.see()).toEqual(states.complete);
      } else {
        expect(world.outcomes).not.toContain("incomplete");
        expect([states.before, states.complete]).toContainEqual(world.see());
        expect(world.journal.isEmpty).toBe(true);
      }
      await expectCleanRunToComplete(world, declared, states.complete);
    }),
    manyRuns,
  );
});

test("wherever a machine is lost with its journal, nothing is lost at the destination, and the next run completes", async () => {
  await fc.assert(
    fc.asyncProperty(
      scenarios,
      disturbances,
      fc.integer({ min: 1, max: 60 }),
      fc.option(disturbances, { nil: undefined }),
      async (scenario, disturbance, diesAt, second) => {
        const world = new World();
        const declared = stage(world, scenario);
        const states = { before: world.see(), complete: await complete(scenario) };
        disturb(world, disturbance);
        await world.runKilled(
          declared,
          new MemoryProcess(diesAt),
          disturbance.cancelAfter === undefined ? {} : { cancelAfter: disturbance.cancelAfter },
        );
        world.loseJournal();
        expectNothingLost(world, states);
        if (second !== undefined) {
          await disturbedRun(world, declared, second);
          expectNothingLost(world, states);
          world.loseJournal();
        }
        await expectCleanRunToComplete(world, declared, states.complete);
      },
    ),
    manyRuns,
  );
});

test("what somebody else writes during a run is never lost to its rollback", async () => {
  await fc.assert(
    fc.asyncProperty(
      scenarios,
      disturbances,
      fc.integer({ min: 0, max: 30_000 }),
      fc.boolean(),
      async (scenario, disturbance, at, deletes) => {
        const world = new World();
        const declared = stage(world, scenario);
        const states = { before: world.see(), complete: await complete(scenario) };
        const interventions: string[] = [];
        world.clock.after(at, () => {
          if (world.copy?.status === "pending") return;
          interventions.push(deletes ? "delete" : "put");
          if (deletes) world.service.delete(DESTINATION);
          else world.service.put(DESTINATION, "theirs", 20, { metadata: { by: "somebody else" } });
        });
        const { failure } = await disturbedRun(world, declared, disturbance);
        if (interventions.length === 0) return;
        const theirs = deletes ? undefined : { ...world.see(), content: "theirs[0+20]" };
        const now = world.see();
        if (failure === undefined || !world.outcomes.includes("incomplete")) expect([theirs, states.complete]).toContainEqual(now);
        if (!deletes) expect(now).not.toEqual(states.before);
      },
    ),
    manyRuns,
  );
});
