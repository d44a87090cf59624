import { CopyMethod, SourceGuard } from "../../../../src/intent";
import { LOST_BEFORE } from "../../../support/memory-store/script";
import { MINUTE, SOURCE, World } from "../support/world";

const declared = { method: CopyMethod.COPY_BLOB, sourceGuard: SourceGuard.LEASE };

function leases(world: World): number {
  return world.service.count("Lease Blob");
}

test("the source is leased while the copy is pending, for a finite time that is renewed, and released at its end", async () => {
  const world = new World();
  world.service.copyPlan = { milliseconds: 5 * MINUTE };
  const held: boolean[] = [];
  for (let at = 1_000; at < 5 * MINUTE; at += 10_000) {
    world.clock.after(at, () => {
      const { lease } = world.service.name(SOURCE);
      held.push(lease !== undefined && lease.seconds <= 60 && lease.endsAt > world.clock.now());
    });
  }
  expect((await world.run(declared)).failure).toBeUndefined();
  expect(held.every(Boolean)).toBe(true);
  expect(leases(world)).toBeGreaterThan(10);
  expect(world.service.isLeased(SOURCE)).toBe(false);
  const requests = world.service.requests.length;
  await world.settle();
  expect(world.service.requests).toHaveLength(requests);
});

test("the lease is released by a rollback too, after the copy is aborted", async () => {
  const world = new World();
  world.service.copyPlan = { milliseconds: 5 * MINUTE };
  await world.run(declared, { cancelAfter: 3_000 });
  expect(world.leftBehind()).toEqual([]);
  const operations = world.service.requests.map(({ operation }) => operation);
  expect(operations.lastIndexOf("Lease Blob")).toBeGreaterThan(operations.indexOf("Abort Copy Blob"));
});

test("the lease of a process that was killed ends by itself, and does not stop the next run", async () => {
  const world = new World();
  world.service.copyPlan = { milliseconds: 5_000 };
  await world.runKilledAfter(declared, 3_000);
  world.endCopy();
  expect(world.service.isLeased(SOURCE)).toBe(true);
  const { failure, milliseconds } = await world.run(declared);
  expect(failure).toBeUndefined();
  expect(milliseconds).toBeLessThanOrEqual(70_000);
  expect(world.of("warning")[0]?.text).toContain("leased by another client");
  expect(world.leftBehind()).toEqual([]);
});

test("somebody else's lease that stays ends the run, which says what to do", async () => {
  const world = new World();
  world.service.name(SOURCE).lease = { id: "theirs", seconds: Infinity, endsAt: Infinity };
  const { failure } = await world.run(declared);
  expect(failure?.remedy).toContain("lease");
  expect(world.see()).toBeUndefined();
});

test("a renewal that fails is said, and tried again", async () => {
  const world = new World();
  world.service.copyPlan = { milliseconds: MINUTE };
  world.clock.after(10_000, () => world.service.script("Lease Blob", LOST_BEFORE));
  expect((await world.run(declared)).failure).toBeUndefined();
  expect(world.of("warning").some(({ text }) => text.includes("could not be renewed"))).toBe(true);
  expect(world.service.isLeased(SOURCE)).toBe(false);
});
