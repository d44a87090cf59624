import fc from "fast-check";
import { CopyFailure } from "../../../src/failure/copy-failure";
import { ExitCode } from "../../../src/failure/exit-code";
import { CopyMethod, SourceGuard } from "../../../src/intent";
import { MemoryProcess } from "../../support/memory-store/exchange";
import type { BlobState } from "../../support/memory-store/blob";
import { complete, type Scenario, scenarios, stage } from "./support/disturbances";
import { type Declared, DESTINATION, MINUTE, SOURCE, World } from "./support/world";

const RUNS = Number(process.env.PROPERTY_RUNS ?? 50);
jest.setTimeout(60_000 + RUNS * 500);

const WEB = "https://files.example/model.bin";
const THEIR_SOURCE = "https://other.blob.test/container/theirs.bin";

/** An action of another client. Milliseconds from the start of the run. */
interface Action {
  readonly at: number;
  readonly what: (typeof ACTS)[number];
}

const ACTS = [
  "copies the same source",
  "copies another source",
  "writes",
  "takes a snapshot",
  "promotes its snapshot",
  "describes",
  "tags",
  "deletes",
  "undeletes",
] as const;

const actions: fc.Arbitrary<Action> = fc.record({
  at: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 3_000 }), fc.integer({ min: 0, max: 45_000 })),
  what: fc.constantFrom(...ACTS),
});

/** Milliseconds for each answer: the run sees actions of other clients in between too late. */
const delays = fc.constantFrom(0, 700, 2_000);

const interruptions = fc.record({
  cancelAfter: fc.option(fc.integer({ min: 0, max: 45_000 }), { nil: undefined, freq: 1 }),
  commitFails: fc.boolean(),
});

/** Actions of other clients on the destination, and its required state afterwards. */
class Others {
  readonly #copies: string[] = [];
  readonly #snapshots: string[] = [];
  /** The blob as other clients left it last, if they wrote it. */
  #left: { readonly see: object | undefined } | undefined;
  #isCopyLast = false;
  #deleted: BlobState | undefined;

  constructor(private readonly world: World) {}

  act({ what }: Action): void {
    const { service } = this.world;
    const name = service.name(DESTINATION);
    const blob = service.blobOf(name);
    const isPending = blob?.copy?.status === "pending";
    switch (what) {
      case "copies the same source":
      case "copies another source":
        if (isPending || (blob !== undefined && blob.type !== service.find(SOURCE)?.type)) return;
        this.world.startTheirs(what === "copies the same source" ? SOURCE : THEIR_SOURCE);
        this.#copies.push(this.world.copy?.id ?? "");
        this.#isCopyLast = true;
        return;
      case "promotes its snapshot": {
        const [snapshot] = this.#snapshots;
        const state = snapshot === undefined ? undefined : name.snapshots.get(snapshot);
        if (isPending || snapshot === undefined || state === undefined || (blob !== undefined && blob.type !== state.type)) return;
        service.startCopy(name, `${DESTINATION}?snapshot=${snapshot}`, { ...state, tags: {} }, { milliseconds: 0 });
        this.#copies.push(this.world.copy?.id ?? "");
        this.#isCopyLast = true;
        return;
      }
      case "undeletes":
        if (blob !== undefined || this.#deleted === undefined || name.snapshots.size > 0) return;
        service.install(name, this.#deleted);
        break;
      case "takes a snapshot":
        if (blob !== undefined && !isPending) this.#snapshots.push(service.snapshot(name, { ...blob, metadata: { by: "them" } }));
        return;
      case "deletes":
        if (isPending || name.snapshots.size > 0) return;
        // They would not undelete a blob that carries our mark.
        this.#deleted = JSON.stringify([blob?.metadata, blob?.tags]).includes("blobcopy_") ? undefined : blob;
        service.delete(DESTINATION);
        break;
      case "writes":
        if (isPending || name.snapshots.size > 0) return;
        service.put(DESTINATION, "theirs", 20, { metadata: { by: "them" }, ...(blob === undefined ? {} : { type: blob.type }) });
        break;
      case "describes":
        // The service reports whole seconds, so a change right after the end of a copy looks like
        // that end.
        if (blob !== undefined && this.world.clock.now() - blob.lastModified < 2_000) return;
        // A blob with the mark of an unfinished copy does not count yet.
        if (blob === undefined || isPending || JSON.stringify([blob.metadata, blob.tags]).includes("blobcopy_")) return;
        blob.metadata = { by: "them" };
        service.touch(blob);
        break;
      case "tags":
        // Tags do not change the ETag, so a condition cannot protect them.
        return;
    }
    this.#left = { see: this.world.see() };
    this.#isCopyLast = false;
  }

  /** `copied`: the destination after a complete copy of ours. */
  expectUntouched(copied: object | undefined): void {
    const { service } = this.world;
    const { copy } = this.world;
    if (copy !== undefined && this.#copies.includes(copy.id)) expect(copy.status).not.toBe("aborted");
    if (this.#isCopyLast) expect(this.world.see()).toBeDefined();
    for (const snapshot of this.#snapshots) expect([...service.name(DESTINATION).snapshots.keys()]).toContain(snapshot);
    if (this.#left === undefined || this.#copies.length > 0) return;
    const isKept = this.world.outcomes.includes("incomplete") && service.snapshotCount(DESTINATION) > 0;
    // A method that replaces the destination at its end may already be done when a later step
    // fails.
    if (!isKept) expect([this.#left.see, copied]).toContainEqual(this.world.see());
  }
}

const commitFailed = () => {
  throw new CopyFailure({ exitCode: ExitCode.COPY_FAILED, what: "The results could not be kept", why: "disk full", remedy: "make room" });
};

const manyRuns = { numRuns: RUNS };

function prepare(world: World, scenario: Scenario, isPinned: boolean): Declared {
  // Set Blob Tags does not accept an ETag, so tags that are set after the copy may reach a blob
  // that another client has written in between.
  const declared = stage(world, scenario.tags === "big" ? { ...scenario, tags: "few" } : scenario);
  world.service.put(THEIR_SOURCE, "other", 500);
  const type = world.service.find(SOURCE)?.type;
  world.service.put(WEB, "new", 20, { md5: false, ...(type === undefined ? {} : { type }) });
  const carriesWeb = ![CopyMethod.PUT_PAGE_FROM_URL, CopyMethod.APPEND_BLOCK_FROM_URL].includes(scenario.method);
  return isPinned || !carriesWeb
    ? { ...declared, sourceGuard: isPinned ? SourceGuard.ETAG : SourceGuard.NONE }
    : { ...declared, from: WEB };
}

test("whatever others do to the destination during a run, it stays as they left it", async () => {
  await fc.assert(
    fc.asyncProperty(
      scenarios,
      fc.boolean(),
      interruptions,
      fc.array(actions, { minLength: 1, maxLength: 3 }),
      delays,
      async (scenario, isPinned, { cancelAfter, commitFails }, acts, answerDelay) => {
        const world = new World();
        const declared = prepare(world, scenario, isPinned);
        const others = new Others(world);
        world.service.chance = () => ({ answerDelay });
        for (const act of acts) world.clock.after(act.at, () => others.act(act));
        await world.run(declared, {
          intent: { timeoutMilliseconds: 30 * MINUTE },
          ...(cancelAfter === undefined ? {} : { cancelAfter }),
          ...(commitFails ? { commit: commitFailed } : {}),
        });
        others.expectUntouched(await completeOf(scenario, isPinned));
      },
    ),
    manyRuns,
  );
});

async function completeOf(scenario: Scenario, isPinned: boolean): Promise<object | undefined> {
  if (isPinned) return complete(scenario.tags === "big" ? { ...scenario, tags: "few" } : scenario);
  const world = new World();
  await world.run(prepare(world, { ...scenario, present: false, plan: { milliseconds: 0 } }, isPinned));
  return world.see();
}

test("somebody who starts the same copy while our request is lost is never taken for us", async () => {
  await fc.assert(
    fc.asyncProperty(
      scenarios,
      fc.boolean(),
      interruptions,
      fc.integer({ min: 1, max: 15 }),
      fc.constantFrom(false, true, "not told" as const, "not known" as const),
      fc.boolean(),
      async (scenario, isPinned, { cancelAfter, commitFails }, nth, mayBecomeImmutable, isKilled) => {
        const world = new World();
        const declared = prepare(world, scenario, isPinned);
        world.service.mayBecomeImmutable = mayBecomeImmutable;
        const others = new Others(world);
        const process = new MemoryProcess();
        let requests = 0;
        const overtake = () => {
          others.act({ at: 0, what: "copies the same source" });
          if (isKilled) process.kill();
        };
        world.service.chance = () => (++requests === nth ? { effect: "none", answer: "lost", afterwards: overtake } : undefined);
        const options = {
          intent: { timeoutMilliseconds: 30 * MINUTE },
          ...(cancelAfter === undefined ? {} : { cancelAfter }),
          ...(commitFails ? { commit: commitFailed } : {}),
        };
        if (isKilled) {
          world.start(declared, { ...options, process }).catch(() => undefined);
          await world.clock.advance(10_000);
          await world.recover(declared);
        } else await world.run(declared, options);
        others.expectUntouched(undefined);
      },
    ),
    manyRuns,
  );
});

test("a lease that somebody takes or breaks at any moment costs nothing, or it is said what could not be put back", async () => {
  const leases = fc.record({
    at: fc.integer({ min: 0, max: 10_000 }),
    seconds: fc.constantFrom(15, 60, Infinity),
    brokenAfter: fc.option(fc.integer({ min: 0, max: 60_000 }), { nil: undefined }),
  });
  await fc.assert(
    fc.asyncProperty(scenarios, interruptions, leases, delays, async (scenario, { cancelAfter }, lease, answerDelay) => {
      const world = new World();
      const declared = stage(world, scenario);
      const states = [world.see(), await complete(scenario)];
      const name = world.service.name(DESTINATION);
      world.service.chance = () => ({ answerDelay });
      world.clock.after(lease.at, () => {
        if (world.see() === undefined) return;
        name.lease = { id: "theirs", seconds: lease.seconds, endsAt: world.clock.now() + lease.seconds * 1_000 };
        if (lease.brokenAfter !== undefined) world.clock.after(lease.brokenAfter, () => (name.lease = undefined));
      });
      const { failure } = await world.run(declared, cancelAfter === undefined ? {} : { cancelAfter });
      await world.settle();
      if (failure === undefined) expect(world.see()).toEqual(states[1]);
      else if (!world.outcomes.includes("incomplete")) expect(states).toContainEqual(world.see());
      else if (states[0] !== undefined && JSON.stringify(world.see()) !== JSON.stringify(states[0]))
        expect(world.service.snapshotCount(DESTINATION)).toBeGreaterThan(0);
      if (lease.seconds === Infinity && lease.brokenAfter === undefined && name.lease !== undefined) expect(name.lease.id).toBe("theirs");
    }),
    manyRuns,
  );
});

test("a source that changes at any moment never costs the blob that was there", async () => {
  await fc.assert(
    fc.asyncProperty(
      scenarios,
      fc.boolean(),
      interruptions,
      fc.integer({ min: 0, max: 10_000 }),
      delays,
      async (scenario, isPinned, { cancelAfter }, at, answerDelay) => {
        const world = new World();
        world.service.chance = () => ({ answerDelay });
        const declared = prepare(world, { ...scenario, present: true }, isPinned);
        const before = world.see();
        const type = world.service.find(SOURCE)?.type;
        world.clock.after(at, () => {
          for (const url of [SOURCE, WEB]) {
            const length = world.service.find(url)?.content.length ?? 0;
            world.service.put(url, "newer", length, { md5: false, ...(type === undefined ? {} : { type }) });
          }
        });
        const { failure } = await world.run(declared, cancelAfter === undefined ? {} : { cancelAfter });
        await world.settle();
        if (failure !== undefined) expect(world.see()).toEqual(before);
        expect(world.outcomes).not.toContain("incomplete");
        expect(world.service.snapshotCount(DESTINATION)).toBe(0);
      },
    ),
    manyRuns,
  );
});

test("two deployments with one construct path leave each other's copies and restore points alone", async () => {
  await fc.assert(
    fc.asyncProperty(scenarios, interruptions, fc.integer({ min: 0, max: 30_000 }), async (scenario, { cancelAfter }, diesAfter) => {
      const world = new World();
      const declared = stage(world, scenario);
      await world.runKilledAfter(declared, diesAfter, { intent: { deployment: "one" } });
      world.loseJournal();
      const pending = world.copy?.status === "pending" ? world.copy.id : undefined;
      const points = [...world.service.name(DESTINATION).snapshots.keys()];
      await world.run(
        { ...declared, metadata: { by: "two" } },
        { intent: { deployment: "two" }, ...(cancelAfter === undefined ? {} : { cancelAfter }) },
      );
      if (pending !== undefined && world.copy?.id === pending) expect(world.copy.status).not.toBe("aborted");
      expect([...world.service.name(DESTINATION).snapshots.keys()]).toEqual(expect.arrayContaining(points));
    }),
    manyRuns,
  );
});
