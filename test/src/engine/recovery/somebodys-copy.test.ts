import { CopyMethod, OverwritePolicy } from "../../../../src/intent";
import { DESTINATION, MINUTE, SOURCE, World } from "../support/world";

const declared = { method: CopyMethod.COPY_BLOB };

/**
 * Another client copies the same source to the same name, as a command-line tool does. The copy
 * takes an hour.
 */
function theirs(): World {
  const world = new World();
  world.startTheirs(SOURCE);
  return world;
}

function writes(world: World): string[] {
  return world.service.requests.map(({ operation }) => operation).filter((operation) => !/^(Get|List)/.test(operation));
}

describe("somebody else's pending copy of the same source", () => {
  test.each([
    ["a cancelled run", { cancelAfter: 1_000 }],
    ["a run that times out", { intent: { timeoutMilliseconds: 2 * MINUTE } }],
  ])("is neither aborted nor deleted by %s", async (_, options) => {
    const world = theirs();
    const id = world.copy?.id;
    const { failure } = await world.run(declared, options);
    expect(failure).toBeDefined();
    expect(world.copy).toMatchObject({ id, status: "pending" });
    expect(writes(world)).toEqual([]);
    expect(world.outcomes).toEqual([]);
  });

  test("with other metadata than declared is named and left alone", async () => {
    const world = theirs();
    const { failure } = await world.run({ ...declared, metadata: { release: "4" } });
    expect(failure?.why).toContain(world.copy?.id);
    expect(world.copy?.status).toBe("pending");
    expect(writes(world)).toEqual([]);
  });

  test.each(["pending", "aborted"])("is not overwritten under NEVER, though it is %s", async (state) => {
    const world = theirs();
    if (state === "aborted") world.endCopy();
    const before = world.see();
    expect((await world.run({ ...declared, overwrite: OverwritePolicy.NEVER })).failure).toBeDefined();
    expect(world.see()).toEqual(before);
    expect(writes(world)).toEqual([]);
  });

  test("is waited for, and its result is found and not copied", async () => {
    const world = theirs();
    const { receipts } = await world.run(declared, { intent: { timeoutMilliseconds: 120 * MINUTE } });
    expect(receipts?.[0]).toMatchObject({ copyId: world.copy?.id, copyStatus: "success", origin: "found" });
    expect(writes(world)).toEqual([]);
    expect(world.leftBehind()).toEqual([]);
  });

  test("is left pending where the declaration does not wait", async () => {
    const world = theirs();
    const { receipts } = await world.run(declared, { intent: { wait: false } });
    expect(receipts?.[0]).toMatchObject({ copyStatus: "pending", origin: "found" });
    expect(writes(world)).toEqual([]);
  });

  test("is followed by a copy of our own where headers are declared that it cannot have", async () => {
    const world = theirs();
    const { receipts } = await world.run(
      { ...declared, contentHeaders: { contentType: "x/declared" } },
      { intent: { timeoutMilliseconds: 120 * MINUTE } },
    );
    expect(receipts?.[0]?.origin).toBe("copied");
    expect(world.see()).toMatchObject({ content: "new[0+1000]", contentHeaders: { contentType: "x/declared" } });
    expect(world.leftBehind()).toEqual([]);
  });

  test("that somebody aborts while it is waited for is followed by one of our own", async () => {
    const world = theirs();
    world.clock.after(5_000, () => world.endCopy());
    expect((await world.run(declared)).receipts?.[0]?.origin).toBe("copied");
    expect(world.see()).toEqual(world.see(SOURCE));
  });

  test("of another deployment with the same construct path is not taken for ours", async () => {
    const world = new World();
    world.service.copyPlan = { milliseconds: 60 * MINUTE };
    await world.runKilledAfter(declared, 1_000, { intent: { deployment: "one" } });
    world.loseJournal();
    const id = world.copy?.id;
    await world.run({ ...declared, metadata: { release: "4" } }, { intent: { deployment: "two" } });
    await world.run(declared, { intent: { deployment: "two" }, cancelAfter: 1_000 });
    expect(world.copy).toMatchObject({ id, status: "pending" });
  });
});

test("a copy that this deployment left pending is known by its id, and ended when something else is declared", async () => {
  const world = new World();
  world.service.copyPlan = { milliseconds: 60 * MINUTE };
  await world.run(declared, { intent: { wait: false } });
  world.service.copyPlan = { milliseconds: 0 };
  const { failure } = await world.run({ ...declared, metadata: { release: "4" } });
  expect(failure).toBeUndefined();
  expect(world.of("copy-aborted")).toHaveLength(1);
  expect(world.see()).toMatchObject({ metadata: { release: "4" } });
});

test("a restore point of an earlier version, whose owner is the construct's path, is neither used nor deleted", async () => {
  const world = new World().withOldDestination();
  world.service.copyPlan = { milliseconds: 10_000 };
  await world.runKilledAfter(declared, 3_000);
  world.loseJournal();
  world.endCopy();
  await world.run(declared, { intent: { deployment: "one" }, cancelAfter: 2_000 });
  expect(world.see()).toMatchObject({ content: "" });
  expect(world.service.snapshotCount(DESTINATION)).toBe(1);
});

describe("a web server's query", () => {
  const from = (id: number) => `https://files.example/download?id=${id}`;

  test("tells one source from another: a pending copy of the one is not taken for the other", async () => {
    const world = new World();
    world.service.put(from(1), "one", 1_000, { md5: false });
    world.service.put(from(2), "two", 1_000, { md5: false });
    world.service.copyPlan = { milliseconds: 5_000 };
    await world.run({ ...declared, from: from(1) }, { intent: { wait: false } });
    const { failure } = await world.run({ ...declared, from: from(2) });
    expect(failure).toBeUndefined();
    expect(world.see()).toMatchObject({ content: "two[0+1000]" });
  });

  test("is not shown", async () => {
    const world = new World();
    world.service.put(from(1), "one", 1_000, { md5: false });
    world.service.copyPlan = { milliseconds: 60 * MINUTE };
    await world.run({ ...declared, from: from(1) }, { intent: { wait: false } });
    expect(JSON.stringify([world.events, world.journal.entries()])).not.toContain("id=1");
  });
});
