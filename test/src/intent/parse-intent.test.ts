import { CopyFailure } from "../../../src/failure/copy-failure";
import { AccessTier, COPY_OPTION_NAMES, CopyMethod, OverwritePolicy, SourceGuard } from "../../../src/intent";
import { parseDestroyIntent } from "../../../src/intent/parse/parse-destroy-intent";
import { parseIntent } from "../../../src/intent/parse/parse-intent";

const source = { kind: "url", url: "https://source.blob.core.windows.net/data/x" };
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
  const nulls = { metadata: null, tags: null, accessTier: null, sourceConditions: { ifMatch: null }, unknown: null };
  expect(parseIntent(intent({ set: null, wait: null }, nulls)).copies[0]).toEqual(
    expect.objectContaining({ sourceConditions: {}, overwrite: OverwritePolicy.ALWAYS }),
  );
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
  // The older name of what rehydrate says, too.
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
  expect(problemsOf({ encryptionScope: "a scope" })).toContain('copies[0].encryptionScope "a scope" is no name of an encryption scope');
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
  // As Terraform writes what it computed, and as earlier versions wrote it.
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
