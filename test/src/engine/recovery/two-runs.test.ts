import { CopyMethod } from "../../../../src/intent";
import { World } from "../support/world";

const declared = { method: CopyMethod.COPY_BLOB };
const MOMENTS = [0, 400];

/**
 * Two machines deploy at the same time with one state, and without a lock. The second one assumes
 * that the first is lost, and continues with its pending copy.
 */
describe.each(["absent", "present"])("a copy that one of two runs of a deployment has completed (destination %s before)", (before) => {
  function pending(): World {
    const world = before === "present" ? new World().withOldDestination() : new World();
    world.service.copyPlan = { milliseconds: 10_000 };
    return world;
  }
  function expectComplete(world: World): void {
    expect(world.of("copy-adopted")).toHaveLength(1);
    expect(world.see()).toMatchObject({ content: "new[0+1000]", metadata: { release: "3" } });
    expect(world.leftBehind()).toEqual([]);
  }

  test.each(MOMENTS)("is not undone when the other one, which started it %s ms earlier, is cancelled", async (milliseconds) => {
    const world = pending();
    const cancellation = new AbortController();
    const first = world.start(declared, { cancelOn: cancellation.signal }).catch(() => undefined);
    await world.clock.advance(milliseconds + 1);
    const firstNotes = world.journal;
    world.loseJournal();
    const { receipts } = await world.run(declared, { commit: () => cancellation.abort() });
    await world.clock.runToEnd(first);
    expect(receipts).toHaveLength(1);
    expectComplete(world);
    expect(firstNotes.isEmpty).toBe(true);
  });

  test.each(MOMENTS)(
    "is not undone when the other one, which waits for it since %s ms after its start, is cancelled",
    async (milliseconds) => {
      const world = pending();
      const cancellation = new AbortController();
      const first = world.start(declared, { commit: () => cancellation.abort() });
      await world.clock.advance(milliseconds + 1);
      const firstNotes = world.journal;
      world.loseJournal();
      const second = world.start(declared, { cancelOn: cancellation.signal }).catch(() => undefined);
      // The other run may notice the end of the copy first.
      const receipts = await world.clock.runToEnd(first).catch(() => undefined);
      await world.clock.runToEnd(second);
      expect(receipts === undefined || receipts.length === 1).toBe(true);
      expectComplete(world);
      expect(firstNotes.isEmpty).toBe(true);
    },
  );
});
