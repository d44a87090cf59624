import type { BlobSeed, Fault } from "../../../support/fake-blob-service";
import { SetWorld } from "./set-world";

let world: SetWorld;
beforeEach(async () => {
  world = await SetWorld.start();
});
afterEach(() => world.stop());

const OLD_PAGE: BlobSeed = { type: "PageBlob", content: "p".repeat(512) };
const NEW_PAGE: BlobSeed = { type: "PageBlob", content: "q".repeat(1_024) };
const DONE: Fault = { kind: "hang after effect" };
const atomic = () => ({ ...world.prefixes(), atomic: true, maxConcurrency: 1 });
/** The lease of the commit's mark expires sooner than one of the last request. */
const isMark = (name: string) => name.endsWith(".commit");
const traces = () => [
  ...world.destination.blobNames("dst").filter((name) => name.startsWith(".blobcopy/")),
  ...["empty", "new", "page", "stays"].flatMap((name) => [
    ...world.destination.snapshots("dst", name).map(() => `snapshot of ${name}`),
    ...Object.keys(world.destination.getBlob("dst", name)?.metadata ?? {}),
  ]),
];
const failAllCommits = () =>
  world.service.script.fault(
    { operation: "Put Block From URL", times: Infinity },
    { kind: "answer", status: 403, code: "AuthorizationFailure" },
  );

/**
 * Empty blobs do not have blocks that show their owner: one that replaces a blob, and a new one.
 */
const arrangeEmpty = () => {
  world.put({ stays: "new stays", empty: "", new: "" });
  world.destination.putBlob("dst", "stays", { content: "old stays" });
  world.destination.putBlob("dst", "empty", { content: "was not empty" });
};
const OLD = { stays: "old stays", empty: "was not empty" };
const COMPLETE = { stays: "new stays", empty: "", new: "" };

/**
 * All requests from the first lease of an empty blob to the announcement that the set is complete.
 */
const MOMENTS = [
  ["as it leases the first one", "Lease Blob", 2],
  ["as it takes the mark off the first one", "Set Blob Metadata", 1],
  ["as it leases the second one", "Lease Blob", 3],
  ["as it takes the mark off the second one", "Set Blob Metadata", 2],
  ["as it gives the first lease back", "Lease Blob", 4],
  ["as it gives the second lease back", "Lease Blob", 5],
] as const;

describe.each([
  ["before that", undefined],
  ["right after that", DONE],
])("an atomic set with empty blobs whose guardian is killed, %s,", (_, last) => {
  it.each(MOMENTS)("%s, is put back by the replacement", async (_moment, operation, nth) => {
    arrangeEmpty();
    await world.runKilled(atomic(), operation, nth, {}, last);
    await world.recover(atomic());
    expect(world.contents()).toEqual(OLD);
    expect(traces()).toEqual([]);
    expect((await world.run(atomic())).failure).toBeUndefined();
    expect(world.contents()).toEqual(COMPLETE);
    expect(traces()).toEqual([]);
  });
});

it.each(MOMENTS.slice(0, 4))("of a machine that is lost %s, the next run undoes what it wrote last", async (_moment, operation, nth) => {
  arrangeEmpty();
  await world.runLost(atomic(), operation, nth, { last: DONE, isLeaseOver: isMark });
  expect((await world.run(atomic())).failure).toBeUndefined();
  expect(world.contents()).toEqual(COMPLETE);
  expect(traces()).toEqual([]);
});

describe("a machine that is lost within the lease of a copy that could not be staged", () => {
  const moments = [
    ["leased", "Lease Blob", 2],
    ["written", "Set Blob Metadata", 1],
  ] as const;

  it.each(moments)("when it was %s: the next run does not fail for the lease, and completes the set", async (_, operation, nth) => {
    world.put({ stays: "stays" });
    world.source.putBlob("src", "page", NEW_PAGE);
    world.destination.putBlob("dst", "page", OLD_PAGE);
    await world.runLost(atomic(), operation, nth, { last: DONE, isLeaseOver: isMark });
    expect((await world.run(atomic())).receipt).toMatchObject({ copied: 2 });
    expect(world.destination.getBlob("dst", "page")?.content.length).toBe(1_024);
    expect(traces()).toEqual([]);
  });

  it.each(moments)("when it was %s: a next run that fails leaves the old one", async (_, operation, nth) => {
    world.put({ stays: "stays" });
    world.source.putBlob("src", "page", NEW_PAGE);
    world.destination.putBlob("dst", "page", OLD_PAGE);
    await world.runLost(atomic(), operation, nth, { last: DONE, isLeaseOver: isMark });
    failAllCommits();
    expect((await world.run(atomic())).failure).toBeDefined();
    expect(world.destination.getBlob("dst", "page")?.content.length).toBe(512);
    expect(traces()).toEqual([]);
  });

  it.each(moments)("when it was %s: a new one is removed by a next run that fails", async (_, operation, nth) => {
    world.put({ stays: "stays" });
    world.source.putBlob("src", "page", NEW_PAGE);
    await world.runLost(atomic(), operation, nth, { last: DONE, isLeaseOver: isMark });
    failAllCommits();
    expect((await world.run(atomic())).failure).toBeDefined();
    expect(world.contents()).toEqual({});
  });

  it("takes what somebody wrote since for theirs", async () => {
    world.put({ stays: "stays" });
    world.source.putBlob("src", "page", NEW_PAGE);
    world.destination.putBlob("dst", "page", OLD_PAGE);
    await world.runLost(atomic(), "Set Blob Metadata", 1, { last: DONE });
    world.destination.putBlob("dst", "page", { type: "PageBlob", content: "t".repeat(1_536) });
    failAllCommits();
    expect((await world.run(atomic())).failure).toBeDefined();
    expect(world.destination.getBlob("dst", "page")?.content.length).toBe(1_536);
  });
});

it("a run that is killed as it undoes a lost one lets the next begin at once", async () => {
  world.put({ stays: "new stays", more: "more" });
  world.destination.putBlob("dst", "stays", { content: "old stays" });
  await world.runLost(atomic(), "Put Block List", 3);
  await world.runKilled(atomic(), "List Blobs", 1);
  world.events = [];
  expect((await world.run(atomic())).receipt).toMatchObject({ copied: 2 });
  expect(world.of("warning").filter(({ text }) => text.includes("waiting"))).toEqual([]);
  expect(traces()).toEqual([]);
});

it("a guardian that was killed before it leased its mark leaves none when it is replaced", async () => {
  world.put({ stays: "stays" });
  await world.runKilled(atomic(), "Lease Blob", 1);
  await world.recover(atomic());
  expect(world.contents()).toEqual({});
  expect(world.of("warning")).toEqual([]);
});
