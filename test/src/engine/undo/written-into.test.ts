import { CopyFailure } from "../../../../src/failure/copy-failure";
import { ExitCode } from "../../../../src/failure/exit-code";
import { BlobType, CopyMethod, OverwritePolicy } from "../../../../src/intent";
import { refused } from "../../../support/memory-store/script";
import { prepared, STATES } from "../support/prepared-world";
import { destinationOf, THEIR_ACTS } from "../support/their-acts";
import { type Declared, DESTINATION, MEBIBYTE, SOURCE, type World } from "../support/world";

/** Changes of other clients to a blob that leave our mark on it. */
const INTO: Readonly<Record<string, (world: World) => void>> = {
  ...THEIR_ACTS,
  "sets headers": (world) => {
    const blob = destinationOf(world);
    blob.contentHeaders = { contentType: "text/theirs" };
    world.service.touch(blob);
  },
};

/** The other client's blob, without our mark. */
function theirs(world: World): object | undefined {
  const blob = destinationOf(world);
  const metadata = Object.fromEntries(Object.entries(blob.metadata).filter(([name]) => !name.startsWith("blobcopy_")));
  return { ...world.see(), metadata };
}

/** Requests of a copy after which its blob exists, up to the last one, which removes our mark. */
const CASES: readonly (readonly [kind: string, method: CopyMethod, act: string, operation: string, nth: number])[] = [
  ["append", CopyMethod.APPEND_BLOCK_FROM_URL, "appends", "Append Block From URL", 1],
  ["append", CopyMethod.APPEND_BLOCK_FROM_URL, "appends", "Append Block From URL", 2],
  ["append", CopyMethod.APPEND_BLOCK_FROM_URL, "adds metadata", "Append Block From URL", 2],
  ["append", CopyMethod.APPEND_BLOCK_FROM_URL, "sets headers", "Append Block From URL", 2],
  ["append", CopyMethod.APPEND_BLOCK_FROM_URL, "appends", "Set Blob Metadata", 1],
  ["append", CopyMethod.APPEND_BLOCK_FROM_URL, "adds metadata", "Set Blob Metadata", 1],
  ["page", CopyMethod.PUT_PAGE_FROM_URL, "writes a page", "Set Blob Properties", 1],
  ["page", CopyMethod.PUT_PAGE_FROM_URL, "adds metadata", "Set Blob Properties", 1],
  ["page", CopyMethod.PUT_PAGE_FROM_URL, "writes a page", "Set Blob Metadata", 1],
  ["page", CopyMethod.PUT_PAGE_FROM_URL, "sets headers", "Set Blob Metadata", 1],
  ["append", CopyMethod.COPY_BLOB, "appends", "Set Blob Metadata", 1],
  ["page", CopyMethod.COPY_BLOB, "writes a page", "Set Blob Metadata", 1],
  ["block", CopyMethod.COPY_BLOB, "adds metadata", "Set Blob Metadata", 1],
  ["block", CopyMethod.COPY_BLOB, "sets headers", "Set Blob Metadata", 1],
];

const TYPES: Readonly<Record<string, BlobType>> = { append: BlobType.APPEND, page: BlobType.PAGE, block: BlobType.BLOCK };

function worldOf(kind: string, method: CopyMethod, state: (typeof STATES)[number]): World {
  const world = prepared(method, state);
  const type = TYPES[kind] ?? BlobType.BLOCK;
  world.service.put(SOURCE, "new", 220 * MEBIBYTE, { type, metadata: { release: "3" } });
  if (state === "present") world.service.put(DESTINATION, "old", 1_024, { type, metadata: { release: "2" }, tags: { team: "a" } });
  return world;
}

const commitFails = () => {
  throw new CopyFailure({ exitCode: ExitCode.COPY_FAILED, what: "The results could not be kept", why: "disk full", remedy: "make room" });
};

describe("what somebody writes into a blob that carries our mark is not undone with the copy", () => {
  test.each([
    ["that come to their end", {}],
    ["of which one is refused", refused(412, "SourceConditionNotMet")],
  ])("headers that are set between two pages %s", async (_how, last) => {
    const world = worldOf("page", CopyMethod.PUT_PAGE_FROM_URL, "present");
    world.service.script("Put Page From URL", {}, { meanwhile: () => INTO["sets headers"]?.(world) }, last);
    const { failure } = await world.run({ method: CopyMethod.PUT_PAGE_FROM_URL });
    expect(failure).toBeDefined();
    expect(destinationOf(world).contentHeaders).toEqual({ contentType: "text/theirs" });
    expect(world.of("rollback-finished")[0]?.detail).toContain("another client has written into");
  });

  for (const state of STATES)
    test.each(CASES)(
      `${state} before; a blob of type %s, by %s: somebody %s before %s number %i`,
      async (kind, method, act, operation, nth) => {
        const world = worldOf(kind, method, state);
        let left: object | undefined;
        const meanwhile = () => {
          INTO[act]?.(world);
          left = theirs(world);
        };
        world.service.script(operation, ...Array.from({ length: nth - 1 }, () => ({})), { meanwhile });
        const { failure } = await world.run({ method });
        expect(left).toBeDefined();
        expect(failure).toBeDefined();
        expect(world.see()).toEqual(left);
        const [told] = world.of("rollback-finished");
        expect(told?.detail).toContain("another client has written into");

        // The replaced state is kept until a copy is complete, whether the next one succeeds or
        // not.
        const points = state === "present" ? 1 : 0;
        expect(world.service.snapshotCount(DESTINATION)).toBe(points);
        if (points > 0) expect(told).toMatchObject({ outcome: "incomplete", detail: expect.stringContaining("snapshot") as string });
        await world.run({ method }, { commit: commitFails });
        expect(world.see()).toEqual(left);
        expect(world.service.snapshotCount(DESTINATION)).toBe(points);
        // The MD5 of a block blob proves that it already has the source's content.
        if (kind !== "block") expect((await world.run({ method, overwrite: OverwritePolicy.NEVER })).failure).toBeDefined();
        if (kind !== "block") expect(world.see()).toEqual(left);
        if (kind !== "block") expect(world.service.snapshotCount(DESTINATION)).toBe(points);

        await world.run({ method });
        expect(world.see()).toMatchObject({ content: `new[0+${220 * MEBIBYTE}]`, metadata: { release: "3" } });
        expect(world.leftBehind()).toEqual([]);
      },
    );
});

describe("what somebody writes into a copy that is complete, before its results are safe, is left alone", () => {
  const METHODS: readonly (readonly [kind: string, method: CopyMethod])[] = [
    ["append", CopyMethod.APPEND_BLOCK_FROM_URL],
    ["append", CopyMethod.COPY_BLOB],
    ["page", CopyMethod.PUT_PAGE_FROM_URL],
    ["page", CopyMethod.COPY_BLOB],
    ["block", CopyMethod.COPY_BLOB],
    ["block", CopyMethod.PUT_BLOCK_FROM_URL],
  ];
  const ACTS: Readonly<Record<string, readonly string[]>> = {
    append: ["appends", "adds metadata", "sets headers"],
    page: ["writes a page", "adds metadata", "sets headers"],
    block: ["adds metadata", "sets headers"],
  };
  for (const state of STATES)
    for (const [kind, method] of METHODS)
      test.each(ACTS[kind] ?? [])(`${state} before; a blob of type ${kind}, by ${method}: somebody %s`, async (act) => {
        const world = worldOf(kind, method, state);
        let left: object | undefined;
        const commit = () => {
          INTO[act]?.(world);
          left = world.see();
          commitFails();
        };
        await world.run({ method }, { commit });
        expect(left).toBeDefined();
        expect(world.see()).toEqual(left);
        expect(world.outcomes).toEqual(["left-alone"]);
        await world.run({ method });
        expect(world.leftBehind()).toEqual([]);
      });
});

describe("a copy is not complete when somebody has written into it", () => {
  test.each<[string, CopyMethod, string, string]>([
    ["append", CopyMethod.APPEND_BLOCK_FROM_URL, "appends", "Append Block From URL"],
    ["append", CopyMethod.APPEND_BLOCK_FROM_URL, "adds metadata", "Append Block From URL"],
    ["page", CopyMethod.PUT_PAGE_FROM_URL, "writes a page", "Put Page From URL"],
    ["page", CopyMethod.PUT_PAGE_FROM_URL, "adds metadata", "Put Page From URL"],
  ])("a blob of type %s, by %s: somebody %s right after the last %s", async (kind, method, act, operation) => {
    const world = worldOf(kind, method, "present");
    const whole = worldOf(kind, method, "present");
    let requests = 0;
    whole.service.chance = (name) => void (requests += name === operation ? 1 : 0);
    await whole.run({ method });
    let left: object | undefined;
    const afterwards = () => {
      INTO[act]?.(world);
      left = theirs(world);
    };
    world.service.chance = () => undefined;
    world.service.script(operation, ...Array.from({ length: requests - 1 }, () => ({})), { afterwards });
    const declared: Declared = { method };
    expect((await world.run(declared)).failure?.why).toContain("another client");
    expect(world.see()).toEqual(left);
    await world.run(declared);
    expect(world.see()).toMatchObject({ content: `new[0+${220 * MEBIBYTE}]` });
    expect(world.leftBehind()).toEqual([]);
  });

  test.each(STATES)("nor is a page of theirs undone when a page of ours fails (destination %s)", async (state) => {
    const world = worldOf("page", CopyMethod.PUT_PAGE_FROM_URL, state);
    let left: object | undefined;
    const afterwards = () => {
      INTO["writes a page"]?.(world);
      left = theirs(world);
    };
    world.service.script("Put Blob", { afterwards });
    world.service.chance = (name) =>
      name === "Put Page From URL"
        ? { effect: "none", answer: { status: 412, code: "CannotVerifyCopySource", copySourceStatus: 412 } }
        : undefined;
    expect((await world.run({ method: CopyMethod.PUT_PAGE_FROM_URL })).failure).toBeDefined();
    expect(left).toBeDefined();
    expect(world.see()).toEqual(left);
    expect(world.service.snapshotCount(DESTINATION)).toBe(state === "present" ? 1 : 0);
  });

  test("metadata that is added between two pages", async () => {
    const world = worldOf("page", CopyMethod.PUT_PAGE_FROM_URL, "present");
    world.service.script("Put Page From URL", { meanwhile: () => INTO["adds metadata"]?.(world) });
    expect((await world.run({ method: CopyMethod.PUT_PAGE_FROM_URL })).failure?.why).toContain("another client");
    expect(theirs(world)).toMatchObject({ metadata: { reviewed: "yes" } });
  });

  test("an append blob that grew at the very moment when its copy ended", async () => {
    const world = worldOf("append", CopyMethod.COPY_BLOB, "present");
    world.clock.after(10_001, () => INTO["appends"]?.(world));
    expect((await world.run({ method: CopyMethod.COPY_BLOB })).failure?.why).toContain("another client");
    expect(world.see()).toMatchObject({ content: `new[0+${220 * MEBIBYTE}] their lines[0+9]` });
    await world.run({ method: CopyMethod.COPY_BLOB });
    expect(world.leftBehind()).toEqual([]);
  });
});
