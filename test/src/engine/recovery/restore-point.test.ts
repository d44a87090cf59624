import { describeBefore, takeRestorePoint } from "../../../../src/engine/recovery/restore-point";
import { CopyMethod, LocationKind, RollbackPolicy } from "../../../../src/intent";
import { MemoryBlobStore } from "../../../support/memory-store";
import { LOST_AFTER, LOST_BEFORE, refused } from "../../../support/memory-store/script";
import { DESTINATION, NEAR_SOURCE, SOURCE, World } from "../support/world";

const declared = { method: CopyMethod.COPY_BLOB };

describe("a destination that no restore point can be taken of", () => {
  const refusals: [string, (world: World) => void][] = [
    ["that may not be snapshot", (world) => world.service.script("Snapshot Blob", refused(403, "AuthorizationPermissionMismatch"))],
    ["in an account without snapshots", (world) => world.service.script("Snapshot Blob", refused(409, "FeatureVersionMismatch"))],
  ];

  test.each(refusals)("%s is not copied over under RollbackPolicy.RESTORE", async (_, arrange) => {
    const world = new World().withOldDestination();
    arrange(world);
    const before = world.see();
    const { failure } = await world.run(declared);
    expect(failure?.what).toContain("could not be put back");
    expect(failure?.remedy).toContain("ABORT_ONLY");
    expect(world.see()).toEqual(before);
    expect(world.service.count("Copy Blob")).toBe(0);
    expect(world.leftBehind()).toEqual([]);
  });

  test("is copied over under RollbackPolicy.ABORT_ONLY, without trying to take one", async () => {
    const world = new World().withOldDestination();
    const { failure } = await world.run(declared, { intent: { rollback: RollbackPolicy.ABORT_ONLY } });
    expect(failure).toBeUndefined();
    expect(world.service.count("Snapshot Blob")).toBe(0);
  });

  test("is copied over by auto with a method that needs none", async () => {
    const world = new World().withOldDestination();
    world.service.put(NEAR_SOURCE, "near", 100 * 1024 * 1024);
    world.service.script("Snapshot Blob", refused(403, "AuthorizationPermissionMismatch"));
    const { receipts } = await world.run({ from: NEAR_SOURCE });
    expect(receipts?.[0]?.method).toBe(CopyMethod.PUT_BLOB_FROM_URL);
    expect(world.leftBehind()).toEqual([]);
  });

  test.each([
    ["took effect", LOST_AFTER],
    ["did not take effect", LOST_BEFORE],
  ])("only seems so when the answer of a snapshot that %s is lost", async (_, script) => {
    const world = new World().withOldDestination();
    world.service.script("Snapshot Blob", script);
    expect((await world.run(declared)).failure).toBeUndefined();
    expect(world.leftBehind()).toEqual([]);
  });
});

test.each([
  ["cannot be looked up", (world: World) => world.service.script("List Blobs", refused(500, "InternalError"))],
  ["comes into being only after it was looked up", () => undefined],
])("there is one restore point, also when the first, whose answer is lost, %s", async (_, arrange) => {
  const world = new World().withOldDestination();
  world.service.script("Snapshot Blob", { effect: { late: 20 }, answer: "lost" });
  world.service.script("Snapshot Blob", { delay: 100 });
  arrange(world);
  const destination = new MemoryBlobStore(world.service).destination({ kind: LocationKind.URL, url: DESTINATION });
  const take = async () => {
    const now = await destination.getProperties();
    if (now === undefined) throw new Error("there is no destination");
    const { restorePoint } = await takeRestorePoint(
      destination,
      describeBefore(now, undefined),
      { owner: "ours", source: SOURCE },
      { clock: world.clock, keys: undefined },
    );
    return { restorePoint, found: (await destination.listSnapshots()).map(({ snapshot }) => snapshot) };
  };
  const { restorePoint, found } = await world.clock.runToEnd(take());
  expect(found).toEqual([restorePoint]);
});

test.each([undefined, 60_000])(
  "none is left where the answers to it and to the look for it were lost (cancelled after %p ms)",
  async (cancelAfter) => {
    const world = new World().withOldDestination();
    const before = world.see();
    world.service.copyPlan = { milliseconds: cancelAfter === undefined ? 0 : Infinity };
    let isTaken = false;
    world.service.chance = (operation) => {
      if (operation === "List Blobs" && isTaken) {
        isTaken = false;
        return LOST_BEFORE;
      }
      if (operation !== "Snapshot Blob" || world.service.count("Snapshot Blob") > 1) return undefined;
      isTaken = true;
      return LOST_AFTER;
    };
    const { failure } = await world.run(declared, cancelAfter === undefined ? {} : { cancelAfter });
    expect(failure === undefined).toBe(cancelAfter === undefined);
    expect(world.service.count("Snapshot Blob")).toBe(2);
    if (failure !== undefined) expect(world.see()).toEqual(before);
    expect(world.leftBehind()).toEqual([]);
  },
);

test("a destination that changes between the look and the restore point is looked at again", async () => {
  const world = new World().withOldDestination();
  world.service.copyPlan = { milliseconds: 10_000 };
  let theirs: object | undefined;
  world.service.script("Snapshot Blob", {
    meanwhile: () => {
      world.service.put(DESTINATION, "theirs", 3);
      theirs = world.see();
    },
  });
  await world.run(declared, { cancelAfter: 3_000 });
  expect(world.service.count("Copy Blob")).toBe(2);
  expect(world.see()).toEqual(theirs);
  expect(world.leftBehind()).toEqual([]);
});

test("without the right to delete, one restore point stays, and not one more in each run", async () => {
  const world = new World().withOldDestination();
  world.service.chance = (operation) => (operation === "Delete Snapshot" ? refused(403, "AuthorizationPermissionMismatch") : undefined);
  const declared = { method: CopyMethod.COPY_BLOB };
  const first = await world.run(declared);
  expect(first.failure).toBeUndefined();
  expect(first.milliseconds).toBeLessThan(1_000);
  expect(world.of("warning").some(({ text }) => text.includes("could not be deleted"))).toBe(true);
  expect((await world.run(declared)).failure?.what).toContain("could not be put back");
  expect(world.service.snapshotCount(DESTINATION)).toBe(1);
});

test("a restore is known by its copy id where the service does not show which snapshot it comes from", async () => {
  for (const metadata of [{ release: "2" }, {}] as Record<string, string>[]) {
    const world = new World();
    world.service.put(DESTINATION, "old", 700, { metadata });
    world.service.hidesQueries = true;
    const before = world.see();
    world.service.copyPlan = { milliseconds: 10_000 };
    world.service.restorePlan = { milliseconds: 5_000 };
    await world.run({ method: CopyMethod.COPY_BLOB }, { cancelAfter: 3_000 });
    expect(world.see()).toEqual(before);
    expect(world.outcomes).toEqual(["restored"]);
    expect(world.service.count("Copy Blob")).toBe(2);
    expect(world.leftBehind()).toEqual([]);
  }
});
