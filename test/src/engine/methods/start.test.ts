import { BlobType, CopyMethod, SourceGuard } from "../../../../src/intent";
import { ExitCode } from "../../../../src/failure/exit-code";
import { LOST_AFTER, LOST_BEFORE, refused } from "../../../support/memory-store/script";
import { prepared } from "../support/prepared-world";
import { DESTINATION, MINUTE, SOURCE, World } from "../support/world";

const declared = { method: CopyMethod.COPY_BLOB };

describe("a start of Copy Blob whose answer is lost", () => {
  test("is found at the destination, and waited for", async () => {
    const world = new World();
    world.service.copyPlan = { milliseconds: 3_000 };
    world.service.script("Copy Blob", LOST_AFTER);
    const { receipts } = await world.run(declared);
    expect(receipts?.[0]?.copyId).toBe(world.copy?.id);
    expect(world.service.count("Copy Blob")).toBe(1);
  });

  test("is found also when it takes effect only later", async () => {
    const world = new World();
    world.service.script("Copy Blob", { effect: { late: 2_000 } });
    expect((await world.run(declared)).failure).toBeUndefined();
  });

  test.each([
    ["was lost on its way", LOST_BEFORE],
    ["met a service that failed", refused(500, "InternalError")],
    ["takes effect after the second one", { effect: { late: 8_000 } }],
  ])("is made again when nothing shows of it because it %s, and one copy is made", async (_, script) => {
    const world = new World().withOldDestination();
    world.service.copyPlan = { milliseconds: 10_000 };
    world.service.script("Copy Blob", script);
    const { receipts } = await world.run(declared);
    await world.settle();
    expect(receipts?.[0]?.copyId).toBe(world.copy?.id);
    expect(world.see()).toEqual(world.see(SOURCE));
    expect(world.service.count("Copy Blob")).toBe(2);
    expect(world.leftBehind()).toEqual([]);
  });

  test("fails when nothing shows of any of three, and leaves the destination as it was", async () => {
    const world = new World().withOldDestination();
    const before = world.see();
    world.service.script("Copy Blob", LOST_BEFORE, refused(500, "InternalError"), LOST_BEFORE);
    const { failure } = await world.run(declared);
    expect(failure?.why).toContain("Copy Blob");
    expect(world.service.count("Copy Blob")).toBe(3);
    expect(world.see()).toEqual(before);
    expect(world.leftBehind()).toEqual([]);
  });

  test("is not mixed up with the copy that the destination had from the same source before", async () => {
    const world = new World();
    await world.run(declared);
    const copyIdBefore = world.copy?.id;
    world.service.script("Copy Blob", LOST_BEFORE);
    const { receipts } = await world.run(declared);
    expect(receipts?.[0]?.copyId).toBe(world.copy?.id);
    expect(world.copy?.id).not.toBe(copyIdBefore);
    expect(world.leftBehind()).toEqual([]);
  });
});

describe("a cancellation while the start is in flight", () => {
  test.each([
    ["is answered in time", { delay: 500, answerDelay: 500 }],
    ["takes effect at once and is answered late", { answerDelay: MINUTE }],
    ["takes effect late and is answered late", { delay: 20_000, answerDelay: 30_000 }],
    ["takes effect late and is never answered", { delay: 20_000, answer: "lost" as const }],
    ["is lost", { delay: 20_000, effect: "none" as const, answer: "lost" as const }],
  ])("undoes a start that %s", async (_, script) => {
    const world = new World().withOldDestination();
    const before = world.see();
    world.service.copyPlan = { milliseconds: Infinity };
    world.service.script("Copy Blob", script);
    await world.run(declared, { cancelAfter: 100 });
    await world.settle();
    expect(world.see()).toEqual(before);
    expect(world.leftBehind()).toEqual([]);
  });

  test("aborts as soon as the copy shows, not when the start is answered", async () => {
    const world = new World();
    world.service.copyPlan = { milliseconds: Infinity };
    world.service.script("Copy Blob", { answerDelay: MINUTE });
    const { milliseconds } = await world.run(declared, { cancelAfter: 100 });
    expect(milliseconds).toBeLessThan(5_000);
    expect(world.see()).toBeUndefined();
  });
});

test("a run that is cancelled before its copy is started starts none", async () => {
  const world = new World().withOldDestination();
  world.service.script("Snapshot Blob", { delay: 2_000 });
  await world.run(declared, { cancelAfter: 1_000 });
  expect(world.service.count("Copy Blob")).toBe(0);
  expect(world.leftBehind()).toEqual([]);
});

test("a run that is cancelled from the start requests nothing", async () => {
  const world = new World();
  const { failure } = await world.run(declared, { cancelAfter: 0 });
  expect(failure?.exitCode).toBe(ExitCode.INTERRUPTED);
  expect(world.service.requests).toEqual([]);
});

test.each([CopyMethod.PUT_BLOB_FROM_URL, CopyMethod.COPY_BLOB_FROM_URL, CopyMethod.PUT_BLOCK_FROM_URL])(
  "%s whose last answer is lost has succeeded, and is not mistaken for a failure",
  async (method) => {
    for (const script of [LOST_AFTER, { effect: "twice" as const }]) {
      const world = new World();
      world.service.script(method === CopyMethod.PUT_BLOCK_FROM_URL ? "Put Block List" : operationOf(method), script);
      expect((await world.run({ method })).failure).toBeUndefined();
      expect(world.see()).toEqual(world.see(SOURCE));
    }
  },
);

test.each([
  [CopyMethod.PUT_BLOB_FROM_URL, "Put Blob From URL"],
  [CopyMethod.PUT_BLOCK_FROM_URL, "Put Block List"],
])("%s whose answer is lost does not claim to have made what somebody else could have written just then", async (method, operation) => {
  const world = new World();
  world.service.script(operation, LOST_AFTER);
  expect((await world.run({ method })).receipts?.[0]).toMatchObject({ origin: "found", copyStatus: "success" });
  expect((await new World().run({ method })).receipts?.[0]).toMatchObject({ origin: "copied" });
});

describe("auto", () => {
  test.each([
    ["501", refused(501, "NotImplemented")],
    ["409 CannotVerifyCopySource", refused(409, "CannotVerifyCopySource", { copySourceStatus: 409 })],
  ])("goes on with the next method after %s, and says so", async (_, script) => {
    const world = new World().withOldDestination();
    world.service.script("Put Blob From URL", script);
    const { receipts } = await world.run();
    expect(receipts?.[0]?.method).toBe(CopyMethod.COPY_BLOB_FROM_URL);
    expect(world.of("method-refused")).toMatchObject([{ method: CopyMethod.PUT_BLOB_FROM_URL, next: CopyMethod.COPY_BLOB_FROM_URL }]);
  });

  test("goes on with Copy Blob after ranges were refused halfway, and can still put everything back", async () => {
    const world = new World();
    world.service.put(SOURCE, "new", 1_024, { type: BlobType.PAGE });
    world.service.put(DESTINATION, "old", 512, { type: BlobType.PAGE, metadata: { release: "2" } });
    const before = world.see();
    world.service.script("Put Page From URL", refused(501, "NotImplemented"));
    world.service.script("Copy Blob", refused(403, "AuthorizationFailure"));
    await world.run();
    expect(world.see()).toEqual(before);
    expect(world.leftBehind()).toEqual([]);
  });

  test("fails with the last method's reason when the service takes none", async () => {
    const world = new World();
    world.service.chance = (operation) => (/Copy Blob|From URL/.test(operation) ? refused(409, "CannotVerifyCopySource") : undefined);
    const { failure } = await world.run();
    expect(failure?.why).toContain("Copy Blob on");
    expect(failure?.side).toBe("source");
  });

  test("gives up at once on what another method would not change", async () => {
    const world = new World();
    world.service.script("Put Blob From URL", refused(403, "AuthorizationFailure"));
    expect((await world.run()).failure?.exitCode).toBe(ExitCode.NOT_AUTHORISED);
    expect(world.service.count("Copy Blob From URL")).toBe(0);
  });
});

test("a name that somebody takes between the look and the start is looked at again, and put back if need be", async () => {
  const world = new World();
  world.service.copyPlan = { milliseconds: 10_000 };
  let theirs: object | undefined;
  world.service.script("Copy Blob", {
    meanwhile: () => {
      world.service.put(DESTINATION, "theirs", 3);
      theirs = world.see();
    },
  });
  await world.run(declared, { cancelAfter: 3_000 });
  expect(world.see()).toEqual(theirs);
  expect(world.leftBehind()).toEqual([]);
});

test("a source outside Azure that this machine cannot see is left to the service to reach", async () => {
  const url = "https://example.test/model.bin";
  const world = new World();
  world.service.put(url, "web", 300);
  world.service.script("Get Source Properties", LOST_BEFORE);
  const { failure } = await world.run({ from: url });
  expect(failure).toBeUndefined();
  expect(world.of("warning")[0]?.text).toContain("cannot be seen from here");
  expect(world.see()).toMatchObject({ content: "web[0+300]" });
});

describe("with wait: false", () => {
  const intent = { wait: false };

  test("the copy is left pending, and the receipt says so", async () => {
    const world = new World();
    world.service.copyPlan = { milliseconds: 60_000 };
    const { receipts, milliseconds } = await world.run(declared, { intent });
    expect(receipts?.[0]).toMatchObject({ copyStatus: "pending", copyId: world.copy?.id, completedOn: "" });
    expect(milliseconds).toBe(0);
    expect(world.copy?.status).toBe("pending");
    expect(world.of("copy-left-pending")).toHaveLength(1);
    expect(world.journal.isEmpty).toBe(true);
  });

  test("the service may read the source for as long as it keeps a pending copy, whatever the timeout of the run", async () => {
    const world = new World();
    world.service.copyPlan = { milliseconds: 60_000 };
    await world.run(declared, { intent });
    expect(world.service.sourceAccess).toEqual([14 * 24 * 3_600_000]);
  });

  test("a destination that was there is put back when the run ends before the copy is started for good", async () => {
    const world = new World().withOldDestination();
    const before = world.see();
    world.service.copyPlan = { milliseconds: 60_000 };
    world.service.script("Copy Blob", { answerDelay: 1_000 });
    await world.run(declared, { intent, cancelAfter: 500 });
    expect(world.see()).toEqual(before);
    expect(world.leftBehind()).toEqual([]);
  });

  test("no restore point is left once the copy is started", async () => {
    const world = new World().withOldDestination();
    world.service.copyPlan = { milliseconds: 60_000 };
    expect((await world.run(declared, { intent })).failure).toBeUndefined();
    expect(world.copy?.status).toBe("pending");
    expect(world.service.snapshotCount(DESTINATION)).toBe(0);
  });

  test("a later run that waits adopts it", async () => {
    const world = new World();
    world.service.copyPlan = { milliseconds: 60_000 };
    await world.run(declared, { intent });
    const { receipts } = await world.run(declared);
    expect(receipts?.[0]?.copyStatus).toBe("success");
    expect(world.service.count("Copy Blob")).toBe(1);
  });

  test("a copy that is done at once is told as done", async () => {
    const world = new World();
    const { receipts } = await world.run(declared, { intent });
    expect(receipts?.[0]?.copyStatus).toBe("success");
  });
});

function operationOf(method: CopyMethod): string {
  return method === CopyMethod.COPY_BLOB_FROM_URL ? "Copy Blob From URL" : "Put Blob From URL";
}

test.each([CopyMethod.APPEND_BLOCK_FROM_URL, CopyMethod.PUT_PAGE_FROM_URL])(
  "%s that was made again, and is refused because of what its first try has made, is undone by a run that is cancelled",
  async (method) => {
    const world = prepared(method, "absent");
    world.service.script("Put Blob", { effect: "twice", answerDelay: 1_000 });
    await world.run({ method }, { cancelAfter: 100 });
    await world.settle();
    expect(world.service.count("Put Blob")).toBeGreaterThan(0);
    expect(world.see()).toBeUndefined();
    expect(world.leftBehind()).toEqual([]);
  },
);

test.each([
  [CopyMethod.PUT_BLOB_FROM_URL, "Put Blob From URL"],
  [CopyMethod.COPY_BLOB_FROM_URL, "Copy Blob From URL"],
])(
  "%s that is marked, was made again, and is refused because of its first try, is undone by a run that is cancelled",
  async (method, operation) => {
    const world = prepared(method, "absent");
    world.service.script(operation, { effect: "twice", answerDelay: 1_000 });
    await world.run({ method, sourceGuard: SourceGuard.NONE, contentHeaders: { contentType: "text/own" } }, { cancelAfter: 100 });
    await world.settle();
    expect(world.see()).toBeUndefined();
    expect(world.leftBehind()).toEqual([]);
  },
);
