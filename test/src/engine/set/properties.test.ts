import fc from "fast-check";
import type { Fault } from "../../../support/fake-blob-service/script";
import { cancelled, SetWorld } from "./set-world";

const content = fc.constantFrom("", "a", "bb", "other");
const blobs = fc.dictionary(fc.stringMatching(/^[a-c]{1,2}(\/[a-c])?$/), content, { maxKeys: 12, noNullPrototype: true });
const faults = fc.array(
  fc.constantFrom<Fault | undefined>(
    undefined,
    undefined,
    undefined,
    { kind: "answer", status: 503, code: "ServerBusy" },
    { kind: "answer", status: 500, code: "InternalError" },
    { kind: "answer", status: 409, code: "BlobImmutableDueToPolicy" },
    { kind: "reset before" },
    { kind: "reset after effect" },
    { kind: "delay", milliseconds: 30 },
  ),
  { maxLength: 25 },
);

interface Disturbance {
  readonly source: Record<string, string>;
  readonly destination: Record<string, string>;
  readonly faults: readonly (Fault | undefined)[];
  /** Milliseconds. */
  readonly cancelAfter: number | undefined;
}
const disturbances = fc.record<Disturbance>({
  source: blobs,
  destination: blobs,
  faults,
  cancelAfter: fc.option(fc.integer({ min: 0, max: 60 }), { nil: undefined }),
});

async function inWorld(
  disturbance: Disturbance,
  set: (world: SetWorld) => Record<string, unknown>,
  check: (world: SetWorld, failed: boolean) => Promise<void>,
) {
  const world = await SetWorld.start();
  try {
    world.put(disturbance.source);
    for (const [name, text] of Object.entries(disturbance.destination)) world.destination.putBlob("dst", name, { content: text });
    const queue = [...disturbance.faults];
    world.service.script.random(() => queue.shift());
    const cancellation = new AbortController();
    const timer = setTimeout(() => cancellation.abort(cancelled), disturbance.cancelAfter ?? 60_000);
    const { failure } = await world.run(set(world), { cancel: cancellation.signal });
    clearTimeout(timer);
    world.service.script.random();
    await check(world, failure !== undefined);
  } finally {
    await world.stop();
  }
}

it("makes the destination equal to the source in one clean run, whatever happened in the run before", async () => {
  await fc.assert(
    fc.asyncProperty(disturbances, (disturbance) =>
      inWorld(
        disturbance,
        (world) => ({ ...world.prefixes(), allowEmpty: true, maxFailures: 3 }),
        async (world) => {
          expect((await world.run({ ...world.prefixes(), allowEmpty: true })).failure).toBeUndefined();
          expect(world.contents()).toEqual({ ...disturbance.destination, ...disturbance.source });
          expect(world.journal.isEmpty).toBe(true);
        },
      ),
    ),
    { numRuns: 20 },
  );
});

it("is all or nothing when it is atomic", async () => {
  await fc.assert(
    fc.asyncProperty(disturbances, (disturbance) =>
      inWorld(
        disturbance,
        (world) => ({ ...world.prefixes(), allowEmpty: true, atomic: true }),
        async (world, failed) => {
          const all = { ...disturbance.destination, ...disturbance.source };
          expect(world.contents()).toEqual(failed ? disturbance.destination : all);
          expect(world.destination.blobNames("dst").flatMap((name) => world.destination.snapshots("dst", name))).toEqual([]);
          expect(world.journal.isEmpty).toBe(true);
        },
      ),
    ),
    { numRuns: 20 },
  );
});

it("never deletes a blob that it did not copy", async () => {
  await fc.assert(
    fc.asyncProperty(disturbances, blobs, (disturbance, later) =>
      inWorld(
        disturbance,
        (world) => ({ ...world.prefixes(), allowEmpty: true, prune: true, maxFailures: 3 }),
        async (world) => {
          for (const name of Object.keys(disturbance.source)) world.source.deleteBlob("src", name);
          world.put(later);
          await world.run({ ...world.prefixes(), allowEmpty: true, prune: true });
          const contents = world.contents();
          const foreign = Object.keys(disturbance.destination).filter((name) => !(name in disturbance.source));
          for (const name of foreign) expect(contents).toHaveProperty([name]);
          expect(contents).toMatchObject(later);
        },
      ),
    ),
    { numRuns: 20 },
  );
});
