import { BlobType, CopyMethod, RollbackPolicy } from "../../../../src/intent";
import { ExitCode } from "../../../../src/failure/exit-code";
import { LOST_BEFORE, refused } from "../../../support/memory-store/script";
import { DESTINATION, MEBIBYTE, MINUTE, SOURCE, World } from "../support/world";
import { prepared, REPLACING, STATES } from "../support/prepared-world";

/** Methods that leave the destination halfway when they fail. */
const HALFWAY = [CopyMethod.COPY_BLOB, CopyMethod.PUT_PAGE_FROM_URL, CopyMethod.APPEND_BLOCK_FROM_URL];
const METHODS = REPLACING.filter((method) => method !== CopyMethod.AUTO);
const TABLE = METHODS.flatMap((method) => STATES.map((state) => [method, state] as const));

test.each(TABLE)("%s to a destination that is %s completes, and leaves nothing behind", async (method, state) => {
  const world = prepared(method, state);
  const { receipts, failure } = await world.run({ method });
  expect(failure).toBeUndefined();
  expect(receipts).toHaveLength(1);
  expect(world.see()).toEqual(world.see(SOURCE));
  expect(world.leftBehind()).toEqual([]);
});

test.each(TABLE)("%s to a destination that is %s, cancelled at any moment, ends as before or complete", async (method, state) => {
  for (let cancelAfter = 0; cancelAfter <= 11_000; cancelAfter += 500) {
    const world = prepared(method, state);
    const before = world.see();
    const { failure } = await world.run({ method }, { cancelAfter });
    await world.settle();
    expect([before, world.see(SOURCE)]).toContainEqual(world.see());
    if (failure !== undefined && HALFWAY.includes(method)) expect(world.see()).toEqual(before);
    expect(world.leftBehind()).toEqual([]);
  }
});

test.each(TABLE)("%s to a destination that is %s, of a service that fails while it copies, ends as before", async (method, state) => {
  const world = prepared(method, state);
  const before = world.see();
  world.service.copyPlan = { milliseconds: 2_000, failure: '500 OperationCancelled "Copy failed."' };
  world.service.chance = (operation) => (operation.endsWith("From URL") ? refused(403, "AuthorizationFailure") : undefined);
  const { failure } = await world.run({ method });
  expect(failure).toBeDefined();
  expect(world.see()).toEqual(before);
  expect(world.leftBehind()).toEqual([]);
});

test.each(HALFWAY.flatMap((method) => STATES.map((state) => [method, state] as const)))(
  "%s to a destination that is %s, whose results cannot be kept, is undone",
  async (method, state) => {
    const world = prepared(method, state);
    const before = world.see();
    const { failure } = await world.run(
      { method },
      {
        commit: () => {
          throw new Error("the disk is full");
        },
      },
    );
    expect(failure?.why).toContain("the disk is full");
    expect(world.see()).toEqual(before);
    expect(world.leftBehind()).toEqual([]);
    expect(world.outcomes).toEqual([state === "absent" ? "removed" : "restored"]);
  },
);

test("a restore brings back bytes, metadata, tags, headers and tier", async () => {
  const world = new World().withOldDestination();
  world.service.copyPlan = { milliseconds: 10_000 };
  const before = world.see();
  await world.run({ method: CopyMethod.COPY_BLOB, metadata: { release: "4" }, tags: { team: "b" } }, { cancelAfter: 3_000 });
  expect(world.see()).toEqual(before);
  expect(world.outcomes).toEqual(["restored"]);
});

test("a restore leaves no mark on a blob without metadata, and brings back tags too long for a header", async () => {
  const tags = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`${index}${"k".repeat(120)}`, "v".repeat(200)]));
  const world = new World();
  world.service.put(DESTINATION, "old", 700, { tags });
  world.service.copyPlan = { milliseconds: 10_000 };
  const before = world.see();
  await world.run({ method: CopyMethod.COPY_BLOB }, { cancelAfter: 3_000 });
  expect(world.see()).toEqual(before);
  expect(world.leftBehind()).toEqual([]);
});

test("pages that are under way at a cancellation do not land on what was put back", async () => {
  const world = prepared(CopyMethod.PUT_PAGE_FROM_URL, "absent");
  world.service.put(DESTINATION, "old", 220 * MEBIBYTE, { type: BlobType.PAGE });
  const before = world.see();
  world.service.chance = (operation) => (operation === "Put Page From URL" ? { delay: 2_000 } : undefined);
  await world.run({ method: CopyMethod.PUT_PAGE_FROM_URL }, { cancelAfter: 1_000 });
  await world.settle();
  expect(world.outcomes).toEqual(["restored"]);
  expect(world.see()).toEqual(before);
});

test("a restore that the service takes its time for is waited for", async () => {
  const world = new World().withOldDestination();
  world.service.copyPlan = { milliseconds: 10_000 };
  world.service.restorePlan = { milliseconds: 30_000 };
  const before = world.see();
  const { milliseconds } = await world.run({ method: CopyMethod.COPY_BLOB }, { cancelAfter: 3_000 });
  expect(milliseconds).toBeGreaterThanOrEqual(33_000);
  expect(world.see()).toEqual(before);
});

test("a restore that keeps failing is reported as incomplete, with the snapshot that holds the old content", async () => {
  const world = new World().withOldDestination();
  world.service.copyPlan = { milliseconds: 10_000 };
  world.service.restorePlan = { milliseconds: 1_000, failure: '500 OperationCancelled "Copy failed."' };
  await world.run({ method: CopyMethod.COPY_BLOB }, { cancelAfter: 3_000 });
  expect(world.outcomes).toEqual(["incomplete"]);
  expect(world.of("rollback-finished")[0]?.detail).toMatch(/OperationCancelled.*snapshot/);
  expect(world.service.snapshotCount(DESTINATION)).toBe(1);
  expect(world.journal.isEmpty).toBe(false);
});

test.each(STATES)("a journal that can no longer be written prevents no rollback, destination %s before", async (state) => {
  const world = prepared(CopyMethod.COPY_BLOB, state);
  const before = world.see();
  const broken = () => {
    throw new Error("ENOSPC: no space left on device");
  };
  world.clock.after(3_000, () => Object.assign(world.journal, { write: broken, remove: broken }));
  const { failure } = await world.run({ method: CopyMethod.COPY_BLOB }, { cancelAfter: 4_000 });
  expect(failure?.exitCode).toBe(ExitCode.INTERRUPTED);
  expect(world.see()).toEqual(before);
  expect(world.service.snapshotCount(DESTINATION)).toBe(0);
  expect(world.of("warning").at(-1)?.text).toContain("ENOSPC");
});

test("a journal that can no longer be written at the end leaves no restore point", async () => {
  const world = new World().withOldDestination();
  const broken = () => {
    throw new Error("ENOSPC: no space left on device");
  };
  const { failure } = await world.run(
    { method: CopyMethod.COPY_BLOB },
    { commit: () => void Object.assign(world.journal, { write: broken, remove: broken }) },
  );
  expect(failure).toBeUndefined();
  expect(world.see()).toEqual(world.see(SOURCE));
  expect(world.service.snapshotCount(DESTINATION)).toBe(0);
});

test("the restore point is taken before the copy is started, and the copy aborted before anything is restored", async () => {
  const world = new World().withOldDestination();
  world.service.copyPlan = { milliseconds: 10_000 };
  await world.run({ method: CopyMethod.COPY_BLOB }, { cancelAfter: 3_000 });
  const writes = world.service.requests.map(({ operation }) => operation).filter((operation) => !/^(Get|List)/.test(operation));
  expect(writes).toEqual(["Snapshot Blob", "Copy Blob", "Abort Copy Blob", "Copy Blob", "Delete Snapshot"]);
});

test("the abort is the first request after a cancellation", async () => {
  const world = new World();
  world.service.copyPlan = { milliseconds: 10_000 };
  const cancelledAt = world.clock.now() + 3_000;
  await world.run({ method: CopyMethod.COPY_BLOB }, { cancelAfter: 3_000 });
  const first = world.service.requests.find(({ at }) => at >= cancelledAt);
  expect(first).toMatchObject({ operation: "Abort Copy Blob", at: cancelledAt });
});

/**
 * Milliseconds between a cancellation and the end of its rollback, while requests in flight are not
 * answered for a minute.
 */
test.each<[CopyMethod, BlobType, string, number]>([
  [CopyMethod.PUT_PAGE_FROM_URL, BlobType.PAGE, "Put Page From URL", 3_000],
  [CopyMethod.APPEND_BLOCK_FROM_URL, BlobType.APPEND, "Append Block From URL", 3_000],
  [CopyMethod.PUT_BLOCK_FROM_URL, BlobType.BLOCK, "Put Block From URL", 3_000],
  [CopyMethod.PUT_BLOB_FROM_URL, BlobType.BLOCK, "Put Blob From URL", 6_000],
  [CopyMethod.COPY_BLOB, BlobType.PAGE, "Get Blob Properties", 1_000],
])("%s of a %s, whose %s hangs, is settled soon after it is cancelled: %i ms", async (method, type, operation, most) => {
  const world = new World();
  world.service.put(SOURCE, "new", 64 * MEBIBYTE, { type });
  world.service.put(DESTINATION, "old", 512, { type });
  world.service.copyPlan = { milliseconds: Infinity };
  const before = world.see();
  const cancelledAt = world.clock.now() + 3_000;
  // Reads before the copy, and those of its rollback, are answered.
  const isUnderWay = () => world.clock.now() > cancelledAt - 2_900 && world.clock.now() < cancelledAt;
  const hangs = (asked: string) => asked === operation && (method !== CopyMethod.COPY_BLOB || isUnderWay());
  world.service.chance = (asked) => (hangs(asked) ? { answerDelay: MINUTE } : undefined);
  await world.run({ method }, { cancelAfter: 3_000 });
  expect(world.clock.now() - cancelledAt).toBeLessThanOrEqual(most);
  if (HALFWAY.includes(method)) expect(world.see()).toEqual(before);
  expect(world.leftBehind()).toEqual([]);
});

describe("an abort that is answered", () => {
  test.each([
    ["500 for a while", [refused(500, "InternalError"), refused(500, "InternalError"), refused(503, "ServerBusy")]],
    ["not at all for a while", Array.from({ length: 5 }, () => LOST_BEFORE)],
    ["only after it took effect twice", [{ answer: "lost" as const }]],
    ["409 although the copy is still pending", [refused(409, "NoPendingCopyOperation"), refused(409, "PendingCopyOperation")]],
    ["412 for as long as somebody else's finite lease lasts", Array.from({ length: 16 }, () => refused(412, "LeaseIdMissing"))],
  ])("%s is insisted upon", async (_, scripts) => {
    const world = new World().withOldDestination();
    world.service.copyPlan = { milliseconds: Infinity };
    const before = world.see();
    world.service.script("Abort Copy Blob", ...scripts);
    await world.run({ method: CopyMethod.COPY_BLOB }, { cancelAfter: 3_000 });
    expect(world.see()).toEqual(before);
    expect(world.leftBehind()).toEqual([]);
  });

  test("409 because the copy has ended in the meantime is no obstacle", async () => {
    const world = new World().withOldDestination();
    world.service.copyPlan = { milliseconds: 3_050 };
    const before = world.see();
    world.service.script("Abort Copy Blob", { delay: 100 });
    await world.run({ method: CopyMethod.COPY_BLOB }, { cancelAfter: 3_000 });
    expect(world.see()).toEqual(before);
    expect(world.leftBehind()).toEqual([]);
  });

  test("403 leaves the copy pending, and says so with its id", async () => {
    const world = new World();
    world.service.copyPlan = { milliseconds: Infinity };
    world.service.script("Abort Copy Blob", refused(403, "AuthorizationPermissionMismatch"));
    await world.run({ method: CopyMethod.COPY_BLOB }, { cancelAfter: 3_000 });
    expect(world.outcomes).toEqual(["incomplete"]);
    expect(world.of("rollback-finished")[0]?.detail).toContain(world.copy?.id);
    expect(world.journal.isEmpty).toBe(false);
  });
});

test("a lease that somebody keeps on the destination is waited for once, and what is left is said", async () => {
  const world = new World().withOldDestination();
  world.service.copyPlan = { milliseconds: Infinity };
  const leased = refused(412, "LeaseIdMissing");
  // The first Copy Blob is the copy's own.
  world.service.script("Copy Blob", {}, ...Array.from({ length: 200 }, () => leased));
  const cancelledAt = world.clock.now() + 3_000;
  await world.run({ method: CopyMethod.COPY_BLOB }, { cancelAfter: 3_000 });
  expect(world.outcomes).toEqual(["incomplete"]);
  expect(world.of("rollback-finished")[0]?.detail).toContain("LeaseIdMissing");
  expect(world.clock.now() - cancelledAt).toBeLessThan(90_000);
  expect(world.service.snapshotCount(DESTINATION)).toBe(1);
});

test("a network that is gone for five minutes delays the rollback, and does not prevent it", async () => {
  const world = new World().withOldDestination();
  world.service.copyPlan = { milliseconds: Infinity };
  const before = world.see();
  const from = world.clock.now() + 2_500;
  world.service.chance = () => (world.clock.now() >= from && world.clock.now() < from + 5 * MINUTE ? LOST_BEFORE : undefined);
  const { failure } = await world.run({ method: CopyMethod.COPY_BLOB }, { cancelAfter: 3_000 });
  expect(failure?.exitCode).toBe(ExitCode.INTERRUPTED);
  expect(world.see()).toEqual(before);
  expect(world.leftBehind()).toEqual([]);
});

test("a network that stays away leaves the rollback incomplete in bounded time, and the next run completes", async () => {
  const world = new World().withOldDestination();
  world.service.copyPlan = { milliseconds: 5_000 };
  const from = world.clock.now() + 2_500;
  world.service.chance = () => (world.clock.now() >= from ? LOST_BEFORE : undefined);
  const { milliseconds } = await world.run({ method: CopyMethod.COPY_BLOB }, { cancelAfter: 3_000 });
  expect(milliseconds).toBeLessThanOrEqual(10 * MINUTE);
  expect(world.outcomes).toEqual(["incomplete"]);
  expect(world.events).toContainEqual(
    expect.objectContaining({ type: "rollback-finished", detail: expect.stringMatching(/ on \S+ got no answer: /) as string }),
  );
  world.service.chance = () => undefined;
  expect((await world.run({ method: CopyMethod.COPY_BLOB })).failure).toBeUndefined();
  expect(world.see()).toEqual(world.see(SOURCE));
  expect(world.leftBehind()).toEqual([]);
});

describe("with RollbackPolicy.ABORT_ONLY", () => {
  const intent = { rollback: RollbackPolicy.ABORT_ONLY };

  test("the copy is aborted, nothing is restored, and no restore point is taken", async () => {
    const world = new World().withOldDestination();
    world.service.copyPlan = { milliseconds: 10_000 };
    await world.run({ method: CopyMethod.COPY_BLOB }, { cancelAfter: 3_000, intent });
    expect(world.copy?.status).toBe("aborted");
    expect(world.outcomes).toEqual(["aborted"]);
    expect(world.service.count("Snapshot Blob")).toBe(0);
    // The empty blob carries the mark of an unfinished copy, with its owner.
    expect(world.leftBehind()).toEqual(["our marks"]);
  });

  test("the restore point of an earlier run is used all the same", async () => {
    const world = new World().withOldDestination();
    world.service.copyPlan = { milliseconds: Infinity };
    const before = world.see();
    await world.runKilledAfter({ method: CopyMethod.COPY_BLOB }, 3_000);
    await world.run({ method: CopyMethod.COPY_BLOB }, { cancelAfter: 3_000, intent });
    expect(world.see()).toEqual(before);
  });
});

describe("a set", () => {
  const other = "https://destination.blob.test/container/other.bin";

  test("of which one copy fails is undone altogether, also what is begun later", async () => {
    const world = new World().withOldDestination();
    world.service.copyPlan = { milliseconds: 20_000 };
    const before = world.see();
    const declared = [
      { method: CopyMethod.COPY_BLOB },
      { method: CopyMethod.PUT_BLOB_FROM_URL, to: other, from: "https://source.blob.test/container/missing" },
    ];
    world.service.script("Snapshot Blob", { answerDelay: 1_000 });
    const { failure, milliseconds } = await world.run(declared);
    await world.settle();
    expect(failure?.exitCode).toBe(ExitCode.SOURCE_NOT_FOUND);
    expect(milliseconds).toBeLessThan(5_000);
    expect(world.see()).toEqual(before);
    expect(world.leftBehind(DESTINATION, other)).toEqual([]);
  });

  test("of which one copy fails keeps no copy to a name that was empty", async () => {
    const world = new World();
    world.service.copyPlan = { milliseconds: 5_000, failure: '500 OperationCancelled "Copy failed."' };
    await world.run([{ method: CopyMethod.COPY_BLOB }, { to: other }]);
    expect(world.see()).toBeUndefined();
    expect(world.see(other)).toBeUndefined();
    expect(world.leftBehind(DESTINATION, other)).toEqual([]);
  });
});

describe("a start that is not answered", () => {
  const HANGS = { delay: 10 * MINUTE };
  const DECLARED = { method: CopyMethod.COPY_BLOB };

  test("is waited for, but not for long, and the next run goes on from there", async () => {
    const world = new World().withOldDestination();
    const before = world.see();
    world.service.script("Copy Blob", HANGS);
    const { failure, milliseconds } = await world.run(DECLARED, { cancelAfter: 1_000 });
    expect(failure?.exitCode).toBe(ExitCode.INTERRUPTED);
    expect(milliseconds).toBeLessThan(30_000);
    expect(world.of("warning").map(({ text }) => text)).toEqual([expect.stringContaining("waiting up to 20 seconds")]);
    expect(world.outcomes).toEqual(["incomplete"]);
    expect(world.see()).toEqual(before);
    expect(world.service.snapshotCount(DESTINATION)).toBe(1);

    expect((await world.run(DECLARED)).failure).toBeUndefined();
    expect(world.leftBehind()).toEqual([]);
  });

  test("is undone by the next run when it takes effect after all", async () => {
    const world = new World().withOldDestination();
    const before = world.see();
    world.service.script("Copy Blob", HANGS);
    world.service.copyPlan = { milliseconds: 60 * MINUTE };
    await world.run(DECLARED, { cancelAfter: 1_000 });
    await world.clock.advance(11 * MINUTE);
    expect(world.copy?.status).toBe("pending");
    await world.recover(DECLARED);
    expect(world.see()).toEqual(before);
    expect(world.leftBehind()).toEqual([]);
  });
});
