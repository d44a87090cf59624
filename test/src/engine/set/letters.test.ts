import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { BlobSeed } from "../../../support/fake-blob-service";
import { SetWorld } from "./set-world";

const ALL = "racwdlti";

type Side = "source" | "destination";

interface Case {
  /** Options of the set. */
  readonly options?: Record<string, unknown>;
  readonly blobs?: Readonly<Record<string, BlobSeed>>;
  /** Blobs that are already at the destination. */
  readonly found?: Readonly<Record<string, BlobSeed>>;
  /** Further blobs that an earlier run with all letters copied. */
  readonly earlier?: Readonly<Record<string, BlobSeed>>;
  /** Number of blobs that it names, if it is a manifest. */
  readonly named?: number;
  /** Whether it is destroyed with these letters, after a run that had all letters. */
  readonly isDestroyed?: true;
}

const NEW: Readonly<Record<string, BlobSeed>> = { one: { content: "new one" }, two: { content: "new two" } };
const OLD: Readonly<Record<string, BlobSeed>> = { one: { content: "old" } };
const TAGGED: Readonly<Record<string, BlobSeed>> = { one: { content: "new one", tags: { a: "b" } } };
const PAGE: Readonly<Record<string, BlobSeed>> = { one: { type: "PageBlob", content: "p".repeat(512) } };
const ATOMIC = { atomic: true };
const TAGS = { tags: { a: "b" } };
const DELETE = { onDestroy: "delete" };

/** By the first cell of their rows in the documentation. */
const CASES: Readonly<Record<string, Case>> = {
  "new blobs": {},
  "blobs that are replaced": { found: OLD },
  "`method` Put Block From URL; page and append blobs": { options: { method: "put-block-from-url" }, blobs: PAGE },
  "the same, replaced": { blobs: PAGE, found: { one: { type: "PageBlob", content: "o".repeat(512) } } },
  "`method` Copy Blob": { options: { method: "copy-blob" } },
  "the same, replaced, so that a restore point is taken": { options: { method: "copy-blob" }, found: OLD },
  "`tags`": { options: TAGS },
  "`tags`, replaced": { options: TAGS, found: OLD },
  "`copySourceTags`": { options: { copySourceTags: true }, blobs: TAGGED },
  "`copySourceTags`, replaced": { options: { copySourceTags: true }, blobs: TAGGED, found: OLD },
  "`legalHold`, `immutabilityPolicy`": { options: { legalHold: true } },
  "the same options, replaced": { options: { immutabilityPolicy: { until: "2099-01-01T00:00:00Z" } }, found: OLD },
  "`sourceGuard: SourceGuard.LEASE`": { options: { sourceGuard: "lease" } },
  "`prune`": { options: { prune: true }, earlier: { gone: { content: "gone" } } },
  "`onDestroy: DestroyPolicy.DELETE`": { options: DELETE },
  "its destroy": { options: DELETE, isDestroyed: true },
  "all-or-nothing": { options: ATOMIC, found: OLD },
  "all-or-nothing with `prune`": { options: { ...ATOMIC, prune: true }, earlier: { gone: { content: "gone" } } },
  "all-or-nothing with `tags`": { options: { ...ATOMIC, ...TAGS }, found: OLD },
  "all-or-nothing with `copySourceTags`": { options: { ...ATOMIC, copySourceTags: true }, blobs: TAGGED },
  "a list of up to 63 copies": { named: 2 },
  "a longer list": { named: 64 },
};

interface Row {
  readonly what: string;
  /** Exactly the letters that it needs. */
  readonly reads: string;
  readonly writes: string;
}

/** The rows of the documentation's table. */
function rows(): Row[] {
  const text = readFileSync(join(__dirname, "../../../../docs/identity.md"), "utf8");
  const [, section = ""] = text.split("\n### Of a set\n");
  return section
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .slice(1)
    .map((line) => {
      const [, what = "", reads = "", writes = ""] = line.split(/ *\| */);
      return { what, reads: lettersIn(reads), writes: lettersIn(writes) };
    });
}

const lettersIn = (cell: string) => /^`([a-z]+)`$/.exec(cell)?.[1] ?? "";

let world: SetWorld;
beforeAll(async () => {
  world = await SetWorld.start();
});
afterAll(() => world.stop());

let tries = 0;

/** Runs the set in its own containers, or lets `check` predict its success. */
async function succeeds(one: Case, reads: string, writes: string, asks: "apply" | "check" = "apply"): Promise<boolean> {
  const containers = { source: `src-${tries}`, destination: `dst-${tries++}` };
  for (const side of ["source", "destination"] as const) world[side].createContainer(containers[side]);
  const put = (side: Side, blobs: Readonly<Record<string, BlobSeed>> = {}) => {
    for (const [name, seed] of Object.entries(blobs)) world[side].putBlob(containers[side], name, seed);
  };
  const blobs =
    one.named === undefined
      ? (one.blobs ?? NEW)
      : Object.fromEntries(Array.from({ length: one.named }, (_, index) => [`blob-${index}`, { content: `${index}` }]));
  const sas = (side: Side, permissions: string) => world[side].sas({ container: containers[side], permissions });
  const environment = { ...(reads !== "" && { FROM: sas("source", reads) }), TO: sas("destination", writes) };
  const every = { FROM: sas("source", ALL), TO: sas("destination", ALL) };
  const place = (side: Side, variable: string) => ({
    ...world.prefix(side),
    containerName: containers[side],
    credential: { kind: "sas", variable },
  });
  const [source, destination] = [place("source", "FROM"), place("destination", "TO")];
  world.manifest = Object.keys(blobs).map((key) =>
    JSON.stringify({
      key,
      source: { ...source, prefix: undefined, kind: "blob", blobName: key },
      destination: { ...destination, prefix: undefined, kind: "blob", blobName: key },
    }),
  );
  const { prune, atomic, onDestroy, ...options } = one.options ?? {};
  const kind = { prune, atomic, onDestroy };
  const set =
    one.named === undefined
      ? { ...kind, prefixes: { source, destination, options: { overwrite: "always", ...options } } }
      : { ...kind, manifest: { file: "manifest.ndjson" } };
  const earlier = one.isDestroyed === true ? blobs : one.earlier;
  if (earlier !== undefined) {
    put("source", earlier);
    const { failure } = await world.run(set, { environment: every });
    if (failure !== undefined) throw failure;
    for (const name of Object.keys(earlier)) world.source.deleteBlob(containers.source, name);
  }
  put("source", blobs);
  put("destination", one.found);
  world.events = [];
  if (asks === "check") {
    const before = world.service.requests.length;
    const parts = await world.check(set, environment);
    const written = world.service.requests
      .slice(before)
      .filter(({ path }) => path.includes(containers.destination))
      .filter(({ operation, status }) => /^(Put|Set|Copy|Lease|Snapshot|Delete)/.test(operation) && status < 300);
    expect(written).toEqual([]);
    return parts.every(({ failure }) => failure === undefined);
  }
  const { failure } =
    one.isDestroyed === true ? { failure: await world.destroy(destination, { environment }) } : await world.run(set, { environment });
  const left = world.destination.blobNames(containers.destination).filter((name) => !name.endsWith(".ndjson"));
  const wanted = one.isDestroyed === true ? [] : Object.keys(blobs);
  const isRight = left.length === wanted.length && wanted.every((name) => isCopied(containers, name));
  return failure === undefined && isRight && world.of("warning").length === 0;
}

function isCopied(containers: Readonly<Record<Side, string>>, name: string): boolean {
  const copy = world.destination.getBlob(containers.destination, name);
  const original = world.source.getBlob(containers.source, name);
  return copy?.content.read().toString() === original?.content.read().toString() && copy?.snapshots.length === 0;
}

const without = (letters: string): string[] => Array.from(letters, (letter) => letters.replace(letter, ""));

test("the documentation has a row for each kind of set that is tried here", () => {
  expect(rows().map(({ what }) => what)).toEqual(Object.keys(CASES));
});

test.each(rows().map((row) => [row.what, row] as const))("a set needs exactly the letters of the documentation: %s", async (what, row) => {
  const one = CASES[what] ?? {};
  const { reads, writes } = row;
  expect(await succeeds(one, reads, writes)).toBe(true);
  for (const fewer of without(reads)) expect([fewer, await succeeds(one, fewer, writes)]).toEqual([fewer, false]);
  for (const fewer of without(writes)) expect([fewer, await succeeds(one, reads, fewer)]).toEqual([fewer, false]);
});

test.each(rows().flatMap((row) => (CASES[row.what]?.isDestroyed === true ? [] : [[row.what, row] as const])))(
  "check knows which letters a set needs: %s",
  async (what, { reads, writes }) => {
    const one = CASES[what] ?? {};
    expect(await succeeds(one, reads, writes, "check")).toBe(true);
    for (const fewer of without(reads)) expect([fewer, await succeeds(one, fewer, writes, "check")]).toEqual([fewer, false]);
    for (const fewer of without(writes)) expect([fewer, await succeeds(one, reads, fewer, "check")]).toEqual([fewer, false]);
  },
);

test.each<[string, Record<string, unknown>, string]>([
  ["one request each", {}, "r"],
  ["one request each, with the source's tags", { copySourceTags: true }, "rt"],
  ["blocks", { method: "put-block-from-url" }, "r"],
  ["Copy Blob", { method: "copy-blob" }, "r"],
  ["Copy Blob, with the source's tags", { method: "copy-blob", copySourceTags: true }, "r"],
  ["blocks, all or nothing", { atomic: true }, "r"],
  ["blocks, all or nothing, with the source's tags", { atomic: true, copySourceTags: true }, "r"],
])(
  "what is made of a key for the service to read the source may do nothing else: %s",
  async (_what, { atomic = false, ...options }, letters) => {
    const made = await SetWorld.start();
    try {
      made.source.putBlob("src", "one", { content: "new one", tags: { a: "b" } });
      const { failure } = await made.run({ atomic, ...made.prefixes({ options }) });
      expect(failure).toBeUndefined();
      const urls = made.service.requests.map(({ headers }) => headers["x-ms-copy-source"]).filter((url) => typeof url === "string");
      expect(new Set(urls.map((url) => new URL(url).searchParams.get("sp")))).toEqual(new Set([letters]));
    } finally {
      await made.stop();
    }
  },
);
