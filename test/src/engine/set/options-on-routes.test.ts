import { createHash } from "node:crypto";
import type { BlobSeed } from "../../../support/fake-blob-service";
import { COPY_OPTION_NAMES, CopyMethod, optionsBeyond, SHOWN_OPTION_NAMES } from "../../../../src/intent";
import { type SetEnded, SetWorld } from "./set-world";

let world: SetWorld;
beforeEach(async () => {
  world = await SetWorld.start();
});
afterEach(() => world.stop());

type Declared = Record<string, unknown>;
const prefixes = (options: Declared) => world.prefixes({ options: { overwrite: "always", ...options } });

/** All routes by which a set copies a blob. */
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

/**
 * Properties that are not declared come from the source, and nothing of the replaced blob stays.
 */
const OF_SOURCE: BlobSeed = { metadata: { from: "source", none: "" }, tags: { of: "source" } };
const OF_THEIRS: BlobSeed = { metadata: { from: "them" }, tags: { of: "them" }, lastModified: Date.parse("2020-01-01T00:00:00Z") };
const LEASE = "11111111-2222-3333-4444-555555555555";
const UNTIL = "Thu, 01 Jan 2099 00:00:00 GMT";
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

/**
 * The effect of an option, which is the same on each route. Another client's blob is at the
 * destination.
 */
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
    "nothing at all",
    {},
    (ended) => {
      isCopied(ended);
      expect(a()).toMatchObject({ metadata: { from: "source", none: "" }, tags: {} });
    },
  ],
  [
    "no metadata",
    { metadata: {} },
    (ended) => {
      isCopied(ended);
      expect(a()?.metadata).toEqual({});
    },
  ],
  [
    "the source's tags",
    { copySourceTags: true },
    (ended) => {
      isCopied(ended);
      expect(a()?.tags).toEqual({ of: "source" });
    },
  ],
  ["a policy that lets a newer source replace it", { overwrite: "if-source-newer" }, isCopied],
  ["a policy that compares", { overwrite: "if-different" }, isCopied],
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
    "a legal hold",
    { legalHold: true },
    (ended) => {
      isCopied(ended);
      expect(a()).toMatchObject({ legalHold: true, immutabilityPolicy: undefined });
    },
  ],
  [
    "an immutability policy",
    { immutabilityPolicy: { until: "2099-01-01T00:00:00Z" } },
    (ended) => {
      isCopied(ended);
      expect(a()).toMatchObject({ legalHold: false, immutabilityPolicy: { until: UNTIL, mode: "unlocked" } });
    },
  ],
  [
    "a locked policy and a hold",
    { immutabilityPolicy: { until: UNTIL, mode: "Locked" }, legalHold: true },
    (ended) => {
      isCopied(ended);
      expect(a()).toMatchObject({ legalHold: true, immutabilityPolicy: { until: UNTIL, mode: "locked" } });
    },
  ],
  [
    "a tier that the service changes by use",
    { accessTier: "Smart" },
    (ended) => {
      isCopied(ended);
      expect(a()?.accessTier).toBe("Smart");
    },
  ],
  [
    "content headers",
    { contentHeaders: { contentType: "text/declared" } },
    (ended) => {
      isCopied(ended);
      expect(a()?.headers.contentType).toBe("text/declared");
    },
  ],
];

it("each option is tried", () => {
  const tried = new Set(OPTIONS.flatMap(([, options]) => Object.keys(options)));
  // Each route declares a method, a seal has its own routes, and only archived blobs are
  // rehydrated.
  const elsewhere = ["method", "rehydrate", "rehydratePriority", "seal"];
  expect(COPY_OPTION_NAMES.filter((name) => !tried.has(name))).toEqual(elsewhere);
});

it("each method is a route", () => {
  const tried = new Set(ROUTES.map(([, method]) => method));
  // These have their own routes below, and sets do not support the last one.
  const elsewhere = [CopyMethod.PUT_PAGE_FROM_URL, CopyMethod.APPEND_BLOCK_FROM_URL, CopyMethod.INCREMENTAL_COPY_BLOB];
  expect(Object.values(CopyMethod).filter((method) => !tried.has(method))).toEqual(elsewhere);
});

describe.each(ROUTES)("by %s", (_route, method, declared) => {
  it.each(OPTIONS.filter(([, options]) => optionsBeyond(method, options).length === 0))(
    "%s is honoured",
    async (_option, options, check) => {
      const isLeased = options.destinationLeaseId !== undefined;
      world.destination.putBlob("dst", "a", { ...OF_THEIRS, content: "theirs", ...(isLeased ? { leaseId: LEASE } : {}) });
      world.source.putBlob("src", "a", { ...OF_SOURCE, content: "new" });
      world.destination.createEncryptionScope("vault");
      check(await world.run(declared({ method, ...options })));
      expect(world.destination.snapshots("dst", "a")).toEqual([]);
    },
  );
});

/** Values that the service shows in another form than declared. */
const OTHERWISE_SHOWN: readonly (readonly [string, Declared])[] = [
  [
    "texts with blanks, empty ones, and names in capitals",
    {
      metadata: { Note: "  kept  ", none: "", blank: "   " },
      contentHeaders: { contentType: " text/plain ", cacheControl: " no-store", contentLanguage: "" },
      tags: { " a ": " b ", c: "" },
    },
  ],
  [
    "an empty type, for which the service has one, and a policy until a fraction of a second",
    { contentHeaders: { contentType: "" }, immutabilityPolicy: { until: "2096-02-29T23:59:59.1234567-11:30" }, legalHold: false },
  ],
];

/** Options whose effect a second run reads from the blob. */
const SHOWN = OPTIONS.map(([name, options]) => [name, options] as const).filter(([, options]) =>
  SHOWN_OPTION_NAMES.some((name) => options[name] !== undefined),
);

describe.each(ROUTES)("by %s", (_route, method, declared) => {
  const all = [...OTHERWISE_SHOWN, ...SHOWN];
  it.each(all.filter(([, options]) => optionsBeyond(method, options).length === 0))(
    "a second run has nothing to do for %s",
    async (_option, options) => {
      world.destination.createEncryptionScope("vault");
      world.source.putBlob("src", "a", { ...OF_SOURCE, content: "new", lastModified: Date.now() - 60_000 });
      const run = (overwrite: string, recopy = "on-intent-change") =>
        world.run(declared({ method, ...options, overwrite }), { intent: { recopy } });
      expect((await run("if-different")).receipt).toMatchObject({ copied: 1 });
      expect((await run("if-different")).receipt).toMatchObject({ skipped: 1 });
      expect((await run("always", "every-deploy")).receipt).toMatchObject({ skipped: 1 });
    },
  );
});

describe.each([
  ["pages", "PageBlob"],
  ["appended blocks", "AppendBlob"],
] as const)("by %s", (_route, type) => {
  const content = "new".padEnd(512);

  // Page and append blobs do not have such a tier, and none of their requests reads the whole
  // source.
  const ofBlocks = ["accessTier", "sourceContentMd5"];
  it.each(OPTIONS.filter(([, options]) => !ofBlocks.some((name) => name in options)))("%s is honoured", async (_option, options, check) => {
    world.source.putBlob("src", "a", { ...OF_SOURCE, type, content });
    world.destination.createEncryptionScope("vault");
    world.destination.putBlob("dst", "a", { ...OF_THEIRS, type, content: "theirs".padEnd(512) });
    check(await world.run(prefixes(options)));
    expect(a()?.type).toBe(type);
    expect(world.destination.snapshots("dst", "a")).toEqual([]);
  });
});

it.each([
  ["one request", "BlockBlob", {}],
  ["Copy Blob", "BlockBlob", { method: "copy-blob" }],
  ["pages", "PageBlob", {}],
  ["appended blocks", "AppendBlob", {}],
] as const)("no metadata that %s left is not copied again, and metadata that somebody adds is taken off", async (_route, type, options) => {
  world.source.putBlob("src", "a", { ...OF_SOURCE, type, content: "new".padEnd(512), lastModified: Date.now() - 60_000 });
  const run = () => world.run(prefixes({ overwrite: "if-different", metadata: {}, ...options }));
  expect((await run()).receipt).toMatchObject({ copied: 1 });
  expect((await run()).receipt).toMatchObject({ skipped: 1 });
  world.destination.putBlob("dst", "a", { ...OF_THEIRS, type, content: "new".padEnd(512), lastModified: Date.now() });
  expect((await run()).receipt).toMatchObject({ copied: 1 });
  expect(a()?.metadata).toEqual({});
});

it.each([CopyMethod.AUTO, CopyMethod.COPY_BLOB_FROM_URL, CopyMethod.COPY_BLOB])(
  "our marks are all the metadata of the source, and none is left by %s",
  async (method) => {
    world.source.putBlob("src", "a", { content: "new", metadata: { blobcopy_unfinished: "somebody" } });
    isCopied(await world.run(prefixes({ method })));
    expect(a()?.metadata).toEqual({});
  },
);

describe("a seal of an append blob", () => {
  const copyMethods = [CopyMethod.COPY_BLOB, CopyMethod.APPEND_BLOCK_FROM_URL];
  const seed = { type: "AppendBlob", content: "new" } as const;

  it.each(copyMethods.flatMap((method) => [true, false].map((isAtomic) => [method, isAtomic] as const)))(
    "is set by %s, in a set that is atomic: %s",
    async (method, atomic) => {
      world.source.putBlob("src", "a", seed);
      world.destination.putBlob("dst", "a", { ...seed, content: "theirs" });
      isCopied(await world.run({ ...prefixes({ method, seal: true }), atomic }));
      expect(a()?.isSealed).toBe(true);
    },
  );

  it.each(copyMethods)("is taken off what is sealed, by %s", async (method) => {
    world.source.putBlob("src", "a", { ...seed, isSealed: true });
    isCopied(await world.run(prefixes({ method, seal: false })));
    expect(a()?.isSealed).toBe(false);
  });

  it("is refused of a block blob before anything is sent", async () => {
    world.put({ a: "new" });
    const { failure } = await world.run(prefixes({ seal: true }));
    expect(failure?.message).toContain("cannot do seal");
    expect(world.contents()).toEqual({});
  });

  it("is undone with the copy when a later one of an atomic set fails", async () => {
    world.source.putBlob("src", "a", seed);
    world.source.putBlob("src", "b", seed);
    world.destination.putBlob("dst", "a", { ...seed, content: "theirs" });
    world.service.script.fault(
      { operation: "Put Blob", path: "/b", times: Infinity },
      { kind: "answer", status: 409, code: "BlobImmutableDueToPolicy" },
    );
    const { failure } = await world.run({ ...prefixes({ seal: true, method: "append-block-from-url" }), atomic: true });
    expect(failure).toBeDefined();
    expect(world.contents()).toEqual({ a: "theirs" });
    expect(a()?.isSealed).toBe(false);
  });

  it("whose answer is lost is found", async () => {
    world.source.putBlob("src", "a", seed);
    world.service.script.fault({ operation: "Append Blob Seal" }, { kind: "reset after effect" });
    isCopied(await world.run(prefixes({ method: CopyMethod.APPEND_BLOCK_FROM_URL, seal: true })));
    expect(a()?.isSealed).toBe(true);
  });
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

describe("a hold and a policy", () => {
  const policy = { until: UNTIL, mode: "unlocked" } as const;
  const declared = { legalHold: true, immutabilityPolicy: { until: UNTIL } };
  const run = (options: Declared = {}, set: Declared = {}) =>
    world.run({ ...prefixes({ overwrite: "if-different", ...declared, ...options }), ...set });

  it.each<[string, BlobSeed, Declared?]>([
    ["are there already", { legalHold: true, immutabilityPolicy: policy }],
    ["are missing", {}],
    ["are of another time", { legalHold: true, immutabilityPolicy: { ...policy, until: "Fri, 01 Jan 2100 00:00:00 GMT" } }],
    [
      "are not locked as declared",
      { immutabilityPolicy: policy, legalHold: true },
      { immutabilityPolicy: { until: UNTIL, mode: "Locked" } },
    ],
    ["are not wanted", { legalHold: true }, { legalHold: false, immutabilityPolicy: undefined }],
  ])("that %s are set without a copy, whatever the policy for what exists", async (_what, seed, options = {}) => {
    world.put({ a: "new" });
    for (const overwrite of ["if-different", "always"]) {
      const { etag } = world.destination.putBlob("dst", "a", { content: "new", ...seed });
      expect((await run({ ...options, overwrite })).failure).toBeUndefined();
      expect(a()?.etag).toBe(etag);
      expect((await run(options)).receipt).toMatchObject({ copied: 0, skipped: 1 });
    }
  });

  it("of a blob of other content have to be lifted by somebody before it is copied again", async () => {
    world.put({ a: "new" });
    world.destination.putBlob("dst", "a", { content: "theirs", legalHold: true });
    const { failure } = await run();
    expect(failure?.message).toContain("a legal hold protects the destination");
    expect(text()).toBe("theirs");
  });

  it("are lifted when an atomic set is put back, also of a blob that was only to be protected", async () => {
    world.put({ a: "new", b: "new", c: "new" });
    world.destination.putBlob("dst", "a", { content: "new", metadata: {} });
    world.destination.putBlob("dst", "b", { content: "theirs" });
    world.service.script.fault(
      { operation: "Put Blob From URL", path: "/c", times: Infinity },
      { kind: "answer", status: 409, code: "BlobImmutableDueToPolicy" },
    );
    const { failure } = await run({ method: "put-blob-from-url" }, { atomic: true, maxConcurrency: 1 });
    expect(failure).toBeDefined();
    expect(world.contents()).toEqual({ a: "new", b: "theirs" });
    for (const name of ["a", "b"])
      expect(world.destination.getBlob("dst", name)).toMatchObject({ legalHold: false, immutabilityPolicy: undefined });
  });

  it("that the service refuses fail the copy, and nothing of it stays", async () => {
    world.put({ a: "new" });
    const refused = { kind: "answer", status: 403, code: "AuthorizationPermissionMismatch" } as const;
    world.service.script.fault({ operation: "Set Blob Immutability Policy", times: Infinity }, refused);
    const { failure } = await run();
    expect(failure?.remedy).toContain("(i for a hold or a policy)");
    expect(world.contents()).toEqual({});
  });

  it("do not stay on what somebody else wrote just then", async () => {
    world.put({ a: "new" });
    let isTheirs = false;
    world.service.script.random(({ operation }) => {
      if (operation !== "Set Blob Legal Hold" || isTheirs) return undefined;
      isTheirs = true;
      world.destination.putBlob("dst", "a", { content: "theirs" });
      return undefined;
    });
    const { failure } = await run({ immutabilityPolicy: undefined });
    expect(failure?.message).toContain("another client replaced or deleted the destination before it was protected");
    expect(a()).toMatchObject({ legalHold: false });
    expect(text()).toBe("theirs");
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
