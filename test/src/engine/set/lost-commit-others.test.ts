import { BlobServiceClient } from "@azure/storage-blob";
import fc from "fast-check";
import { cancelled, SetWorld } from "./set-world";

const RUNS = Number(process.env.PROPERTY_RUNS ?? 5);
jest.setTimeout(60_000 + RUNS * 4_000);

/**
 * Members of each kind: two made from blocks, one without any block, and one that is copied
 * separately.
 */
const NEW = { block: "new block", empty: "", last: "new last", page: "p".repeat(512) };
const OLD = { block: "old block", empty: "was not empty", last: "old last", page: "o".repeat(512) };
type Member = keyof typeof NEW;
const MEMBERS = Object.keys(NEW) as Member[];
const seedOf = (name: Member, content: string) => ({ content, ...(name === "page" ? { type: "PageBlob" as const } : {}) });

interface Case {
  readonly existing: readonly Member[];
  readonly loss: readonly [operation: string, nth: number];
  readonly victim: Member;
  /** State of the other client's copy when the next run inspects it. */
  readonly theirs: "pending" | "success" | "failed" | "aborted";
}

const cases = fc.record<Case>({
  existing: fc.subarray(MEMBERS),
  loss: fc.constantFrom<Case["loss"]>(
    ["Snapshot Blob", 1],
    ["Copy Blob", 1],
    ["Set Blob Metadata", 1],
    ["Snapshot Blob", 2],
    ["Put Block List", 2],
    ["Snapshot Blob", 3],
    ["Put Block List", 3],
    ["Set Blob Metadata", 2],
    ["Put Block List", 4],
    ["Put Block List", 5],
  ),
  // Not "last", so that at least one member is left for the next run to stage.
  victim: fc.constantFrom("block", "empty", "page"),
  theirs: fc.constantFrom("pending", "success", "failed", "aborted"),
});

/**
 * Copy Blob of the same source by another client; undefined if a pending copy of ours prevents it.
 */
async function copyByThem(world: SetWorld, { victim, theirs }: Case): Promise<string | undefined> {
  const { script } = world.service;
  const client = BlobServiceClient.fromConnectionString(world.destination.connectionString).getContainerClient("dst").getBlobClient(victim);
  const plans = { pending: { neverEnds: true }, success: {}, failed: { outcome: "failed" }, aborted: { neverEnds: true } } as const;
  script.copies({ name: victim, ...plans[theirs], times: 1 });
  const query = world.source.sas({ container: "src", permissions: "r" });
  const answer = await client.beginCopyFromURL(`${world.source.blobUrl("src", victim)}?${query}`).catch(() => undefined);
  answer?.stopPolling();
  const id = answer && world.destination.getBlob("dst", victim)?.copy?.id;
  if (id !== undefined && theirs === "aborted") await client.abortCopyFromURL(id);
  return id;
}

it("somebody else's copy of the same source, on a member of a set that was lost in its commit, stays theirs", async () => {
  await fc.assert(
    fc.asyncProperty(cases, async (drawn) => {
      const world = await SetWorld.start();
      try {
        for (const name of MEMBERS) world.source.putBlob("src", name, seedOf(name, NEW[name]));
        for (const name of drawn.existing) world.destination.putBlob("dst", name, seedOf(name, OLD[name]));
        const set = { ...world.prefixes(), atomic: true, maxConcurrency: 1 };
        await world.runLost(set, ...drawn.loss);
        fc.pre(world.destination.blobNames("dst").some((name) => name.endsWith(".commit")));
        const id = await copyByThem(world, drawn);
        world.events = [];
        await failNextRun(world, set);
        const seen = world.destination.getBlob("dst", drawn.victim);
        if (id !== undefined) expect(seen?.copy).toMatchObject({ id, status: drawn.theirs });
        expect(world.of("copy-aborted").filter(({ copyId }) => copyId === id)).toEqual([]);
        for (const name of MEMBERS.filter((member) => member !== drawn.victim)) expectAsBefore(world, name, drawn);
        world.destination.completeCopy("dst", drawn.victim);
        expect((await world.run(set)).failure).toBeUndefined();
        expect(world.contents()).toEqual(NEW);
        for (const name of MEMBERS) {
          expect(world.destination.snapshots("dst", name)).toEqual([]);
          expect(world.destination.getBlob("dst", name)?.metadata).toEqual({});
        }
      } finally {
        await world.stop();
      }
    }),
    { numRuns: RUNS },
  );
});

/**
 * Makes the next run fail at its first staged block, or cancels it as soon as it waits for a
 * pending copy.
 */
async function failNextRun(world: SetWorld, set: Record<string, unknown>): Promise<void> {
  const cancellation = new AbortController();
  const cancel = () => cancellation.abort(cancelled);
  world.service.script.fault(
    { operation: "Put Block From URL", times: Infinity },
    { kind: "answer", status: 409, code: "BlobImmutableDueToPolicy" },
  );
  const waits = setInterval(() => (world.of("copy-adopted").length > 0 ? cancel() : undefined), 5);
  const { failure } = await world.run(set, { cancel: cancellation.signal });
  clearInterval(waits);
  expect(failure).toBeDefined();
  world.service.script.reset();
}

/**
 * All or nothing. A blob that is not proved to be ours stays and is reported, and its old content
 * is kept.
 */
function expectAsBefore(world: SetWorld, name: Member, { existing }: Case): void {
  const now = world.destination.getBlob("dst", name)?.content.read().toString();
  const before = existing.includes(name) ? OLD[name] : undefined;
  if (now === before) return;
  // The mark of these may already be removed.
  expect(["page", "empty"]).toContain(name);
  expect(now).toBe(NEW[name]);
  if (before === undefined) return;
  expect(
    world
      .of("warning")
      .map(({ text }) => text)
      .join(),
  ).toContain("restore points of an earlier run are kept");
  expect(world.destination.snapshots("dst", name).map(([, { content }]) => content.read().toString())).toContain(before);
}
