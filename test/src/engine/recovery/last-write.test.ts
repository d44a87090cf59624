import { claimLastWrite, writeLast } from "../../../../src/engine/recovery/last-write";
import type { DestinationBlob } from "../../../../src/engine/ports/blob-store";
import { CopyMethod, LocationKind, RollbackPolicy } from "../../../../src/intent";
import { MemoryBlobStore } from "../../../support/memory-store";
import { LOST_AFTER } from "../../../support/memory-store/script";
import { DESTINATION, MINUTE, World } from "../support/world";

/** A service that never answers requests about leases. */
function withoutLeases() {
  const world = new World().withOldDestination();
  world.service.chance = (operation) => (operation === "Lease Blob" ? { delay: 24 * 60 * MINUTE, effect: "none" } : undefined);
  const destination = new MemoryBlobStore(world.service).destination({ kind: LocationKind.URL, url: DESTINATION });
  return { world, destination, clock: world.clock, note: () => Promise.resolve() };
}

test("a last write is made without a lease where the service never answers for one", async () => {
  const { world, clock, ...request } = withoutLeases();
  const etag = world.service.blobOf(world.service.name(DESTINATION))?.etag ?? "";
  const write = (_: unknown, isLeased: boolean) => Promise.resolve(isLeased);
  expect(await clock.runToEnd(writeLast({ ...request, clock, etag, write }))).toBe(false);
  expect(clock.now() - START).toBeLessThan(MINUTE);
});

test("a lease whose answer was lost is used: a write without it would be refused", async () => {
  const { world, clock, ...request } = withoutLeases();
  let asked = 0;
  world.service.chance = (operation) => (operation === "Lease Blob" && asked++ === 0 ? LOST_AFTER : undefined);
  const etag = world.service.blobOf(world.service.name(DESTINATION))?.etag ?? "";
  const write = async (leased: DestinationBlob) => {
    await leased.setMetadata({ written: "yes" }, { ifMatch: etag, encryption: {}, signal: new AbortController().signal });
    return world.service.blobOf(world.service.name(DESTINATION))?.metadata;
  };
  expect(await clock.runToEnd(writeLast({ ...request, clock, etag, write }))).toEqual({ written: "yes" });
});

test("whether a last write took effect is not asked for ever", async () => {
  const { world, clock, ...request } = withoutLeases();
  const entry = {
    ...{ destination: DESTINATION, owner: "ours", source: "", method: CopyMethod.PUT_BLOB_FROM_URL },
    ...{ rollback: RollbackPolicy.RESTORE, before: { exists: false }, touched: true, lastWriteLease: "lease" },
  };
  await expect(clock.runToEnd(claimLastWrite({ ...request, clock, entry }))).rejects.toMatchObject({ code: "ETIMEDOUT" });
  expect(clock.now() - START).toBeLessThan(MINUTE);
  expect(world.see()).toBeDefined();
});

const START = new World().clock.now();
