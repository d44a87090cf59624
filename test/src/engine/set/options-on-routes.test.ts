import { createHash } from "node:crypto";
import { CopyMethod, optionsBeyond } from "../../../../src/intent";
import { type SetEnded, SetWorld } from "./set-world";

let world: SetWorld;
beforeEach(async () => {
  world = await SetWorld.start();
});
afterEach(() => world.stop());

type Declared = Record<string, unknown>;
const prefixes = (options: Declared) => world.prefixes({ options: { overwrite: "always", ...options } });

/** Every way on which a blob of a set comes to its destination. */
const ROUTES: readonly (readonly [string, CopyMethod, (options: Declared) => Declared])[] = [
  ["one request", CopyMethod.AUTO, prefixes],
  ["a full copy", CopyMethod.COPY_BLOB_FROM_URL, prefixes],
  ["an asynchronous copy", CopyMethod.COPY_BLOB, prefixes],
  ["blocks", CopyMethod.PUT_BLOCK_FROM_URL, prefixes],
  ["an atomic commit", CopyMethod.AUTO, (options) => ({ ...prefixes(options), atomic: true })],
  ["an atomic set's full copy", CopyMethod.PUT_BLOB_FROM_URL, (options) => ({ ...prefixes(options), atomic: true })],
  ["a manifest", CopyMethod.AUTO, (options) => manifest(options)],
  ["an atomic manifest", CopyMethod.AUTO, (options) => ({ ...manifest(options), atomic: true })],
];

function manifest(options: Declared): Declared {
  const place = (side: "source" | "destination") => ({ kind: "blob", ...world.container(side), blobName: "a" });
  world.manifest = [
    JSON.stringify({ key: "a", source: place("source"), destination: place("destination"), overwrite: "always", ...options }),
  ];
  return { manifest: { file: "copies.ndjson" } };
}

const LEASE = "11111111-2222-3333-4444-555555555555";
const LONG_AGO = "Mon, 01 Jan 2001 00:00:00 GMT";
const a = () => world.destination.getBlob("dst", "a");
const text = () => a()?.content.read().toString().trimEnd();
const md5Of = (content: string) => createHash("md5").update(content).digest("base64");
const isRefused = ({ failure }: SetEnded) => {
  expect(failure).toBeDefined();
  expect(text()).toBe("theirs");
};
const isCopied = ({ failure }: SetEnded) => {
  expect(failure).toBeUndefined();
  expect(text()).toBe("new");
};

/** What an option does, whichever way the blob goes; somebody's blob is at the destination. */
const OPTIONS: readonly (readonly [string, Declared, (ended: SetEnded) => void])[] = [
  ["a destination that must be absent", { destinationConditions: { ifNoneMatch: "*" } }, isRefused],
  ["a destination that must be another one", { destinationConditions: { ifMatch: '"0xNOPE"' } }, isRefused],
  ["a destination that must be old", { destinationConditions: { ifUnmodifiedSince: LONG_AGO } }, isRefused],
  ["a source that must be another one", { sourceConditions: { ifMatch: '"0xNOPE"' } }, isRefused],
  ["a source that must be old", { sourceConditions: { ifUnmodifiedSince: LONG_AGO } }, isRefused],
  ["a policy that forbids it", { overwrite: "never" }, isRefused],
  ["a wrong lease", { destinationLeaseId: LEASE.replace("1", "9") }, isRefused],
  ["a guard by lease", { sourceGuard: "lease" }, isCopied],
  ["no guard", { sourceGuard: "none" }, isCopied],
  [
    "metadata",
    { metadata: { team: "x" } },
    (ended) => {
      isCopied(ended);
      expect(a()?.metadata).toEqual({ team: "x" });
    },
  ],
  [
    "tags",
    { tags: { team: "x" } },
    (ended) => {
      isCopied(ended);
      expect(a()?.tags).toEqual({ team: "x" });
    },
  ],
  [
    "tags that do not fit a header",
    { tags: Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`tag-${index}`.padEnd(120, "x"), " ".repeat(200)])) },
    (ended) => {
      isCopied(ended);
      expect(Object.keys(a()?.tags ?? {})).toHaveLength(10);
    },
  ],
  [
    "a tier",
    { accessTier: "Cool" },
    (ended) => {
      isCopied(ended);
      expect(a()?.accessTier).toBe("Cool");
    },
  ],
  [
    "an encryption scope",
    { encryptionScope: "vault" },
    (ended) => {
      isCopied(ended);
      expect(a()?.encryptionScope).toBe("vault");
    },
  ],
  ["an MD5 that the source does not have", { sourceContentMd5: md5Of("other") }, isRefused],
  ["the MD5 of the source", { sourceContentMd5: md5Of("new") }, isCopied],
  [
    "content headers",
    { contentHeaders: { contentType: "text/declared" } },
    (ended) => {
      isCopied(ended);
      expect(a()?.headers.contentType).toBe("text/declared");
    },
  ],
];

describe.each(ROUTES)("by %s", (_route, method, declared) => {
  it.each(OPTIONS.filter(([, options]) => optionsBeyond(method, options).length === 0))(
    "%s is honoured",
    async (_option, options, check) => {
      world.put({ a: "new" });
      world.destination.createEncryptionScope("vault");
      const isLeased = options.destinationLeaseId !== undefined;
      world.destination.putBlob("dst", "a", { content: "theirs", ...(isLeased ? { leaseId: LEASE } : {}) });
      check(await world.run(declared({ method, ...options })));
      expect(world.destination.snapshots("dst", "a")).toEqual([]);
    },
  );
});

describe.each([
  ["pages", "PageBlob"],
  ["appended blocks", "AppendBlob"],
] as const)("by %s", (_route, type) => {
  const content = "new".padEnd(512);

  it.each(OPTIONS.filter(([name]) => ["metadata", "tags", "content headers", "an encryption scope"].includes(name)))(
    "%s is honoured",
    async (_option, options, check) => {
      world.source.putBlob("src", "a", { type, content });
      world.destination.createEncryptionScope("vault");
      world.destination.putBlob("dst", "a", { type, content: "theirs".padEnd(512) });
      check(await world.run(prefixes(options)));
      expect(a()?.type).toBe(type);
      expect(world.destination.snapshots("dst", "a")).toEqual([]);
    },
  );
});

describe("an encryption scope", () => {
  const run = (options: Declared = {}, set: Declared = {}) =>
    world.run({ ...prefixes({ overwrite: "if-different", encryptionScope: "vault", ...options }), ...set });

  beforeEach(() => {
    world.put({ a: "new" });
    world.destination.createEncryptionScope("vault");
    world.destination.createEncryptionScope("other");
  });

  it("is what makes a blob of the same content another one", async () => {
    world.destination.putBlob("dst", "a", { content: "new", encryptionScope: "other" });
    expect((await run()).receipt).toMatchObject({ copied: 1 });
    expect((await run()).receipt).toMatchObject({ skipped: 1 });
    expect(a()?.encryptionScope).toBe("vault");
  });

  it("that the account does not have fails the copy, and nothing is changed", async () => {
    world.destination.putBlob("dst", "a", { content: "theirs" });
    const { failure } = await run({ encryptionScope: "nowhere" });
    expect(failure?.message).toContain("EncryptionScopeNotAvailable");
    expect(text()).toBe("theirs");
  });

  it.each([
    ["is that of the container by default, is kept when it is put back", "other", "theirs"],
    ["no restore could keep is not overwritten where a restore may be needed", undefined, "theirs"],
  ])("of the destination that %s", async (_what, defaultEncryptionScope, expected) => {
    world.destination.createContainer("dst", { ...(defaultEncryptionScope && { defaultEncryptionScope }) });
    world.put({ b: "new" });
    for (const name of ["a", "b"]) world.destination.putBlob("dst", name, { content: "theirs", encryptionScope: "other" });
    world.service.script.fault(
      { operation: "Put Block List", path: "/b", times: Infinity },
      { kind: "answer", status: 409, code: "BlobImmutableDueToPolicy" },
    );
    const { failure } = await run({}, { atomic: true });
    expect(failure?.message).toContain(defaultEncryptionScope === undefined ? "encryption scope other" : "BlobImmutableDueToPolicy");
    expect(world.contents()).toEqual({ a: expected, b: expected });
    expect(a()?.encryptionScope).toBe("other");
  });
});

it("puts back a full copy of an atomic set, whatever its method, when a later one fails", async () => {
  world.put({ a: "new", b: "new" });
  for (const name of ["a", "b"]) world.destination.putBlob("dst", name, { content: "theirs" });
  world.service.script.fault(
    { operation: "Put Blob From URL", path: "/b", times: Infinity },
    { kind: "answer", status: 409, code: "BlobImmutableDueToPolicy" },
  );
  const { failure } = await world.run({ ...prefixes({ method: "put-blob-from-url" }), atomic: true });
  expect(failure).toBeDefined();
  expect(world.contents()).toEqual({ a: "theirs", b: "theirs" });
});
