import { CopyFailure } from "../../../../src/failure/copy-failure";
import { ExitCode } from "../../../../src/failure/exit-code";
import { CopyMethod, SourceGuard } from "../../../../src/intent";
import { MemoryProcess } from "../../../support/memory-store/exchange";
import { SENT_AGAIN, type Script } from "../../../support/memory-store/script";
import { prepared, REPLACING, STATES } from "../support/prepared-world";
import { type Declared, DESTINATION, type RunOptions, World } from "../support/world";

/**
 * An intermediary, such as a proxy, repeats a request. Both take effect, and the client does not
 * notice.
 */

const declared = { method: CopyMethod.COPY_BLOB };

const commitFails: RunOptions = {
  commit: () => {
    throw new CopyFailure({ exitCode: ExitCode.COPY_FAILED, what: "The results are lost", why: "disk full", remedy: "make room" });
  },
};

describe("a restore point that was taken twice is removed twice", () => {
  function world(): World {
    const made = new World().withOldDestination();
    made.service.script("Snapshot Blob", SENT_AGAIN);
    made.service.copyPlan = { milliseconds: 10_000 };
    return made;
  }

  test("when the copy is complete", async () => {
    const made = world();
    expect((await made.run(declared)).failure).toBeUndefined();
    expect(made.leftBehind()).toEqual([]);
  });

  test.each([
    ["cancelled", { cancelAfter: 5_000 }],
    ["undone at its end", commitFails],
  ])("when the copy is %s", async (_, options) => {
    const made = world();
    const before = made.see();
    expect((await made.run(declared, options)).failure).toBeDefined();
    expect(made.see()).toEqual(before);
    expect(made.leftBehind()).toEqual([]);
  });

  test("when its start is refused", async () => {
    const made = world();
    made.service.script("Copy Blob", { effect: "none", answer: { status: 403, code: "AuthorizationFailure" } });
    expect((await made.run(declared)).failure).toBeDefined();
    expect(made.leftBehind()).toEqual([]);
  });

  test("when somebody else was quicker, so that the run looks again", async () => {
    const made = world();
    made.service.script("Copy Blob", { meanwhile: () => made.service.put(DESTINATION, "theirs", 20) });
    // The fake drops our snapshots with the blob that they replace.
    expect((await made.run(declared)).failure).toBeUndefined();
    expect(made.leftBehind()).toEqual([]);
  });

  test("by whoever takes over for a guardian that was killed", async () => {
    const made = world();
    const before = made.see();
    await made.runKilledAfter(declared, 5_000);
    await made.recover(declared);
    expect(made.see()).toEqual(before);
    expect(made.leftBehind()).toEqual([]);
  });

  test("and one of another run, or of an earlier version, stays", async () => {
    const made = new World().withOldDestination();
    const name = made.service.name(DESTINATION);
    made.service.copyPlan = { milliseconds: 10_000 };
    let theirs = "";
    made.service.script("Snapshot Blob", {
      afterwards: () => {
        const [[, taken]] = [...name.snapshots] as [[string, NonNullable<typeof name.blob>]];
        theirs = made.service.snapshot(name, { ...taken, metadata: { ...taken.metadata, blobcopy_restore_point: "1" } });
      },
    });
    expect((await made.run(declared)).failure).toBeUndefined();
    expect([...name.snapshots.keys()]).toEqual([theirs]);
  });
});

/** First writes of the methods that write to the destination before the copy is complete. */
const FIRST: [CopyMethod, string, Declared][] = [
  [CopyMethod.COPY_BLOB, "Copy Blob", {}],
  [CopyMethod.PUT_PAGE_FROM_URL, "Put Blob", {}],
  [CopyMethod.APPEND_BLOCK_FROM_URL, "Put Blob", {}],
  [CopyMethod.PUT_BLOB_FROM_URL, "Put Blob From URL", { sourceGuard: SourceGuard.NONE }],
  [CopyMethod.COPY_BLOB_FROM_URL, "Copy Blob From URL", { contentHeaders: { contentLanguage: "en" } }],
  [CopyMethod.PUT_BLOCK_FROM_URL, "Put Block List", { sourceGuard: SourceGuard.NONE }],
];

describe.each(FIRST)("the first write of %s, sent again and refused because of itself", (method, operation, options) => {
  const twice = (world: World, script: Script = {}) => world.service.script(operation, { ...SENT_AGAIN, ...script });

  test.each(STATES)("does not keep the copy from its end (destination %s)", async (state) => {
    const world = prepared(method, state);
    twice(world);
    expect((await world.run({ method, ...options })).failure).toBeUndefined();
    expect(world.service.count(operation)).toBe(1);
    expect(world.leftBehind()).toEqual([]);
  });

  test.each(STATES)("is undone by a run that is cancelled just then (destination %s)", async (state) => {
    const world = prepared(method, state);
    const before = world.see();
    const cancel = new AbortController();
    twice(world, { afterwards: () => cancel.abort() });
    expect((await world.run({ method, ...options }, { cancelOn: cancel.signal })).failure).toBeDefined();
    await world.settle();
    expect(world.see()).toEqual(before);
    expect(world.leftBehind()).toEqual([]);
  });
});

describe("a last write that is sent again, and refused because of itself, ends the copy", () => {
  const HEADERS: Declared = { contentHeaders: { contentLanguage: "en" } };
  test.each(
    REPLACING.flatMap((method) =>
      (["Set Blob Metadata", "Set Blob Properties", "Set Blob Tags"] as const).map((operation) => [method, operation] as const),
    ),
  )("%s, %s", async (method, operation) => {
    const world = prepared(method, "present");
    world.service.script(operation, SENT_AGAIN);
    const tags = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`key-${index}-${"k".repeat(100)}`, "v".repeat(250)]));
    // For pages and blocks, ownership cannot be proved once the mark is off. So long tags could not
    // follow a write without an answer.
    const options = operation === "Set Blob Tags" ? { tags } : HEADERS;
    const { failure } = await world.run({ method, sourceGuard: SourceGuard.NONE, ...options });
    expect(failure).toBeUndefined();
    expect(world.leftBehind()).toEqual([]);
  });
});

test("a process that is killed while its restore point is taken twice leaves none when another takes over", async () => {
  for (let diesAt = 1; diesAt <= 40; diesAt++) {
    const world = new World().withOldDestination();
    const before = world.see();
    world.service.script("Snapshot Blob", SENT_AGAIN);
    world.service.copyPlan = { milliseconds: 10_000 };
    await world.runKilled(declared, new MemoryProcess(diesAt));
    await world.recover(declared);
    await world.settle();
    if (world.journal.isEmpty && JSON.stringify(world.see()) === JSON.stringify(before)) expect(world.leftBehind()).toEqual([]);
  }
});
