import { BlobType, CopyMethod, OverwritePolicy, RecopyPolicy } from "../../../../src/intent";
import { ExitCode } from "../../../../src/failure/exit-code";
import { MemoryProcess } from "../../../support/memory-store/exchange";
import { eventText } from "../../../../src/report/live/event-text";
import { refused } from "../../../support/memory-store/script";
import { DESTINATION, MEBIBYTE, MINUTE, SOURCE, World } from "../support/world";

const declared = { method: CopyMethod.COPY_BLOB };
const OTHER_SOURCE = "https://source.blob.test/container/other.bin";

/** A machine that is lost with its journal while its copy of ten seconds is pending. */
async function lost(world: World, from = SOURCE, afterwards = 3_000): Promise<object | undefined> {
  const before = world.see();
  world.service.put(OTHER_SOURCE, "other", 500);
  world.service.copyPlan = { milliseconds: 10_000 };
  await world.runKilledAfter({ ...declared, from }, afterwards);
  world.loseJournal();
  return before;
}

test("a pending copy of the same source is adopted", async () => {
  const world = new World().withOldDestination();
  await lost(world);
  const id = world.copy?.id;
  const { receipts } = await world.run(declared);
  expect(receipts?.[0]).toMatchObject({ copyId: id, copyStatus: "success" });
  expect(world.of("copy-adopted")).toHaveLength(1);
  expect(world.service.count("Copy Blob")).toBe(1);
  expect(world.leftBehind()).toEqual([]);
});

test.each([
  [true, "A pending copy of the same source was found and is waited for: copy id "],
  [false, "A pending copy of the same source was found: copy id "],
])("of an adopted copy it is said that it is waited for only where it is, with wait: %s", async (wait, said) => {
  const world = new World();
  await lost(world);
  await world.run(declared, { intent: { wait } });
  expect(world.of("copy-adopted").flatMap(eventText)).toEqual([`${said}${world.copy?.id}`]);
});

test("an adopted copy that is cancelled is undone to what was there before the run that started it", async () => {
  const world = new World().withOldDestination();
  const before = await lost(world);
  await world.run(declared, { cancelAfter: 1_000 });
  expect(world.see()).toEqual(before);
  expect(world.leftBehind()).toEqual([]);
});

test.each([
  ["a server that does not know how to list", 405, "UnsupportedHttpVerb"],
  ["an answer that is not understood", 200, "EBADMSG"],
])("what a lost machine replaced is not given up because of %s", async (_, status, code) => {
  const world = new World().withOldDestination();
  const before = await lost(world);
  world.service.chance = (operation) => (operation === "List Blobs" ? refused(status, code) : undefined);
  const { failure } = await world.run(declared);
  expect(failure?.why).toContain("List Blobs");
  world.service.chance = () => undefined;
  await world.run(declared, { cancelAfter: 1_000 });
  expect(world.see()).toEqual(before);
  expect(world.leftBehind()).toEqual([]);
});

test("an adopted copy that somebody aborts is started again", async () => {
  const world = new World();
  await lost(world);
  world.clock.after(1_000, () => world.endCopy());
  const { failure } = await world.run(declared);
  expect(failure).toBeUndefined();
  expect(world.see()).toEqual(world.see(SOURCE));
});

test("a pending copy that was started with other metadata is not adopted", async () => {
  const world = new World().withOldDestination();
  await lost(world);
  const { failure } = await world.run({ ...declared, metadata: { release: "4" } });
  expect(failure).toBeUndefined();
  expect(world.of("copy-adopted")).toEqual([]);
  expect(world.see()).toMatchObject({ metadata: { release: "4" } });
  expect(world.leftBehind()).toEqual([]);
});

/** Changes only the content. */
const writeAnew = (world: World) =>
  world.service.put(SOURCE, "newer", 1_000, { metadata: { release: "3" }, contentHeaders: { contentType: "model/onnx" }, md5: false });

describe.each([true, false])("a pending copy whose source has been written since, by a service that notices: %s,", (notices) => {
  test("is not taken for the declared one by a run that has lost its notes", async () => {
    const world = new World().withOldDestination();
    world.service.noticesChangesUnderCopies = notices;
    await lost(world);
    writeAnew(world);
    const { failure } = await world.run(declared);
    expect(failure).toBeUndefined();
    expect(world.see()).toEqual(world.see(SOURCE));
    expect(world.leftBehind()).toEqual([]);
  });

  test("is not taken for the declared one by the next run, however soon after the start that was", async () => {
    const world = new World().withOldDestination();
    world.service.noticesChangesUnderCopies = notices;
    world.service.copyPlan = { milliseconds: 10_000 };
    await world.runKilledAfter(declared, 500);
    writeAnew(world);
    const { failure } = await world.run(declared);
    expect(failure).toBeUndefined();
    expect(world.see()).toEqual(world.see(SOURCE));
    expect(world.leftBehind()).toEqual([]);
  });

  test("is not taken for the declared one where an earlier deploy was not to wait for it", async () => {
    const world = new World().withOldDestination();
    world.service.noticesChangesUnderCopies = notices;
    world.service.copyPlan = { milliseconds: 10_000 };
    await world.run(declared, { intent: { wait: false } });
    writeAnew(world);
    const everyDeploy = { intent: { recopy: RecopyPolicy.EVERY_DEPLOY } };
    expect((await world.run(declared, everyDeploy)).failure).toBeUndefined();
    expect(world.see()).toEqual(world.see(SOURCE));
    expect((await world.run(declared, everyDeploy)).failure).toBeUndefined();
    expect(world.see()).toEqual(world.see(SOURCE));
  });

  test("is waited for where somebody else started it, and then made anew", async () => {
    const world = new World();
    world.service.noticesChangesUnderCopies = notices;
    world.startTheirs(SOURCE);
    await world.clock.advance(3_000);
    writeAnew(world);
    const { failure } = await world.run(declared, { intent: { timeoutMilliseconds: 2 * 60 * MINUTE } });
    expect(failure).toBeUndefined();
    expect(world.see()).toEqual(world.see(SOURCE));
  });
});

test("our pending copy from another source is undone, and the declared one is made", async () => {
  const world = new World().withOldDestination();
  await lost(world, OTHER_SOURCE);
  const { failure } = await world.run(declared);
  expect(failure).toBeUndefined();
  expect(world.of("copy-aborted")).toHaveLength(1);
  expect(world.see()).toEqual(world.see(SOURCE));
  expect(world.leftBehind()).toEqual([]);
});

test("our pending copy that cannot be aborted ends the run, instead of going round in circles", async () => {
  const world = new World().withOldDestination();
  await lost(world, OTHER_SOURCE);
  world.service.chance = (operation) => (operation === "Abort Copy Blob" ? refused(403, "AuthorizationPermissionMismatch") : undefined);
  const { failure } = await world.run(declared);
  expect(failure?.what).toContain("could not be undone");
  expect(world.outcomes).toEqual(["incomplete"]);
});

test("somebody else's pending copy is left alone, and named", async () => {
  const world = new World().withOldDestination();
  world.service.put(OTHER_SOURCE, "other", 500);
  world.startTheirs(OTHER_SOURCE);
  const { failure } = await world.run(declared);
  expect(failure?.exitCode).toBe(ExitCode.COPY_FAILED);
  expect(failure?.why).toContain(world.copy?.id);
  expect(failure?.remedy).toContain(world.copy?.id);
  expect(world.copy?.status).toBe("pending");
  expect(world.service.requests.every(({ operation }) => /^(Get|List)/.test(operation))).toBe(true);
});

describe("a copy that ended without its run", () => {
  test("is followed by one that knows what was there before", async () => {
    const world = new World().withOldDestination();
    const before = await lost(world);
    world.endCopy();
    world.service.copyPlan = { milliseconds: 10_000 };
    await world.run(declared, { cancelAfter: 1_000 });
    expect(world.of("restore-point-found")).toHaveLength(1);
    expect(world.see()).toEqual(before);
    expect(world.leftBehind()).toEqual([]);
  });

  test("leaves an empty blob where nothing was, which its mark proves to be ours", async () => {
    const world = new World();
    await lost(world);
    world.endCopy();
    await world.run(declared, { cancelAfter: 1_000 });
    expect(world.see()).toBeUndefined();
    expect((await world.run({ ...declared, overwrite: OverwritePolicy.NEVER })).failure).toBeUndefined();
    expect(world.see()).toEqual(world.see(SOURCE));
    expect(world.leftBehind()).toEqual([]);
  });

  test("is undone also when the next run finds no source", async () => {
    const world = new World().withOldDestination();
    const before = await lost(world);
    world.service.delete(SOURCE);
    const { failure } = await world.run(declared);
    expect(failure?.exitCode).toBe(ExitCode.SOURCE_NOT_FOUND);
    expect(world.see()).toEqual(before);
    expect(world.leftBehind()).toEqual([]);
  });

  test("keeps its restore point until the old content is back, whatever refuses the next run", async () => {
    const world = new World().withOldDestination();
    const before = await lost(world);
    world.endCopy();
    world.service.script("Put Blob From URL", refused(403, "AuthorizationFailure"));
    await world.run({ method: CopyMethod.PUT_BLOB_FROM_URL });
    expect(world.see()).toEqual(before);
    expect(world.leftBehind()).toEqual([]);
  });

  test("is undone when the overwrite policy has become NEVER", async () => {
    const world = new World().withOldDestination();
    const before = await lost(world);
    world.endCopy();
    const { failure } = await world.run({ ...declared, overwrite: OverwritePolicy.NEVER });
    expect(failure?.why).toContain("NEVER");
    expect(world.see()).toEqual(before);
  });
});

describe("a copy that was complete when its run was lost, before its results were safe", () => {
  const declared = { overwrite: OverwritePolicy.NEVER };

  /** A run that is killed at its commit. */
  async function lost(world: World): Promise<void> {
    const process = new MemoryProcess();
    const commit = () => {
      process.kill();
      throw new Error("killed");
    };
    await world.runKilled(declared, process, { commit });
    expect(world.see()).toMatchObject({ content: "new[0+1000]" });
  }

  test("is no blob of somebody else's under NEVER", async () => {
    const world = new World();
    await lost(world);
    expect((await world.run(declared)).failure).toBeUndefined();
    expect(world.see()).toMatchObject({ content: "new[0+1000]" });
    expect(world.leftBehind()).toEqual([]);
  });

  test("is one under NEVER when somebody has written to it since", async () => {
    const world = new World();
    await lost(world);
    world.service.put(DESTINATION, "theirs", 3);
    expect((await world.run(declared)).failure?.what).toBe("The destination exists and is different");
    expect(world.see()).toMatchObject({ content: "theirs[0+3]" });
  });
});

test.each([OverwritePolicy.IF_DIFFERENT, OverwritePolicy.IF_SOURCE_NEWER])(
  "a half-written page blob is not taken for the same as its source under %s",
  async (overwrite) => {
    const world = new World();
    world.service.put(SOURCE, "new", 9 * MEBIBYTE, { type: BlobType.PAGE, md5: false });
    world.service.chance = (operation) => (operation === "Put Page From URL" ? { delay: 5_000 } : undefined);
    await world.clock.advance(60_000);
    await world.runKilledAfter({ method: CopyMethod.PUT_PAGE_FROM_URL }, 2_000);
    world.loseJournal();
    await world.settle();
    const { failure } = await world.run(
      { method: CopyMethod.PUT_PAGE_FROM_URL, overwrite },
      { intent: { recopy: RecopyPolicy.EVERY_DEPLOY } },
    );
    expect(failure).toBeUndefined();
    expect(world.of("copy-skipped")).toEqual([]);
    expect(world.see()).toEqual(world.see(SOURCE));
  },
);

test("a restore that was cut off is taken up again", async () => {
  const world = new World().withOldDestination();
  const before = world.see();
  world.service.copyPlan = { milliseconds: Infinity };
  world.service.restorePlan = { milliseconds: 20_000 };
  await world.runKilledAfter(declared, 10_000, { cancelAfter: 3_000 });
  world.loseJournal();
  expect(world.copy?.source).toContain("snapshot=");
  world.service.copyPlan = { milliseconds: 3_000 };
  await world.run(declared, { cancelAfter: 40_000 });
  expect([before, world.see(SOURCE)]).toContainEqual(world.see());
  expect(world.leftBehind()).toEqual([]);
});

test("a restore point that was taken in vain is used by the next run instead of a second one", async () => {
  const world = new World().withOldDestination();
  world.service.script("Copy Blob", { delay: 60_000, effect: "none", answer: "lost" });
  await world.runKilledAfter(declared, 1_000);
  world.loseJournal();
  expect(world.service.snapshotCount(DESTINATION)).toBe(1);
  expect((await world.run(declared)).failure).toBeUndefined();
  expect(world.service.count("Snapshot Blob")).toBe(1);
  expect(world.leftBehind()).toEqual([]);
});

test("restore points of another resource are left alone", async () => {
  const world = new World().withOldDestination();
  world.service.copyPlan = { milliseconds: 10_000 };
  await world.runKilledAfter(declared, 3_000, { intent: { owner: "Stack/other" } });
  world.loseJournal();
  world.endCopy();
  await world.run(declared);
  expect(world.service.snapshotCount(DESTINATION)).toBe(1);
});

describe("a replacement guardian with the journal", () => {
  test.each(["absent", "present"])("puts back a destination that was %s", async (state) => {
    const world = new World();
    if (state === "present") world.withOldDestination();
    const before = world.see();
    world.service.copyPlan = { milliseconds: Infinity };
    await world.runKilledAfter(declared, 3_000);
    await world.recover(declared);
    expect(world.see()).toEqual(before);
    expect(world.leftBehind()).toEqual([]);
  });

  test("finds a copy whose start was not answered yet", async () => {
    const world = new World().withOldDestination();
    const before = world.see();
    world.service.copyPlan = { milliseconds: Infinity };
    world.service.script("Copy Blob", { delay: 2_000, answerDelay: 60_000 });
    await world.runKilledAfter(declared, 1_000);
    await world.recover(declared);
    expect(world.see()).toEqual(before);
    expect(world.leftBehind()).toEqual([]);
  });

  test("removes a restore point whose answer never came", async () => {
    const world = new World().withOldDestination();
    const before = world.see();
    world.service.script("Snapshot Blob", { answerDelay: 60_000 });
    await world.runKilledAfter(declared, 1_000);
    expect(world.service.snapshotCount(DESTINATION)).toBe(1);
    await world.recover(declared);
    expect(world.see()).toEqual(before);
    expect(world.leftBehind()).toEqual([]);
  });

  test("does not undo what was complete, when only the restore point was left to remove", async () => {
    const world = new World().withOldDestination();
    world.service.copyPlan = { milliseconds: 1_000 };
    world.service.script("Delete Snapshot", { delay: 60_000 });
    await world.runKilledAfter(declared, 5_000);
    await world.recover(declared);
    expect(world.see()).toEqual(world.see(SOURCE));
    expect(world.leftBehind()).toEqual([]);
  });

  test("does not undo a copy whose results were safe, although its guardian did not get to note that", async () => {
    const world = new World().withOldDestination();
    world.service.copyPlan = { milliseconds: 1_000 };
    const process = new MemoryProcess();
    await world.runKilled(declared, process, { commit: () => process.kill() });
    await world.recover(declared, { isCommitted: true });
    expect(world.see()).toEqual(world.see(SOURCE));
    expect(world.leftBehind()).toEqual([]);
  });

  test("has nothing to do without an entry", async () => {
    const world = new World().withOldDestination();
    await world.recover(declared);
    expect(world.service.requests).toEqual([]);
  });
});
