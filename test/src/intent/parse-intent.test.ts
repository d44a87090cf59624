import { CopyFailure } from "../../../src/failure/copy-failure";
import { AccessTier, COPY_OPTION_NAMES, CopyMethod, OverwritePolicy, SourceGuard } from "../../../src/intent";
import { parseDestroyIntent } from "../../../src/intent/parse/parse-destroy-intent";
import { parseIntent } from "../../../src/intent/parse/parse-intent";
import { readManifest } from "../../../src/intent/parse/read-manifest";

const source = { kind: "blob", blobEndpoint: "https://source.blob.core.windows.net/", containerName: "data", blobName: "x" };
const destination = { kind: "blob", blobEndpoint: "https://dest.blob.core.windows.net/", containerName: "data", blobName: "x" };
const intent = (change: Record<string, unknown> = {}, copy: Record<string, unknown> = {}) => ({
  version: 1,
  owner: "stack/copy",
  copies: [{ source, destination, ...copy }],
  ...change,
});
const set = (change: Record<string, unknown> = {}, options: Record<string, unknown> = {}) => {
  const prefix = { blobEndpoint: "https://source.blob.core.windows.net/", containerName: "data" };
  const prefixes = { source: prefix, destination: { ...prefix, containerName: "other" }, options };
  return { version: 1, copies: [], set: { prefixes, ...change } };
};

const withPrefixes = (change: Record<string, unknown>) => ({
  ...set(),
  set: { prefixes: { ...set().set.prefixes, ...change } },
});

function refusal(json: unknown): string {
  try {
    parseIntent(json);
  } catch (error) {
    if (error instanceof CopyFailure) return error.why;
    throw error;
  }
  return "it was accepted";
}

test("defaults stand in for what an intent written by hand leaves out", () => {
  expect(parseIntent(intent())).toMatchObject({
    wait: true,
    timeoutMilliseconds: 3_600_000,
    copies: [{ overwrite: OverwritePolicy.ALWAYS, method: CopyMethod.AUTO, sourceGuard: SourceGuard.ETAG }],
  });
  expect(parseIntent(set()).set).toMatchObject({ atomic: false, maxConcurrency: 256, maxFailures: 20 });
  expect(parseIntent(set({ atomic: true })).set).toMatchObject({ maxFailures: 0 });
});

test("what Terraform writes for what was not given is as if it had not been given", () => {
  const nulls = { metadata: null, tags: { a: null }, accessTier: null, contentHeaders: { contentType: null }, unknown: null };
  expect(parseIntent(intent({ set: null, wait: null }, nulls)).copies[0]).toEqual(
    expect.objectContaining({ tags: {}, contentHeaders: {}, overwrite: OverwritePolicy.ALWAYS }),
  );
});

test.each([
  ["a condition", { sourceConditions: { ifMatch: null } }, "sourceConditions.ifMatch"],
  ["one of several conditions", { destinationConditions: { ifNoneMatch: "*", ifTags: null } }, "destinationConditions.ifTags"],
  ["all conditions", { destinationConditions: null }, "destinationConditions"],
  ["the MD5 of the source", { sourceContentMd5: null }, "sourceContentMd5"],
  ["a snapshot", { source: { ...source, snapshot: null } }, "source.snapshot"],
  ["a version", { source: { ...source, versionId: null } }, "source.versionId"],
  [
    "the identity that signs in",
    { source: { ...source, credential: { kind: "managed-identity", clientId: null } } },
    "source.credential.clientId",
  ],
])("%s that comes out as null does not vanish", (_, copy, at) => {
  expect(refusal(intent({}, copy))).toBe(
    `copies[0].${at} is null, which would have the same effect as no declaration; give a value, or leave it out of the declaration`,
  );
});

test.each([
  ["include", { include: null }, "include"],
  ["exclude", { exclude: null }, "exclude"],
  ["a new name", { rename: { a: null } }, "rename.a"],
])("%s of a prefix does not vanish", (_, names, at) => {
  const { prefixes } = set().set;
  expect(refusal(set({ prefixes: { ...prefixes, ...names } }))).toContain(`set.prefixes.${at} is null, which would have the same effect`);
});

test("a prefix that comes out as null does not mean the whole container", () => {
  const { prefixes } = set().set;
  for (const side of ["source", "destination"] as const) {
    const changed = { ...prefixes, [side]: { ...prefixes[side], prefix: null } };
    expect(refusal(set({ prefixes: changed }))).toContain(`set.prefixes.${side}.prefix is null`);
  }
});

test("globs that come out as none do not mean every name", () => {
  const { prefixes } = set().set;
  expect(refusal(set({ prefixes: { ...prefixes, include: [] } }))).toContain(
    "set.prefixes.include is empty, which would mean every name; leave it out for that",
  );
  for (const name of ["include", "exclude"])
    expect(refusal(set({ prefixes: { ...prefixes, [name]: ["a", ""] } }))).toContain(
      `set.prefixes.${name}[1] must be a string that is not empty`,
    );
  expect(parseIntent(set({ prefixes: { ...prefixes, exclude: [] } })).set?.prefixes).toMatchObject({ include: [], exclude: [] });
});

test.each(["manifestOut", "report"])("a %s that comes out as empty is told before anything is copied", (name) => {
  expect(refusal(set({ [name]: "" }))).toContain(`set.${name} "" is empty; leave it out`);
});

test("an identity that comes out as empty is told, and not another one used", () => {
  const credential = { kind: "managed-identity", clientId: "" };
  expect(refusal(intent({}, { source: { ...source, credential } }))).toContain('copies[0].source.credential.clientId "" is empty');
});

test("conditions of a prefix, and those of a list, do not vanish either", async () => {
  const why = "sourceConditions.ifMatch is null, which would have the same effect as no declaration";
  expect(refusal(set({}, { sourceConditions: { ifMatch: null } }))).toContain(`set.prefixes.options.${why}`);
  const lines = async function* () {
    await Promise.resolve();
    yield JSON.stringify({ key: "a", source, destination, sourceConditions: { ifMatch: [0] } });
  };
  const read = readManifest({ file: "copies.ndjson", values: [null] }, lines()).next();
  await expect(read).rejects.toThrow(`copies.ndjson, line 1: ${why}`);
});

/**
 * Problems that synth reports for known values. For other values the service would refuse them only
 * after the copy, or without a clear message.
 */
test.each([
  ["a tag that is too long", { tags: { a: "x".repeat(257) } }, 'copies[0].tags.a "xxx'],
  ["a tag with letters that tags have not", { tags: { a: "ä" } }, 'copies[0].tags.a "ä" is not a value of a tag'],
  ["a name of a tag that is too long", { tags: { ["n".repeat(129)]: "a" } }, "is not a name of a tag"],
  ["a tag without a name", { tags: { "": "a" } }, 'copies[0].tags has "", which is not a name of a tag'],
  ["a tag with the name of a mark", { tags: { blobcopy_owner: "a" } }, 'copies[0].tags has "blobcopy_owner", which is not a name of a tag'],
  [
    "eleven tags",
    { tags: Object.fromEntries(Array.from({ length: 11 }, (_, at) => [`t${at}`, "a"])) },
    "copies[0].tags has 11 names, and the service takes 10",
  ],
  ["metadata with a name of another form", { metadata: { "a-b": "c" } }, 'copies[0].metadata has "a-b", which is not a name of metadata'],
  [
    "metadata with the name of a mark",
    { metadata: { BlobCopy_Owner: "a" } },
    'copies[0].metadata has "BlobCopy_Owner", which is not a name',
  ],
  ["metadata that no header carries", { metadata: { a: "ü" } }, 'copies[0].metadata.a "ü" is not printable ASCII'],
  ["metadata of two lines", { metadata: { a: "b\nc" } }, "is not printable ASCII"],
  ["too much metadata", { metadata: { a: "x".repeat(8192) } }, "copies[0].metadata takes 8193 bytes, and the service stores 8192"],
  [
    "a header that no header carries",
    { contentHeaders: { contentType: "ü" } },
    'copies[0].contentHeaders.contentType "ü" is not printable',
  ],
  ["a snapshot that is empty", { source: { ...source, snapshot: "" } }, 'copies[0].source.snapshot "" is not a time stamp'],
  ["a version that is none", { source: { ...source, versionId: "latest" } }, 'copies[0].source.versionId "latest" is not a time stamp'],
])("%s is told before anything is requested", (_, copy, why) => {
  expect(refusal(intent({}, copy))).toContain(why);
});

test("what is as long as the service takes is taken", () => {
  const tags = { ["n".repeat(128)]: "x".repeat(256), ...Object.fromEntries(Array.from({ length: 9 }, (_, at) => [`t ${at}`, ""])) };
  const copy = { tags, metadata: { a: "x".repeat(8191) }, source: { ...source, snapshot: "2026-03-09T01:42:34.9360000Z" } };
  expect(parseIntent(intent({}, copy)).copies[0]).toMatchObject(copy);
});

test.each([
  ["a place", { source: { ...source, containerName: ["a"] } }, 'copies[0].source.containerName must be a string, got ["a"]'],
  ["a policy", { immutabilityPolicy: { until: ["a"] } }, 'copies[0].immutabilityPolicy.until must be a string, got ["a"]'],
  [
    "a policy that is empty",
    { immutabilityPolicy: { until: "" } },
    "copies[0].immutabilityPolicy.until must be a string that is not empty",
  ],
  ["a long text", { accessTier: "x".repeat(1000) }, `must be one of Hot, Cool`],
])("one fault of %s is told once", (_, copy, why) => {
  const told = refusal(intent({}, copy));
  expect(told).toContain(why);
  expect(told.split("copies[0]")).toHaveLength(2);
  expect(told.length).toBeLessThan(300);
});

test("a text that is too long for a message is shown with its end cut", () => {
  expect(refusal(intent({}, { destinationLeaseId: "x".repeat(1000) }))).toContain(`"${"x".repeat(59)}… is not a GUID`);
});

test("a number that Terraform has computed is text where text is meant", () => {
  const copy = { metadata: { build: 7, isRelease: true }, destination: { ...destination, blobName: 2024 } };
  expect(parseIntent(intent({}, copy)).copies[0]).toMatchObject({
    metadata: { build: "7", isRelease: "true" },
    destination: { blobName: "2024" },
  });
});

test.each([
  ["a misspelt option", intent({}, { metdata: {} }), "copies[0].metdata is not known here; did you mean metadata?"],
  ["an option of another object", intent({}, { colour: "red" }), "copies[0].colour is not known here"],
  ["a misspelt header", intent({}, { contentHeaders: { contentTyp: "a/b" } }), "did you mean contentType?"],
  ["an ETag that Terraform has without its quotes", intent({}, { destinationConditions: { ifMatch: "0x8D" } }), '"0x8D" is not an ETag'],
  ["an ETag that came out empty, and would keep nobody out", intent({}, { sourceConditions: { ifMatch: "" } }), '"" is not an ETag'],
  ["a number for an ETag", intent({}, { destinationConditions: { ifNoneMatch: 5 } }), '"5" is not an ETag'],
  ...["ifNoneMatch", "ifTags", "ifModifiedSince"].map((name): [string, unknown, string] => [
    `a ${name} that is empty`,
    intent({}, { destinationConditions: { [name]: "" } }),
    `copies[0].destinationConditions.${name} ""`,
  ]),
  ["a misspelt condition", intent({}, { sourceConditions: { ifMach: "a" } }), "did you mean ifMatch?"],
  ["a misspelt part of a place", intent({}, { source: { ...source, snapshto: "x" } }), "did you mean snapshot?"],
  [
    "a misspelt option of a prefix",
    set({}, { overwirte: "never" }),
    "set.prefixes.options.overwirte is not known here; did you mean overwrite?",
  ],
  ...(
    [
      ["of a run", { timeOut: 5, wait: true }, {}, "timeOut is not known here"],
      [
        "of a run, spelled otherwise",
        { timeoutMiliseconds: 5 },
        {},
        "timeoutMiliseconds is not known here; did you mean timeoutMilliseconds?",
      ],
      ["of a copy, given to the run", { overwrite: "never" }, {}, "overwrite is not known here"],
      [
        "of an identity",
        {},
        { source: { ...source, credential: { kind: "managed-identity", clientid: "x" } } },
        "copies[0].source.credential.clientid is not known here; did you mean clientId?",
      ],
      [
        "of a key",
        {},
        { destination: { ...destination, encryptionKey: { variable: "A", name: "B" } } },
        "copies[0].destination.encryptionKey.name is not known here",
      ],
    ] as const
  ).map(([what, ofRun, ofCopy, why]): [string, unknown, string] => [`a misspelt part ${what}`, intent(ofRun, ofCopy), why]),
  ...(
    [
      ["atomic", { atomc: true }, {}, "set.atomc is not known here; did you mean atomic?"],
      ["prune", { purne: true }, {}, "set.purne is not known here; did you mean prune?"],
      ["allowEmpty", { allowempty: true }, {}, "set.allowempty is not known here; did you mean allowEmpty?"],
      ["a prefix", {}, { prefx: "v3/" }, "set.prefixes.source.prefx is not known here; did you mean prefix?"],
      [
        "the credential of a prefix",
        {},
        { credential: { kind: "sas", variable: "A", tenantID: "x" } },
        "credential.tenantID is not known here; did you mean tenantId?",
      ],
    ] as const
  ).map(([what, more, ofSource, why]): [string, unknown, string] => {
    const { prefixes } = set().set;
    return [
      `a misspelt word of a set: ${what}`,
      set({ ...more, prefixes: { ...prefixes, source: { ...prefixes.source, ...ofSource } } }),
      why,
    ];
  }),
  ["a misspelt filter", withPrefixes({ includes: ["*.bin"] }), "set.prefixes.includes is not known here; did you mean include?"],
  [
    "a misspelt filter of what is left out",
    withPrefixes({ exlude: ["*.bin"] }),
    "set.prefixes.exlude is not known here; did you mean exclude?",
  ],
  ["a value that is none of an option's", intent({}, { accessTier: "Warm" }), "copies[0].accessTier must be one of Hot, Cool"],
  ["a text for a number", set({ maxConcurrency: "many" }), "set.maxConcurrency must be a number"],
  ["too many requests", set({ maxConcurrency: 5000 }), "set.maxConcurrency must be a whole number from 1 to 4096, got 5000"],
  ["no place", { version: 1, copies: [{ source }] }, "copies[0].destination must be an object, got nothing"],
  ["a part that is missing", intent({}, { source: { kind: "blob" } }), "copies[0].source.blobEndpoint must be a string that is not empty"],
  ["a secret without its variable", intent({}, { source: { ...source, credential: { kind: "sas" } } }), "credential.variable must name"],
  ["a list of nothing", intent({ copies: [null] }), "copies[0] must be an object"],
  ["another version", intent({ version: 2 }), "version is 2"],
  ["what is not an object", "intent", "the intent must be an object"],
])("%s is told with its path", (_, json, why) => {
  expect(refusal(json)).toContain(why);
});

test("all problems are told at once", () => {
  expect(refusal(intent({ wait: "no" }, { method: "teleport", metdata: {} })).split("; ").length).toBeGreaterThanOrEqual(3);
});

test("what an earlier version has left for a destroy is understood, whatever else it holds", () => {
  const old = {
    version: 1,
    owner: "stack/copy",
    destination: { ...destination, note: "extra", credential: { kind: "sas", variable: "SAS", accountName: null } },
    onDestroy: "delete",
    receipt: { etag: '"1"', copyId: "", copyStatus: "success", versionId: "" },
  };
  expect(parseDestroyIntent(old)).toMatchObject({ destination: { blobName: "x", credential: { variable: "SAS" } }, onDestroy: "delete" });
});

test("every option reaches the program as it was declared", () => {
  const options = {
    metadata: { a: "b" },
    tags: { c: "d" },
    copySourceTags: false,
    contentHeaders: { contentType: "text/plain" },
    accessTier: AccessTier.COOL,
    overwrite: OverwritePolicy.NEVER,
    method: CopyMethod.AUTO,
    sourceConditions: { ifMatch: '"1"' },
    destinationConditions: { ifNoneMatch: "*" },
    rehydrate: { priority: "High", wait: true },
    rehydratePriority: "Standard",
    sourceGuard: SourceGuard.NONE,
    destinationLeaseId: "00000000-0000-0000-0000-000000000000",
    encryptionScope: "vault-2026",
    sourceContentMd5: "XUFAKrxLKna5cZ2REBfFkg==",
    legalHold: true,
    immutabilityPolicy: { until: "2099-01-01", mode: "Locked" },
    seal: true,
  };
  expect(Object.keys(options)).toEqual(COPY_OPTION_NAMES);
  // Includes the older name of `rehydrate.priority`.
  expect(parseIntent(intent({}, options)).copies[0]).toEqual({ ...options, rehydratePriority: undefined, source, destination });
});

test("an option that the declared method cannot do is a problem, and so is a text of another form", () => {
  const problemsOf = (options: Record<string, unknown>) => {
    try {
      parseIntent(intent({}, options));
    } catch (error) {
      return String(error);
    }
    return "";
  };
  expect(problemsOf({ method: CopyMethod.COPY_BLOB, encryptionScope: "vault" })).toContain(
    "copies[0].encryptionScope cannot be done by the method copy-blob",
  );
  expect(problemsOf({ encryptionScope: "a scope" })).toContain('copies[0].encryptionScope "a scope" is not a name of an encryption scope');
  expect(problemsOf({ immutabilityPolicy: { mode: "Locked" } })).toContain("copies[0].immutabilityPolicy.until must be a string");
  expect(problemsOf({ immutabilityPolicy: { until: "soon" } })).toContain('copies[0].immutabilityPolicy.until "soon" is not a time');
  expect(problemsOf({ destinationLeaseId: "mine" })).toContain('copies[0].destinationLeaseId "mine" is not a GUID');
});

describe("an incremental copy", () => {
  const incremental = (from: object, options: object = {}) =>
    parseIntent(intent({}, { ...options, source: from, method: "incremental-copy-blob" }));
  const SNAPSHOT = "2026-03-09T01:42:34.9360000Z";
  const URL = "https://source.blob.core.windows.net/disks/disk.vhd";

  test.each([
    [{ kind: "url", url: `${URL}?snapshot=${SNAPSHOT}` }],
    [{ kind: "url", url: `${URL}?Snapshot=${encodeURIComponent(SNAPSHOT)}` }],
    [
      {
        kind: "blob",
        blobEndpoint: "https://source.blob.core.windows.net",
        containerName: "disks",
        blobName: "disk.vhd",
        snapshot: SNAPSHOT,
      },
    ],
  ])("is of a snapshot: %j", (from) => {
    expect(incremental(from).copies[0]?.method).toBe(CopyMethod.INCREMENTAL_COPY_BLOB);
  });

  test.each([
    [{ kind: "url", url: URL }],
    [{ kind: "url", url: `${URL}?versionid=${SNAPSHOT}` }],
    [{ kind: "url", url: `${URL}?snapshot=` }],
    [{ kind: "file", fileEndpoint: "https://source.file.core.windows.net", shareName: "disks", filePath: "disk.vhd" }],
  ])("is of nothing else: %j", (from) => {
    expect(() => incremental(from)).toThrow(/source must be a snapshot for the method incremental-copy-blob/);
  });

  test("is none of a set", () => {
    const prefix = { blobEndpoint: "https://source.blob.core.windows.net", containerName: "disks" };
    const prefixes = { source: prefix, destination: { ...prefix, containerName: "backups" }, options: { method: "incremental-copy-blob" } };
    expect(() => parseIntent({ version: 1, copies: [], owner: "Stack/set", set: { prefixes } })).toThrow(
      /method incremental-copy-blob is for single copies/,
    );
  });

  test("carries no properties", () => {
    expect(() => incremental({ kind: "url", url: `${URL}?snapshot=${SNAPSHOT}` }, { tags: { a: "b" }, accessTier: "P4" })).toThrow(
      /tags cannot be done by the method incremental-copy-blob[\s\S]*accessTier cannot be done/,
    );
  });
});

test.each([
  [{ rehydratePriority: "High" }, { priority: "High" }],
  [{ rehydrate: { wait: true } }, { wait: true }],
  // As Terraform writes computed values, and as earlier versions wrote them.
  [{ rehydrate: { wait: "true" } }, { wait: true }],
  [{ rehydrate: { priority: "High", wait: "false" } }, { priority: "High", wait: false }],
  [
    { rehydratePriority: "High", rehydrate: { wait: true } },
    { priority: "High", wait: true },
  ],
])("how an archived source comes online may be written as %j", (written, read) => {
  expect(parseIntent(intent({}, written)).copies[0]?.rehydrate).toEqual(read);
});

test.each([[{ priority: "Soon" }], [{ wait: "perhaps" }], [{ wait: 1 }], [{ until: "now" }]])("rehydrate cannot be %j", (rehydrate) => {
  expect(() => parseIntent(intent({}, { rehydrate }))).toThrow(/rehydrate/);
});
