import { createBlobStore } from "../../../../src/azure/create-blob-store";
import { systemClock } from "../../../../src/engine/ports/clock";
import { abortSet, type BlobStatusReport, setStatuses } from "../../../../src/engine/set/status";
import type { CopyEvent } from "../../../../src/engine/ports/events";
import { Life } from "../../../support/machine/mortal";
import { MemoryJournal } from "../../../support/memory-store/journal";
import { cancelled, SetWorld } from "./set-world";

let world: SetWorld;
beforeEach(async () => {
  world = await SetWorld.start();
  world.put({ a: "a", b: "b", c: "c", d: "d" });
});
afterEach(() => world.stop());

const set = (change: Record<string, unknown> = {}) => ({ ...world.prefixes({ options: { method: "copy-blob" } }), ...change });

async function asked<Answer>(ask: (context: Parameters<typeof abortSet>[1]) => Promise<Answer>): Promise<Answer> {
  const store = createBlobStore({ environment: world.environment });
  const emit = (event: CopyEvent) => void world.events.push(event);
  const manifestLines = async function* () {
    yield* world.manifest;
  };
  try {
    return await ask({ store, clock: systemClock, signal: new AbortController().signal, manifestLines, emit, journal: world.journal });
  } finally {
    store.close();
  }
}

const statuses = (declared: Record<string, unknown> = set()) =>
  asked(async (context) => {
    const reports: BlobStatusReport[] = [];
    for await (const some of setStatuses(world.intentOf(declared), context)) reports.push(...some);
    return Object.fromEntries(reports.map(({ key, exists, isDone, copyStatus }) => [key, [exists, isDone, copyStatus]]));
  });
const isCopied = (name: string) => {
  const blob = world.destination.getBlob("dst", name);
  return blob !== undefined && blob.copy?.status !== "pending";
};
/** The copy status that is left once the mark is off. */
const ended = () => (world.service.script.ways.is("copy-properties-and-set-metadata", "taken away") ? undefined : "success");
const abort = (declared: Record<string, unknown> = set()) => asked((context) => abortSet(world.intentOf(declared), context));
const pending = (count: number) => async () => {
  while (
    world.destination.blobNames("dst").filter((name) => world.destination.getBlob("dst", name)?.copy?.status === "pending").length < count
  )
    await new Promise((resolve) => setTimeout(resolve, 5));
};

it("tells of a set that has not begun, and of one that is done", async () => {
  expect(await statuses()).toEqual({
    a: [false, false, undefined],
    b: [false, false, undefined],
    c: [false, false, undefined],
    d: [false, false, undefined],
  });
  expect(await abort()).toBe(0);
  await world.run(set());
  expect(await statuses()).toMatchObject({ a: [true, true, ended()], d: [true, true, ended()] });
  expect(await abort()).toBe(0);
  expect(world.contents()).toEqual({ a: "a", b: "b", c: "c", d: "d" });
});

it("tells what of a running set is pending, and aborts that and nothing of others", async () => {
  world.service.script.copies({ name: /^[ab]$/, neverEnds: true });
  const running = world.run(set({ maxFailures: 10 }));
  await pending(2)();
  while ((await statuses())["c"]?.[1] !== true) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(await statuses()).toMatchObject({ a: [true, false, "pending"], b: [true, false, "pending"], c: [true, true, ended()] });
  expect(await abort()).toBe(2);
  expect((await running).failure?.what).toBe("2 of 4 blobs were not copied");
  expect(world.contents()).toEqual({ c: "c", d: "d" });
});

it.each([
  ["whose machine is there", false],
  ["whose machine is lost", true],
])("tells what a dead set %s has left pending, and aborts it", async (_what, isLost) => {
  world.service.script.copies({ name: "a", neverEnds: true });
  const life = new Life();
  void world.run(set(), { life });
  await pending(1)();
  while (!isCopied("d")) await new Promise((resolve) => setTimeout(resolve, 5));
  life.end();
  if (isLost) world.journal = new MemoryJournal();
  expect(await statuses()).toMatchObject({ a: [true, false, "pending"] });
  expect(await abort()).toBe(1);
  expect(world.destination.getBlob("dst", "a")?.copy?.status).toBe("aborted");
  world.service.script.reset();
  await world.run(set());
  expect(await abort()).toBe(0);
});

it("leaves what another deployment's set has pending at the same names", async () => {
  world.service.script.copies({ name: "a", neverEnds: true });
  const cancellation = new AbortController();
  const theirs = world.run(set(), { deployment: "theirs", cancel: cancellation.signal });
  await pending(1)();
  // The copies run on another machine.
  world.journal = new MemoryJournal();
  expect(await statuses()).toMatchObject({ a: [true, false, "pending"] });
  expect(await abort()).toBe(0);
  expect(world.destination.getBlob("dst", "a")?.copy?.status).toBe("pending");
  cancellation.abort(cancelled);
  await theirs;
});

it("plans what a run would do then; a run does what is right by the time it comes", async () => {
  const declared = { ...world.prefixes(), prune: true };
  await world.run(declared);
  world.put({ a: "changed", e: "new" }).source.deleteBlob("src", "c");
  const planned = async () => Object.fromEntries((await world.plan(declared)).map(({ key, action }) => [key, action]));
  expect(await planned()).toEqual({ a: "copy", b: "skip", c: "prune", d: "skip", e: "copy" });
  // Since the plan, a skipped blob has changed, a blob to prune is back, and another client has
  // written a blob to copy.
  world.put({ b: "changed", c: "c" });
  world.destination.putBlob("dst", "e", { content: "new" });
  world.destination.deleteBlob("dst", "d");
  expect((await world.run(declared)).receipt).toMatchObject({ copied: 3, skipped: 2, pruned: 0 });
  expect(world.contents()).toMatchObject({ a: "changed", b: "changed", c: "c", d: "d", e: "new" });
  expect(await planned()).toEqual({ a: "skip", b: "skip", c: "skip", d: "skip", e: "skip" });
});
