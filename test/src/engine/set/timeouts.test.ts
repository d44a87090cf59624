import { ExitCode } from "../../../../src/failure/exit-code";
import { type SetEnded, SetWorld } from "./set-world";

/** Seconds of a run for each second of the test, once its service does not respond. */
const SPEED = 200;
/** Time until a single request is given up and retried: a run must not wait for that. */
const PATIENCE_MILLISECONDS = 30_000;

interface Silence {
  readonly operation: string;
  readonly path?: RegExp;
}

const BEFORE = { a: "old", b: "old", c: "old" };
const AFTER = { a: "new", b: "new" };

/** The requests that are never answered, and the blobs that must exist when the run has ended. */
const PHASES: readonly (readonly [string, Record<string, unknown>, Silence, Readonly<Record<string, string>>])[] = [
  ["lists the source", {}, { operation: "List Blobs", path: /\/src$/ }, BEFORE],
  ["lists the destination", { atomic: true }, { operation: "List Blobs", path: /\/dst$/ }, BEFORE],
  ["copies", {}, { operation: "Put Blob From URL" }, BEFORE],
  ["reads its inventory", { prune: true }, { operation: "Get Blob" }, BEFORE],
  ["begins its inventory", { prune: true }, { operation: "Put Block" }, BEFORE],
  ["commits its inventory", { prune: true }, { operation: "Put Block List" }, BEFORE],
  ["prunes", { prune: true }, { operation: "Delete Blob" }, { ...AFTER, c: "old" }],
  ["stages", { atomic: true }, { operation: "Put Block From URL" }, BEFORE],
  ["announces its commit", { atomic: true }, { operation: "Put Block", path: /\.commit$/ }, BEFORE],
  ["leases the mark of its commit", { atomic: true }, { operation: "Lease Blob" }, BEFORE],
  ["takes restore points", { atomic: true }, { operation: "Snapshot Blob" }, BEFORE],
  ["commits", { atomic: true }, { operation: "Put Block List", path: /\/[ab]$/ }, BEFORE],
  ["saves what it is going to prune", { atomic: true, prune: true }, { operation: "Put Block List", path: /\.ndjson$/ }, BEFORE],
];

interface Tried {
  readonly ended: SetEnded;
  readonly milliseconds: number;
  readonly contents: Readonly<Record<string, string>>;
  readonly next: SetEnded;
  readonly afterwards: Readonly<Record<string, string>>;
  readonly snapshots: number;
}

const blobsOf = (world: SetWorld) =>
  Object.fromEntries(Object.entries(world.contents()).filter(([name]) => !name.startsWith(".blobcopy/")));

async function tried(set: Record<string, unknown>, { operation, path = /./ }: Silence): Promise<Tried> {
  const world = await SetWorld.start();
  try {
    const declared = { ...world.prefixes({ options: { overwrite: "always" } }), ...set };
    world.put(BEFORE);
    await world.run(declared);
    world.put(AFTER).source.deleteBlob("src", "c");
    let silentSince = 0;
    world.service.script.random((request) => {
      if (request.operation !== operation || !path.test(request.path)) return undefined;
      silentSince ||= Date.now();
      return { kind: "hang" };
    });
    const ended = await world.run(declared, { intent: { timeoutMilliseconds: 20_000 }, speed: () => (silentSince === 0 ? 0 : SPEED) });
    const milliseconds = Date.now() - silentSince;
    const contents = blobsOf(world);
    world.service.script.reset();
    world.destination.expireLeases("dst");
    const next = await world.run(declared);
    const snapshots = world.destination.blobNames("dst").flatMap((name) => world.destination.snapshots("dst", name)).length;
    return { ended, milliseconds, contents, next, afterwards: blobsOf(world), snapshots };
  } finally {
    await world.stop();
  }
}

describe("a set whose service does not answer", () => {
  let all: readonly Tried[] = [];
  beforeAll(async () => {
    // All at the same time, since each of them waits most of the time.
    all = await Promise.all(PHASES.map(([, set, fault]) => tried(set, fault)));
  });

  it.each(PHASES.map((phase, index) => [...phase, index] as const))(
    "while it %s, ends at its timeout all the same, and the next run does it all",
    (_what, { prune = false }, _fault, contents, index) => {
      const found = all[index];
      expect(found?.ended.failure?.exitCode).toBe(ExitCode.TIMED_OUT);
      expect(found?.milliseconds).toBeLessThan(PATIENCE_MILLISECONDS);
      expect(found?.contents).toEqual(contents);
      expect(found?.next.failure).toBeUndefined();
      expect(found?.afterwards).toEqual(prune === true ? AFTER : { ...AFTER, c: "old" });
      expect(found?.snapshots).toBe(0);
    },
  );
});

it("that does not answer while an atomic set prunes does not undo what is committed: the next run prunes", async () => {
  const { ended, contents, afterwards } = await tried({ atomic: true, prune: true }, { operation: "Delete Blob", path: /\/c$/ });
  expect(ended.receipt).toMatchObject({ copied: 2, pruned: 0 });
  expect(contents).toEqual({ ...AFTER, c: "old" });
  expect(afterwards).toEqual(AFTER);
});
