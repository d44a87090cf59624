import { CopyMethod } from "../../../../src/intent";
import { withoutMarks } from "../../../../src/engine/recovery/marks";
import { MemoryProcess } from "../../../support/memory-store/exchange";
import { DESTINATION, World } from "../support/world";

/** More than the requests and answers of such a run. */
const MOMENTS = Array.from({ length: 24 }, (_, index) => index + 1);

const declared = { method: CopyMethod.COPY_BLOB, contentHeaders: { contentType: "model/onnx" } };

/** A run that was killed at that moment. Its journal stays, and the copy that it started ends. */
async function killed(moment: number): Promise<World> {
  const world = new World().withOldDestination();
  world.service.copyPlan = { milliseconds: 10_000 };
  await world.runKilled(declared, new MemoryProcess(moment));
  await world.settle();
  return world;
}

async function runCancelled(world: World): Promise<void> {
  world.service.copyPlan = { milliseconds: 10_000 };
  const { failure } = await world.run(declared, { cancelAfter: 1_000 });
  expect(failure).toBeDefined();
  await world.settle();
}

test.each(MOMENTS)("what somebody has written since a run was killed is what is put back (moment %i)", async (moment) => {
  const world = await killed(moment);
  world.service.put(DESTINATION, "somebody's", 300, { metadata: { by: "somebody" } });
  const theirs = world.see();
  await runCancelled(world);
  expect(world.see()).toEqual(theirs);
  expect(world.leftBehind()).toEqual([]);
});

test.each(MOMENTS)("a restore point that is gone since a run was killed is not relied on (moment %i)", async (moment) => {
  const world = await killed(moment);
  world.service.name(DESTINATION).snapshots.clear();
  const found = withoutMark(world.see());
  await runCancelled(world);
  expect(world.see()).toEqual(found);
  expect(world.outcomes).not.toContain("incomplete");
});

/**
 * The blob without our mark. A run that is killed right before it removes the mark leaves a
 * complete copy, which is restored like any other blob.
 */
function withoutMark(blob: object | undefined): object | undefined {
  return blob && { ...blob, metadata: withoutMarks((blob as { metadata: Record<string, string> }).metadata) };
}
