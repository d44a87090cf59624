import { cancelled, SetWorld } from "./set-world";

let world: SetWorld;
beforeEach(async () => {
  world = await SetWorld.start();
});
afterEach(() => world.stop());

const NEW = { a: "new a", "b/b": "new b", c: "" };
const NOT_THE_MARK = /^(?!.*\.commit$)/;
const OLD = { a: "old a", unrelated: "theirs" };

function arrange(): void {
  for (const [name, content] of Object.entries(NEW)) {
    world.source.putBlob("src", name, { content, metadata: { version: "2" }, headers: { contentType: "text/new" } });
  }
  world.destination.putBlob("dst", "a", {
    content: OLD.a,
    metadata: { version: "1" },
    tags: { team: "x" },
    headers: { contentType: "text/old" },
    accessTier: "Cool",
  });
  world.destination.putBlob("dst", "unrelated", { content: OLD.unrelated });
}
const atomic = () => ({ ...world.prefixes(), atomic: true });
const leftovers = () =>
  Object.keys({ ...NEW, ...OLD }).flatMap((name) => [
    ...world.destination.snapshots("dst", name).map(([id]) => `snapshot ${id} of ${name}`),
    ...(world.destination.getBlob("dst", name) === undefined ? world.destination.uncommittedBlocks("dst", name) : []),
  ]);

function expectAllOld(): void {
  expect(world.contents()).toEqual(OLD);
  expect(world.destination.getBlob("dst", "a")).toMatchObject({
    metadata: { version: "1" },
    tags: { team: "x" },
    headers: { contentType: "text/old" },
    accessTier: "Cool",
  });
  expect(leftovers()).toEqual([]);
  expect([world.journal.isEmpty, world.log.isEmpty]).toEqual([true, true]);
}

it("copies all, with headers and metadata of the sources, and leaves nothing else behind", async () => {
  arrange();
  const { receipt, failure } = await world.run(atomic());
  expect(failure).toBeUndefined();
  expect(receipt).toMatchObject({ total: 3, copied: 3 });
  expect(world.contents()).toEqual({ ...OLD, ...NEW });
  expect(world.destination.getBlob("dst", "b/b")).toMatchObject({ metadata: { version: "2" }, headers: { contentType: "text/new" } });
  expect(leftovers()).toEqual([]);
  expect([world.journal.isEmpty, world.log.isEmpty]).toEqual([true, true]);
  expect((await world.run(atomic())).receipt).toMatchObject({ skipped: 3 });
});

it("shows nothing of it before all are staged", async () => {
  arrange();
  world.service.script.fault({ operation: "Put Block From URL", nth: 2 }, { kind: "delay", milliseconds: 300 });
  const running = world.run(atomic());
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(world.contents()).toEqual(OLD);
  expect(world.requests("Put Block List")).toBe(0);
  expect((await running).receipt).toMatchObject({ copied: 3 });
});

it.each([
  ["a blob cannot be staged", { operation: "Put Block From URL", path: "/b/b" }],
  ["a restore point cannot be taken", { operation: "Snapshot Blob" }],
  ["the commit cannot be announced", { operation: "Put Block List", path: /\.commit$/ }],
  ["the first commit breaks", { operation: "Put Block List", path: NOT_THE_MARK, nth: 1 }],
  ["the last commit breaks", { operation: "Put Block List", path: NOT_THE_MARK, nth: 3 }],
])("puts everything back when %s", async (_, matcher) => {
  arrange();
  world.service.script.fault(matcher, { kind: "answer", status: 409, code: "BlobImmutableDueToPolicy" });
  const { failure } = await world.run(atomic());
  expect(failure?.what).toMatch(/^1 blob was not copied, and no further one was started$|could not be announced/);
  expect(failure?.remedy).toMatch(/; the set is atomic, so nothing of it stays$/);
  expectAllOld();
  expect((await world.run(atomic())).receipt).toMatchObject({ copied: 3 });
  expect(world.contents()).toEqual({ ...OLD, ...NEW });
});

it("tells that it puts back, and nothing of how far it is from then on", async () => {
  arrange();
  world.service.script.fault(
    { operation: "Put Block List", path: NOT_THE_MARK, nth: 3 },
    { kind: "answer", status: 409, code: "BlobImmutableDueToPolicy" },
  );
  // Longer than the interval at which progress is reported.
  world.service.script.fault({ operation: "Delete Blob", path: "/b/b" }, { kind: "delay", milliseconds: 1_200 });
  await world.run({ ...atomic(), maxConcurrency: 1 });
  expectAllOld();
  const told = world.events.map(({ type }) => type);
  expect(told.slice(told.indexOf("set-rollback-started"))).toEqual(["set-rollback-started", "set-failures"]);
  expect(world.of("set-rollback-started")).toMatchObject([{ copied: 2, staged: 3 }]);
});

it("does not say that what it could not put back stays", async () => {
  arrange();
  world.service.script.fault(
    { operation: "Put Block List", path: NOT_THE_MARK, nth: 3 },
    { kind: "answer", status: 409, code: "BlobImmutableDueToPolicy" },
  );
  world.service.script.fault(
    { operation: "Delete Blob", path: "/b/b", times: Infinity },
    { kind: "answer", status: 403, code: "AuthorizationFailure" },
  );
  const { failure } = await world.run({ ...atomic(), maxConcurrency: 1 });
  expect(world.of("rollback-finished")).toMatchObject([
    { outcome: "incomplete", detail: expect.stringMatching(/The next deploy continues from here\.$/) as string },
  ]);
  expect(failure?.remedy).not.toMatch(/stay|copied/);
});

it.each([20, 60, 100, 140, 180])("puts everything back when it is cancelled after %d ms", async (milliseconds) => {
  arrange();
  world.service.latencyMilliseconds = 20;
  const cancellation = new AbortController();
  setTimeout(() => cancellation.abort(cancelled), milliseconds);
  const { failure, receipt } = await world.run(atomic(), { cancel: cancellation.signal });
  world.service.latencyMilliseconds = 0;
  if (receipt === undefined) {
    expect(failure?.what).toBe("Cancelled");
    expect(failure?.remedy).toMatch(/; the set is atomic, so nothing of it stays$/);
    expectAllOld();
  } else {
    expect(world.contents()).toEqual({ ...OLD, ...NEW });
  }
});

it("takes page and append blobs along, and puts them back with the rest", async () => {
  arrange();
  world.source.putBlob("src", "page", { type: "PageBlob", content: Buffer.alloc(512, "n") });
  // If Set Blob Metadata removes the copy properties, only a restore without that request keeps the
  // proof: see docs/service-assumptions.md.
  const isProofTakenAway = world.service.script.ways.is("copy-properties-and-set-metadata", "taken away");
  world.destination.putBlob("dst", "page", {
    type: "PageBlob",
    content: Buffer.alloc(512, "o"),
    ...(isProofTakenAway ? { metadata: { kept: "yes" } } : {}),
  });
  world.service.script.fault(
    { operation: "Put Block List", path: NOT_THE_MARK, nth: 3 },
    { kind: "answer", status: 409, code: "BlobImmutableDueToPolicy" },
  );
  expect((await world.run(atomic())).failure).toBeDefined();
  expect(world.contents()).toEqual({ ...OLD, page: "o".repeat(512) });
  expect([world.journal.isEmpty, world.log.isEmpty]).toEqual([true, true]);
  // A restored blob counts as old, however late it was written.
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  expect((await world.run(atomic())).receipt).toMatchObject({ copied: 4 });
  expect(world.contents()).toEqual({ ...OLD, ...NEW, page: "n".repeat(512) });
});

describe("a blob of which no request can say a header or metadata", () => {
  const UNSENDABLE = {
    header: { headers: { contentDisposition: 'attachment; filename="Prüfbericht.pdf"' } },
    metadata: { metadata: { author: "Zoë" } },
  };
  const putUnsendable = () => {
    arrange();
    for (const [name, seed] of Object.entries(UNSENDABLE)) world.source.putBlob("src", name, { content: `new ${name}`, ...seed });
    world.destination.putBlob("dst", "header", { content: "old header" });
  };
  const copied = { header: "new header", metadata: "new metadata" };

  it("is copied with the others by a method that carries it", async () => {
    putUnsendable();
    expect((await world.run(atomic())).receipt).toMatchObject({ copied: 5 });
    expect(world.contents()).toEqual({ ...OLD, ...NEW, ...copied });
    for (const [name, seed] of Object.entries(UNSENDABLE)) expect(world.destination.getBlob("dst", name)).toMatchObject(seed);
  });

  it("is put back with them", async () => {
    putUnsendable();
    const refusal = { kind: "answer", status: 409, code: "BlobImmutableDueToPolicy" } as const;
    world.service.script.fault({ operation: "Put Block List", path: NOT_THE_MARK, nth: 2 }, refusal);
    expect((await world.run(atomic())).failure).toBeDefined();
    expect(world.contents()).toEqual({ ...OLD, header: "old header" });
  });

  it("is committed in blocks where the declaration says it otherwise, and else told by name where the method is declared", async () => {
    putUnsendable();
    const inBlocks = (more: object) =>
      world.run({ ...world.prefixes({ options: { method: "put-block-from-url", ...more } }), atomic: true });
    expect((await inBlocks({ metadata: {} })).failure?.message).toContain(
      "the header contentDisposition has characters that are not printable",
    );
    expect(world.service.requestsOf("Put Block From URL").filter(({ path }) => path.endsWith("/header"))).toEqual([]);
    expect(world.contents()).toEqual({ ...OLD, header: "old header" });
    const declared = { metadata: {}, contentHeaders: { contentDisposition: "attachment" } };
    expect((await inBlocks(declared)).receipt).toMatchObject({ copied: 5 });
    expect(world.contents()).toEqual({ ...OLD, ...NEW, ...copied });
  });
});

it("commits although an answer is lost, and does not take another's blob for its own", async () => {
  arrange();
  world.service.script.fault({ operation: "Put Block List", path: NOT_THE_MARK, nth: 1 }, { kind: "reset after effect" });
  expect((await world.run(atomic())).failure).toBeUndefined();
  expect(world.contents()).toEqual({ ...OLD, ...NEW });
  expect(leftovers()).toEqual([]);
});

it("is not disturbed by blocks that somebody else has begun to upload under other ids", async () => {
  arrange();
  world.destination.putUncommittedBlock("dst", "b/b", Buffer.from("short").toString("base64"), "theirs");
  world.destination.putUncommittedBlock("dst", "a", Buffer.from("short").toString("base64"), "theirs");
  expect((await world.run(atomic())).receipt).toMatchObject({ copied: 3 });
  expect(world.contents()).toEqual({ ...OLD, ...NEW });
  expect(leftovers()).toEqual([]);
});

it("does not overwrite what somebody else writes while it stages", async () => {
  arrange();
  let goOn: () => void = () => undefined;
  const until = new Promise<void>((resolve) => (goOn = resolve));
  world.service.script.fault({ operation: "Put Block From URL", nth: 2 }, { kind: "hold", until });
  const running = world.run(atomic());
  while (world.requests("Put Block From URL") < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  world.destination.putBlob("dst", "a", { content: "meanwhile" });
  goOn();
  expect((await running).failure?.why).toContain("no longer as listed");
  expect(world.contents()).toEqual({ ...OLD, a: "meanwhile" });
});

it.each([
  ["its restore points", NOT_THE_MARK, "done"],
  ["its mark", /\.commit$/, "done"],
  ["anything", /./, "done"],
  ["its mark, when it is undone", /\.commit$/, "undone"],
  ["anything, when it is undone", /./, "undone"],
] as const)("holds no lease when it has ended without being able to delete %s", async (_what, path, end) => {
  arrange();
  world.service.script.fault(
    { operation: "Delete Blob", path, times: Infinity },
    { kind: "answer", status: 403, code: "AuthorizationPermissionMismatch" },
  );
  if (end === "undone")
    world.service.script.fault(
      { operation: "Put Block List", path: /\/c$/, times: Infinity },
      { kind: "answer", status: 409, code: "LeaseIdMissing" },
    );
  const { failure } = await world.run(atomic());
  expect(failure === undefined).toBe(end === "done");
  const [mark = ""] = world.destination.blobNames("dst").filter((name) => name.endsWith(".commit"));
  expect(world.destination.getBlob("dst", mark)).toMatchObject({ lease: undefined });
});
