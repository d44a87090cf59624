import { CopyMethod } from "../../../../src/intent";
import { ExitCode } from "../../../../src/failure/exit-code";
import { MemoryProcess } from "../../../support/memory-store/exchange";
import { prepared, REPLACING } from "../support/prepared-world";
import { type Declared, World } from "../support/world";

const PAST = "Thu, 01 Jan 1970 00:00:00 GMT";
const FUTURE = "Fri, 01 Jan 2100 00:00:00 GMT";
const METHODS = [CopyMethod.AUTO, CopyMethod.COPY_BLOB, CopyMethod.PUT_BLOCK_FROM_URL];

function writes(world: World): string[] {
  return world.service.requests.map(({ operation }) => operation).filter((operation) => !/^(Get|List)/.test(operation));
}

describe.each(METHODS)("by %s, a declared condition that what is there does not meet", (method) => {
  test.each<["source" | "destination", Declared, string]>([
    ["destination", { destinationConditions: { ifMatch: '"0x1"' } }, 'ifMatch is "0x1", and its ETag is'],
    ["destination", { destinationConditions: { ifNoneMatch: "*" } }, "ifNoneMatch is *, and there is a blob"],
    ["destination", { destinationConditions: { ifUnmodifiedSince: PAST } }, `ifUnmodifiedSince is ${PAST}, and it was last modified at`],
    ["source", { sourceConditions: { ifMatch: '"0x1"' } }, 'ifMatch is "0x1", and its ETag is'],
    ["source", { sourceConditions: { ifModifiedSince: FUTURE } }, `ifModifiedSince is ${FUTURE}, and it was last modified at`],
  ])("of the %s ends it before anything is touched, %j", async (side, declared, why) => {
    const world = new World().withOldDestination();
    const before = world.see();
    const { failure } = await world.run({ method, ...declared });
    expect(failure).toMatchObject({ exitCode: ExitCode.COPY_FAILED, side, what: `The ${side} does not meet a declared condition` });
    expect(failure?.why).toContain(why);
    expect(failure?.remedy).toBe(`change ${side}Conditions, or leave the condition out`);
    expect(writes(world)).toEqual([]);
    expect(world.see()).toEqual(before);
    expect(world.of("method-chosen")).toEqual([]);
  });

  test("of a destination that is absent ends it, too", async () => {
    const world = new World();
    const { failure } = await world.run({ method, destinationConditions: { ifMatch: "*" } });
    expect(failure?.why).toContain("ifMatch is *, and there is no blob");
    expect(writes(world)).toEqual([]);
  });

  test("is looked for when a copy is to begin, and not once it has written the destination", async () => {
    const world = new World().withOldDestination();
    const { failure } = await world.run({
      method,
      destinationConditions: { ifUnmodifiedSince: new Date(world.clock.now()).toUTCString() },
      sourceConditions: { ifUnmodifiedSince: FUTURE },
    });
    expect(failure).toBeUndefined();
    expect(world.see()).toMatchObject({ content: expect.stringContaining("new") as string });
  });
});

test.each(REPLACING)("what a run by %s that was killed has left is not held against the next one", async (method) => {
  const declared = { method, destinationConditions: { ifNoneMatch: "*" } };
  const complete = prepared(method, "absent");
  await complete.run(declared);
  let left = 0;
  for (let diesAt = 1; ; diesAt++) {
    const world = prepared(method, "absent");
    const process = new MemoryProcess(diesAt);
    await world.runKilled(declared, process);
    if (!process.isDead) break;
    if (diesAt % 2 === 0) world.loseJournal();
    const isComplete = JSON.stringify(world.see()) === JSON.stringify(complete.see());
    const { failure } = await world.run(declared);
    // The condition says that a blob must not exist, so the run fails if the killed one had
    // completed its copy.
    if (!isComplete) expect(failure).toBeUndefined();
    expect(world.see()).toEqual(complete.see());
    left += isComplete ? 0 : 1;
  }
  expect(left).toBeGreaterThan(2);
});
