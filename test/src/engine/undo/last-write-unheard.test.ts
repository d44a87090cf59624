import { CopyMethod } from "../../../../src/intent";
import { MemoryProcess } from "../../../support/memory-store/exchange";
import { LOST_AFTER } from "../../../support/memory-store/script";
import { prepared } from "../support/prepared-world";
import { DESTINATION, type World } from "../support/world";

/**
 * The last request removes our mark. Afterwards nothing on the service proves that the blob is
 * ours.
 */
const METHODS = [CopyMethod.PUT_PAGE_FROM_URL, CopyMethod.APPEND_BLOCK_FROM_URL];

function expectKept(world: World): void {
  const [told] = world.of("rollback-finished").slice(-1);
  expect(told).toMatchObject({ outcome: "incomplete" });
  expect(told?.detail).toMatch(/the copy had completed, or another client wrote it.*the old content is in snapshot/i);
  expect(world.service.snapshotCount(DESTINATION)).toBe(1);
}

async function expectTidied(world: World, method: CopyMethod): Promise<void> {
  const { failure } = await world.run({ method });
  expect(failure).toBeUndefined();
  expect(world.leftBehind()).toEqual([]);
}

describe("what may be our last write, of which nobody heard that it took effect, does not cost the restore point", () => {
  test.each(METHODS)("%s, killed before its answer", async (method) => {
    const world = prepared(method, "present");
    const process = new MemoryProcess();
    world.service.script("Set Blob Metadata", { meanwhile: () => process.kill() });
    await world.runKilled({ method }, process);
    await world.recover({ method });
    expectKept(world);
    await expectTidied(world, method);
  });

  test.each(METHODS)("%s, where something else is to follow", async (method) => {
    const world = prepared(method, "present");
    world.service.script("Set Blob Metadata", LOST_AFTER);
    const { failure } = await world.run({ method, legalHold: true });
    expect(failure).toBeDefined();
    expectKept(world);
    await expectTidied(world, method);
  });
});
