import { CopyMethod, OverwritePolicy, RecopyPolicy } from "../../../../src/intent";
import { refused } from "../../../support/memory-store/script";
import { prepared, STATES } from "../support/prepared-world";
import { THEIR_ACTS } from "../support/their-acts";
import { MINUTE, type World } from "../support/world";

const method = CopyMethod.PUT_PAGE_FROM_URL;

/**
 * A copy that fails halfway while another client writes a page. The blob has its full length, and
 * is younger than its source.
 */
async function leftHalf(world: World): Promise<void> {
  await world.clock.advance(MINUTE);
  const afterwards = () => world.clock.after(900, () => THEIR_ACTS["writes a page"](world));
  world.service.script("Put Page From URL", { answerDelay: 1_000, afterwards }, refused(412, "SourceConditionNotMet"));
  const { failure } = await world.run({ method });
  expect(failure).toBeDefined();
  expect(world.of("rollback-finished")[0]?.detail).toContain("another client has written into");
}

describe.each(STATES)("what was left half written because somebody has written into it, %s before", (state) => {
  test.each([
    ["IF_DIFFERENT", { method, overwrite: OverwritePolicy.IF_DIFFERENT }, RecopyPolicy.ON_INTENT_CHANGE],
    ["EVERY_DEPLOY", { method }, RecopyPolicy.EVERY_DEPLOY],
  ] as const)("is not taken for the source by %s, also after another deploy that failed", async (_name, declared, recopy) => {
    const world = prepared(method, state);
    await leftHalf(world);
    world.service.script("Put Blob", refused(403, "AuthorizationFailure"));
    expect((await world.run(declared, { intent: { recopy } })).failure).toBeDefined();
    const { receipts, failure } = await world.run(declared, { intent: { recopy } });
    expect(failure).toBeUndefined();
    expect(receipts?.[0]?.origin).toBe("copied");
    expect(world.leftBehind()).toEqual([]);
  });

  it("fails a deploy that would keep it for its time alone, which leaves all as it is", async () => {
    const world = prepared(method, state);
    await leftHalf(world);
    const left = [world.see(), world.leftBehind()];
    const { failure } = await world.run({ method, overwrite: OverwritePolicy.IF_SOURCE_NEWER });
    expect(failure?.what).toContain("The destination may be half a copy");
    expect([world.see(), world.leftBehind()]).toEqual(left);

    const next = await world.run({ method, overwrite: OverwritePolicy.IF_DIFFERENT });
    expect(next.receipts?.[0]?.origin).toBe("copied");
    expect(world.leftBehind()).toEqual([]);
  });
});
