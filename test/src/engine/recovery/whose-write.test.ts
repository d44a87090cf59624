import { CopyFailure } from "../../../../src/failure/copy-failure";
import { ExitCode } from "../../../../src/failure/exit-code";
import { AccessTier, BlobType, CopyMethod, SourceGuard } from "../../../../src/intent";
import { MemoryProcess } from "../../../support/memory-store/exchange";
import { refused, type Script } from "../../../support/memory-store/script";
import { type Declared, DESTINATION, MINUTE, type RunOptions, SOURCE, World } from "../support/world";

const declared = { method: CopyMethod.COPY_BLOB };

/** The request never arrives, and another client does the same at that moment. */
function overtaken(theirs: () => void): Script {
  return { effect: "none", answer: "lost", afterwards: theirs };
}

/** Cases in which a copy cannot carry our mark. */
const UNMARKED: Record<string, (world: World) => Declared> = {
  "a container with an immutability policy": (world) => {
    world.service.mayBecomeImmutable = true;
    return {};
  },
  "an archived destination": () => ({ accessTier: AccessTier.ARCHIVE }),
  "metadata that no header can carry": (world) => {
    world.service.put(SOURCE, "new", 1_000, { metadata: { name: "Käse" } });
    return {};
  },
  "metadata that leaves no room": (world) => {
    world.service.put(SOURCE, "new", 1_000, { metadata: { notes: "n".repeat(8_170) } });
    return {};
  },
};

const ENDS: Record<string, RunOptions> = {
  cancelled: { cancelAfter: 60_000 },
  "timed out": { intent: { timeoutMilliseconds: 2 * MINUTE } },
};

// An archived copy cannot be overwritten by a restore, so it is not started over an existing blob.
const TABLE = ["absent", "present"].flatMap((before) =>
  ["marked", ...Object.keys(UNMARKED)]
    .filter((kind) => before === "absent" || !kind.includes("archived"))
    .flatMap((kind) => [...Object.keys(ENDS), "failed"].map((end) => [before, kind, end] as const)),
);

describe("a start that is dropped unseen while somebody starts the same copy", () => {
  test.each(TABLE)("leaves theirs alone (destination %s, %s, %s)", async (before, kind, end) => {
    const world = new World();
    if (before === "present") world.withOldDestination();
    const options = UNMARKED[kind]?.(world) ?? {};
    let id: string | undefined;
    world.service.script(
      "Copy Blob",
      overtaken(() => {
        world.startTheirs(SOURCE);
        id = world.copy?.id;
      }),
    );
    const commit = () => {
      throw new CopyFailure({ exitCode: ExitCode.COPY_FAILED, what: "The results are lost", why: "disk full", remedy: "make room" });
    };
    const { failure } = await world.run(
      { ...declared, ...options },
      ENDS[end] ?? { commit, intent: { timeoutMilliseconds: 120 * MINUTE } },
    );
    expect(failure).toBeDefined();
    await world.settle();
    expect(world.copy).toMatchObject({ id, status: end === "failed" ? "success" : "pending" });
    expect(world.of("copy-aborted")).toEqual([]);
    const kept = world.service.snapshotCount(DESTINATION);
    if (kept > 0) expect(world.of("rollback-finished").at(-1)?.detail).toMatch(/snapshot/);
    if (kind !== "marked" && end !== "failed") expect(world.of("rollback-finished").at(-1)?.detail).toContain(id);
  });

  test("is waited for, and is not claimed as copied", async () => {
    const world = new World();
    world.service.script(
      "Copy Blob",
      overtaken(() => world.startTheirs(SOURCE)),
    );
    const { receipts } = await world.run(declared, { intent: { timeoutMilliseconds: 120 * MINUTE } });
    expect(receipts?.[0]).toMatchObject({ origin: "found", copyStatus: "success" });
    expect(world.leftBehind()).toEqual([]);
  });

  test.each(["absent", "present"])("leaves theirs alone when the guardian is killed right then (destination %s)", async (before) => {
    const world = new World();
    if (before === "present") world.withOldDestination();
    const process = new MemoryProcess();
    world.service.script(
      "Copy Blob",
      overtaken(() => {
        process.kill();
        world.startTheirs(SOURCE);
      }),
    );
    await world.runKilled(declared, process);
    world.startTheirs(SOURCE);
    const { copy } = world;
    await world.recover(declared);
    await world.run(declared, { cancelAfter: 1_000 });
    expect(world.of("copy-aborted")).toEqual([]);
    expect(world.copy?.id).toBe(copy?.id);
  });

  test.each(["absent", "present"])("leaves theirs alone when the machine is lost right then (destination %s)", async (before) => {
    const world = new World();
    if (before === "present") world.withOldDestination();
    const process = new MemoryProcess();
    world.service.script(
      "Copy Blob",
      overtaken(() => {
        process.kill();
        world.startTheirs(SOURCE);
      }),
    );
    await world.runKilled(declared, process, { intent: { timeoutMilliseconds: MINUTE } });
    world.loseJournal();
    world.startTheirs(SOURCE);
    const { copy } = world;
    await world.run({ ...declared, metadata: { release: "4" } });
    await world.run(declared, { cancelAfter: 1_000 });
    expect(world.copy).toMatchObject({ id: copy?.id, status: "pending" });
  });
});

// An archived blob cannot be overwritten, so the previous blob could not be restored.
test.each(Object.keys(UNMARKED).filter((kind) => !kind.includes("archived")))(
  "a copy of ours without a mark (%s) whose answer is late is known by that answer",
  async (kind) => {
    const world = new World().withOldDestination();
    const options = UNMARKED[kind]?.(world) ?? {};
    const before = world.see();
    world.service.copyPlan = { milliseconds: Infinity };
    world.service.script("Copy Blob", { answerDelay: 15_000 });
    await world.run({ ...declared, ...options }, { cancelAfter: 100 });
    expect(world.see()).toEqual(before);
    expect(world.leftBehind()).toEqual([]);
  },
);

test("a copy of ours whose answer is lost is known by its mark, and put back", async () => {
  const world = new World().withOldDestination();
  const before = world.see();
  world.service.copyPlan = { milliseconds: Infinity };
  world.service.script("Copy Blob", { answer: "lost" });
  await world.run(declared, { cancelAfter: 60_000 });
  expect(world.see()).toEqual(before);
  expect(world.leftBehind()).toEqual([]);
});

describe("a write that is dropped unseen while somebody writes the same", () => {
  const commit = () => {
    throw new CopyFailure({ exitCode: ExitCode.COPY_FAILED, what: "The results are lost", why: "disk full", remedy: "make room" });
  };
  const ROWS = [
    [CopyMethod.PUT_BLOB_FROM_URL, "Put Blob From URL", BlobType.BLOCK],
    [CopyMethod.COPY_BLOB_FROM_URL, "Copy Blob From URL", BlobType.BLOCK],
    [CopyMethod.PUT_BLOCK_FROM_URL, "Put Block List", BlobType.BLOCK],
    [CopyMethod.PUT_PAGE_FROM_URL, "Put Blob", BlobType.PAGE],
    [CopyMethod.APPEND_BLOCK_FROM_URL, "Put Blob", BlobType.APPEND],
  ] as const;
  test.each(ROWS.flatMap((row) => ["absent", "present"].map((before) => [...row, before] as const)))(
    "leaves theirs alone by %s (%s, %s, destination %s)",
    async (method, operation, type, before) => {
      for (const sourceGuard of [SourceGuard.ETAG, SourceGuard.NONE]) {
        const world = new World();
        world.service.put(SOURCE, "new", 1_024, { type, metadata: { release: "3" } });
        if (before === "present") world.service.put(DESTINATION, "old", 512, { type });
        const theirs = () => void world.service.put(DESTINATION, "new", 1_024, { type, metadata: { release: "3" } });
        world.service.script(operation, overtaken(theirs));
        await world.run({ method, sourceGuard }, { commit });
        await world.settle();
        expect(world.see()).toMatchObject({ content: "new[0+1024]", metadata: { release: "3" } });
        expect(world.of("rollback-finished").map(({ outcome }) => outcome)).not.toContain("removed");
      }
    },
  );
});

test.each([
  [CopyMethod.PUT_PAGE_FROM_URL, BlobType.PAGE],
  [CopyMethod.APPEND_BLOCK_FROM_URL, BlobType.APPEND],
])("%s finds its own blob when the answer to its creation is lost", async (method, type) => {
  for (const script of [{ answer: "lost" as const }, { effect: "twice" as const }]) {
    const world = new World();
    world.service.put(SOURCE, "new", 1_024, { type });
    world.service.script("Put Blob", script);
    expect((await world.run({ method })).failure).toBeUndefined();
    expect(world.see()).toEqual(world.see(SOURCE));
    expect(world.leftBehind()).toEqual([]);
  }
});

test.each(["failed", "aborted"] as const)(
  "what a machine was lost over is not put back over a copy that %s and that nothing proves to be ours",
  async (end) => {
    const world = new World().withOldDestination();
    world.service.put(SOURCE, "new", 1_000, { metadata: { name: "Käse" } });
    const process = new MemoryProcess();
    world.service.script("Copy Blob", { effect: "none", answer: "lost", afterwards: () => process.kill() });
    await world.runKilled(declared, process);
    world.loseJournal();
    world.startTheirs(SOURCE);
    const theirs = world.copy;
    world.endCopy();
    if (theirs !== undefined) theirs.status = end;
    world.service.script("Copy Blob", refused(409, "BlobImmutableDueToPolicy"));
    expect((await world.run(declared)).failure).toBeDefined();
    expect(world.copy).toMatchObject({ id: theirs?.id, status: end });
    expect(world.of("copy-aborted")).toEqual([]);
    expect(world.of("warning").map(({ text }) => text)).toContainEqual(expect.stringContaining("which is kept until the copy is complete"));
    expect(world.service.snapshotCount(DESTINATION)).toBe(1);
    expect((await world.run(declared)).failure).toBeUndefined();
    expect(world.see()).toMatchObject({ content: "new[0+1000]" });
    expect(world.leftBehind()).toEqual([]);
  },
);
