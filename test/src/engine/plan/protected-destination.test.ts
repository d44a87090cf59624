import { AccessTier, CopyMethod, RollbackPolicy, SourceGuard } from "../../../../src/intent";
import { ExitCode } from "../../../../src/failure/exit-code";
import { cannotBeReplaced } from "../../../../src/engine/plan/refusal";
import type { BlobProperties } from "../../../../src/engine/ports/blob-properties";
import { DESTINATION, MEBIBYTE, NEAR_SOURCE, World } from "../support/world";
import { SetWorld } from "../set/set-world";

const TOMORROW = new Date(new World().clock.now() + 86_400_000);
const YESTERDAY = new Date(new World().clock.now() - 86_400_000);

describe("a destination that the service would not let be replaced, by whatever method", () => {
  it.each<[string, (world: World) => void, string]>([
    ["is archived", (world) => void world.service.put(DESTINATION, "old", 700, { tier: "Archive" }), "the destination is archived"],
    ["is under a legal hold", (world) => protect(world, { legalHold: true }), "a legal hold protects the destination"],
    [
      "is immutable yet",
      (world) => protect(world, { immutabilityPolicy: { until: TOMORROW.toUTCString() } }),
      `until ${new Date(TOMORROW.toUTCString()).toISOString()}`,
    ],
  ])("is refused before anything is sent, when it %s", async (_what, arrange, why) => {
    const world = new World().withOldDestination();
    arrange(world);
    const before = world.see();
    const { failure } = await world.run({});
    expect(failure).toMatchObject({ side: "destination", why: expect.stringContaining(why) as string });
    expect(failure?.remedy).toContain("another blob name");
    expect(world.service.requests.filter(({ operation }) => /Copy|Put|Snapshot/.test(operation))).toEqual([]);
    expect(world.see()).toEqual(before);
  });

  it("is the service's to refuse where nothing is to be put back", async () => {
    const world = new World().withOldDestination();
    world.service.put(DESTINATION, "old", 700, { tier: "Archive" });
    const { failure } = await world.run({}, { intent: { rollback: RollbackPolicy.ABORT_ONLY } });
    expect(failure?.why).toContain("409 BlobArchived");
  });

  it("is replaced once its policy has run out, and where it has none", () => {
    const now = Date.now();
    expect(
      cannotBeReplaced(
        DESTINATION,
        { shown: { immutabilityPolicy: { until: YESTERDAY.toUTCString() } }, tier: "Cool" },
        YESTERDAY.getTime() + 1,
      ),
    ).toBeUndefined();
    expect(cannotBeReplaced(DESTINATION, {}, now)).toBeUndefined();
    expect(cannotBeReplaced(DESTINATION, { archiveStatus: "rehydrate-pending-to-hot", tier: "Archive" }, now)?.why).toContain(
      "being rehydrated",
    );
  });

  function protect(world: World, protection: BlobProperties["shown"]): void {
    const blob = world.service.blobOf(world.service.name(DESTINATION));
    if (blob === undefined) throw new Error("there is no destination");
    Object.assign(blob, protection);
  }
});

describe("a policy whose time is over when the copy begins", () => {
  it("is refused before anything is sent", async () => {
    const world = new World().withOldDestination();
    const before = world.see();
    const { failure } = await world.run({ immutabilityPolicy: { until: YESTERDAY.toISOString() } });
    expect(failure).toMatchObject({ exitCode: ExitCode.BAD_INTENT, why: expect.stringContaining("which is past") as string });
    expect(world.service.requests.filter(({ operation }) => /Copy|Put|Snapshot|Set/.test(operation))).toEqual([]);
    expect(world.see()).toEqual(before);
  });
});

it("is told of a set from the listing, once for all of its blobs", async () => {
  const world = await SetWorld.start();
  try {
    world.put({ a: "new", b: "new", c: "new" });
    for (const name of ["a", "b"]) world.destination.putBlob("dst", name, { content: "old", accessTier: "Archive" });
    await world.run({ ...world.prefixes(), maxFailures: 20 });
    expect(world.of("set-failures")[0]?.causes).toMatchObject([
      { text: expect.stringContaining("the destination is archived") as string, count: 2, names: ["a", "b"] },
    ]);
    expect(world.service.requestsOf("Put Blob From URL")).toHaveLength(1);
  } finally {
    await world.stop();
  }
});

describe("a copy into the archive tier that would have to be undone by overwriting it", () => {
  const archive = { accessTier: AccessTier.ARCHIVE };

  test.each([CopyMethod.COPY_BLOB, CopyMethod.COPY_BLOB_FROM_URL, CopyMethod.PUT_BLOB_FROM_URL])(
    "is not begun over a blob that exists, by %s where something can fail after it was written",
    async (method) => {
      const world = new World().withOldDestination();
      const before = world.see();
      const { failure } = await world.run({ ...archive, method, sourceGuard: SourceGuard.NONE });
      expect(failure?.what).toContain("could not be put back if the copy failed, so the copy was not started");
      expect(failure?.why).toContain("does not overwrite an archived blob");
      expect(world.see()).toEqual(before);
      expect(world.leftBehind()).toEqual([]);
    },
  );

  test("is done by auto in a request that needs no undoing", async () => {
    const world = new World().withOldDestination();
    world.service.put(NEAR_SOURCE, "near", 100 * MEBIBYTE);
    const { receipts } = await world.run({ ...archive, from: NEAR_SOURCE });
    expect(receipts?.[0]?.method).toBe(CopyMethod.PUT_BLOB_FROM_URL);
    expect(world.service.count("Copy Blob")).toBe(0);
  });

  test.each([
    ["to a name that is absent", new World(), {}],
    ["under RollbackPolicy.ABORT_ONLY", new World().withOldDestination(), { rollback: RollbackPolicy.ABORT_ONLY }],
  ])("is made %s", async (_, world, intent) => {
    const { failure } = await world.run({ ...archive, method: CopyMethod.COPY_BLOB }, { intent });
    expect(failure).toBeUndefined();
    expect(world.see()).toMatchObject({ tier: "Archive" });
  });
});

describe.each([
  ["refused", "refused"],
  ["refused", "taken"],
  ["overwritten", "refused"],
  ["overwritten", "taken"],
] as const)("an archived blob in a set, whose replacement is %s and whose snapshot is %s", (replacement, snapshot) => {
  let world: SetWorld;
  beforeEach(async () => {
    world = await SetWorld.start();
    world.service.script.ways.choose("archived-destination", replacement);
    world.service.script.ways.choose("snapshot-of-archived", snapshot);
    world.put({ a: "new", b: "new" });
    world.destination.putBlob("dst", "a", { content: "old", accessTier: "Archive" });
  });
  afterEach(() => world.stop());

  it.each(["restore", "abort-only"])("is left as it is with rollback %s, and nothing is sent for it", async (rollback) => {
    const { results } = await world.run(world.prefixes({ options: { overwrite: "always" } }), { intent: { rollback } });
    expect(results.filter(({ status }) => status === "copied").map(({ key }) => key)).toEqual(["b"]);
    expect(world.destination.getBlob("dst", "a")).toMatchObject({ accessTier: "Archive", snapshots: [], uncommittedBlocks: [] });
    expect(world.destination.getBlob("dst", "a")?.content.read().toString()).toBe("old");
    expect(world.service.requests.filter(({ path, method }) => method === "PUT" && path.endsWith("/dst/a"))).toEqual([]);
  });
});
