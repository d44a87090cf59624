import { destroyCopy } from "../../../../src/engine/copies/destroy";
import { BlobType, CopyMethod, DestroyPolicy, LocationKind, OverwritePolicy, type Receipt, RecopyPolicy } from "../../../../src/intent";
import type { CopyFailure } from "../../../../src/failure/copy-failure";
import type { BlobState } from "../../../support/memory-store/blob";
import { Content } from "../../../support/memory-store/content";
import { MemoryBlobStore } from "../../../support/memory-store";
import { refused } from "../../../support/memory-store/script";
import { type Declared, DESTINATION, SOURCE, World } from "../support/world";

async function copied(world: World, wait = true): Promise<Receipt> {
  const { receipts } = await world.run({ method: CopyMethod.COPY_BLOB }, { intent: { wait } });
  const [receipt] = receipts ?? [];
  if (receipt === undefined) throw new Error("nothing was copied");
  return receipt;
}

async function destroy(world: World, receipt: Receipt, onDestroy = DestroyPolicy.DELETE): Promise<CopyFailure | undefined> {
  const intent = {
    version: 1,
    owner: "Stack/model",
    destination: { kind: LocationKind.URL, url: DESTINATION },
    onDestroy,
    receipt,
  } as const;
  const context = {
    store: new MemoryBlobStore(world.service),
    clock: world.clock,
    emit: (event: World["events"][number]) => void world.events.push(event),
    signal: new AbortController().signal,
  };
  const outcome = destroyCopy(intent, context).then(
    () => undefined,
    (error: unknown) => error as CopyFailure,
  );
  return world.clock.runToEnd(outcome);
}

test("DELETE deletes what was copied", async () => {
  const world = new World();
  await destroy(world, await copied(world));
  expect(world.see()).toBeUndefined();
  expect(world.of("destination-deleted")).toHaveLength(1);
});

test.each(["LeaseIdMissing", "LeaseIdMismatchWithBlobOperation"])(
  "a blob that is kept by a lease is not called changed (%s)",
  async (code) => {
    const world = new World();
    const receipt = await copied(world);
    world.service.script("Delete Blob", refused(412, code));
    const failure = await destroy(world, receipt);
    expect(failure?.remedy).toMatch(/destinationLeaseId/);
    expect(world.of("destination-left")).toEqual([]);
  },
);

describe("DELETE leaves what was found", () => {
  const found = async (world: World, declared: Declared): Promise<Receipt | undefined> => {
    const { receipts } = await world.run(declared, { intent: { recopy: RecopyPolicy.EVERY_DEPLOY } });
    return receipts?.[0];
  };

  test.each<[string, Declared]>([
    ["the same content", { overwrite: OverwritePolicy.IF_DIFFERENT }],
    ["the same content, under ALWAYS", {}],
    ["the same content, under NEVER", { overwrite: OverwritePolicy.NEVER }],
  ])("%s", async (_, declared) => {
    const world = new World();
    world.service.put(DESTINATION, "new", 1_000, { metadata: { release: "3" }, contentHeaders: { contentType: "model/onnx" } });
    const receipt = await found(world, declared);
    expect(receipt?.origin).toBe("found");
    if (receipt !== undefined) await destroy(world, receipt);
    expect(world.see()).toBeDefined();
    expect(world.of("destination-left")[0]?.why).toContain("not known to have been copied");
  });

  test("other content that is newer", async () => {
    const world = new World();
    await world.clock.advance(60_000);
    world.withOldDestination();
    const receipt = await found(world, { overwrite: OverwritePolicy.IF_SOURCE_NEWER });
    if (receipt !== undefined) await destroy(world, receipt);
    expect(world.see()).toMatchObject({ content: "old[0+700]" });
  });

  test("what an earlier version wrote a receipt for, unless its copy id proves it", async () => {
    const world = new World();
    const receipt: Receipt = { ...(await copied(world)) };
    Reflect.deleteProperty(receipt, "origin");
    await destroy(world, { ...receipt, copyId: "" });
    expect(world.see()).toBeDefined();
    await destroy(world, receipt);
    expect(world.see()).toBeUndefined();
  });
});

test.each([CopyMethod.COPY_BLOB, CopyMethod.PUT_BLOB_FROM_URL])(
  "a skip after a copy by %s keeps that it was copied, how, and under which id",
  async (method) => {
    const world = new World();
    const intent = { recopy: RecopyPolicy.EVERY_DEPLOY };
    const [first] = (await world.run({ method }, { intent })).receipts ?? [];
    const [second] = (await world.run({ method }, { intent })).receipts ?? [];
    expect(world.of("copy-skipped")).toHaveLength(1);
    expect(second).toMatchObject({ origin: "copied", method, copyId: first?.copyId });
    if (second !== undefined) await destroy(world, second);
    expect(world.see()).toBeUndefined();
  },
);

test("RETAIN leaves what was copied", async () => {
  const world = new World();
  await destroy(world, await copied(world), DestroyPolicy.RETAIN);
  expect(world.see()).toBeDefined();
});

test("DELETE leaves what somebody has changed since", async () => {
  const world = new World();
  const receipt = await copied(world);
  world.service.put(DESTINATION, "theirs", 3);
  await destroy(world, receipt);
  expect(world.see()).toMatchObject({ content: "theirs[0+3]" });
  expect(world.of("destination-left")[0]?.why).toContain("changed it");
});

test("DELETE leaves what somebody changes at the last moment", async () => {
  const world = new World();
  const receipt = await copied(world);
  world.service.script("Delete Blob", { meanwhile: () => void world.service.put(DESTINATION, "theirs", 3) });
  await destroy(world, receipt);
  expect(world.see()).toMatchObject({ content: "theirs[0+3]" });
});

test("DELETE leaves a blob with somebody's snapshots", async () => {
  const world = new World();
  const receipt = await copied(world);
  const name = world.service.name(DESTINATION);
  if (name.blob !== undefined) world.service.snapshot(name, { ...name.blob });
  await destroy(world, receipt);
  expect(world.see()).toBeDefined();
  expect(world.of("destination-left")[0]?.why).toContain("snapshots");
});

test.each([
  ["DELETE", DestroyPolicy.DELETE],
  ["RETAIN", DestroyPolicy.RETAIN],
])("a blob whose container is gone already is fine, with %s", async (_name, policy) => {
  const world = new World();
  const receipt = await copied(world);
  world.service.script("Get Blob Properties", refused(404, "ContainerNotFound"));
  expect(await destroy(world, receipt, policy)).toBeUndefined();
  expect(world.of("destination-left")[0]?.why).toContain("gone already");
});

test("a blob that is gone already is fine", async () => {
  const world = new World();
  const receipt = await copied(world);
  world.service.delete(DESTINATION);
  expect(await destroy(world, receipt)).toBeUndefined();
});

test.each([DestroyPolicy.DELETE, DestroyPolicy.RETAIN])(
  "with %s a copy that is still pending is aborted, and its leftover removed",
  async (policy) => {
    const world = new World();
    world.service.copyPlan = { milliseconds: Infinity };
    const receipt = await copied(world, false);
    await destroy(world, receipt, policy);
    expect(world.see()).toBeUndefined();
  },
);

test.each(Object.values(DestroyPolicy))(
  "with %s nobody is told that nothing was there before a copy that nobody waited for",
  async (policy) => {
    for (const world of [new World(), new World().withOldDestination()]) {
      world.service.copyPlan = { milliseconds: 600_000 };
      await destroy(world, await copied(world, false), policy);
      expect(world.see()).toBeUndefined();
      const [{ detail } = { detail: "" }] = world.of("rollback-finished");
      expect(detail).toContain("absent");
      expect(detail).not.toContain("as before");
      expect(detail).toContain("not kept");
    }
  },
);

test("nor by a run that replaces such a copy", async () => {
  const world = new World().withOldDestination();
  world.service.copyPlan = { milliseconds: 600_000 };
  await copied(world, false);
  world.service.copyPlan = { milliseconds: 0 };
  await world.run({ method: CopyMethod.COPY_BLOB, metadata: { other: "yes" } });
  expect(world.see()).toMatchObject({ metadata: { other: "yes" } });
  expect(world.of("rollback-finished").map(({ detail }) => detail)).toEqual([expect.stringContaining("not kept")]);
});

test("DELETE deletes a copy that has ended since the receipt said pending", async () => {
  const world = new World();
  world.service.copyPlan = { milliseconds: 5_000 };
  const receipt = await copied(world, false);
  await world.settle();
  await destroy(world, receipt);
  expect(world.see()).toBeUndefined();
});

describe("what somebody writes in the very second in which a copy ends", () => {
  const change = (world: World, act: (blob: BlobState) => void) => {
    const blob = world.service.blobOf(world.service.name(DESTINATION));
    if (blob === undefined) throw new Error("there is no blob");
    act(blob);
    world.service.touch(blob);
  };

  test("is not found to be what was copied, and so is not deleted", async () => {
    const world = new World();
    await copied(world);
    change(world, (blob) => (blob.metadata = { ...blob.metadata, reviewed: "yes" }));
    const again = { method: CopyMethod.COPY_BLOB, overwrite: OverwritePolicy.IF_DIFFERENT };
    const [receipt] = (await world.run(again, { intent: { recopy: RecopyPolicy.ON_INTENT_CHANGE } })).receipts ?? [];
    expect(receipt).toMatchObject({ origin: "found" });
    if (receipt !== undefined) await destroy(world, receipt);
    expect(world.see()).toMatchObject({ metadata: { reviewed: "yes" } });
  });

  test("is left by the destroy of a copy that nobody waited for", async () => {
    const world = new World();
    world.service.put(SOURCE, "new", 1_000, { type: BlobType.APPEND });
    world.service.copyPlan = { milliseconds: 1_000 };
    const receipt = await copied(world, false);
    await world.clock.advance(1_000);
    change(world, (blob) => (blob.content = Content.concat([blob.content, Content.of("their line", 9)])));
    await destroy(world, receipt);
    expect(world.see()).toMatchObject({ content: "new[0+1000] their line[0+9]" });
  });
});

test("somebody else's pending copy is left alone", async () => {
  const world = new World();
  const receipt = await copied(world);
  const theirs = "https://other.blob.test/container/theirs";
  world.service.put(theirs, "theirs", 500);
  world.startTheirs(theirs);
  await destroy(world, receipt);
  expect(world.copy?.status).toBe("pending");
  expect(world.of("destination-left")[0]?.why).toContain(world.copy?.id);
});

test("a pending copy that cannot be aborted fails the destroy", async () => {
  const world = new World();
  world.service.copyPlan = { milliseconds: Infinity };
  const receipt = await copied(world, false);
  world.service.script("Abort Copy Blob", refused(403, "AuthorizationPermissionMismatch"));
  expect((await destroy(world, receipt))?.what).toContain("could not be ended");
});
