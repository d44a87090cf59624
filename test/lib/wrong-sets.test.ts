import { TerraformVariable, Token } from "cdktf";
import type { BlobCopySetConfig, BlobPrefixOptions, SetCopyConfig } from "../../lib";
import {
  AccessTier,
  BlobCopy,
  BlobCopySet,
  BlobDestination,
  BlobSource,
  CopyMethod,
  Credential,
  DestroyPolicy,
  ImmutabilityMode,
  OverwritePolicy,
  RecopyPolicy,
  RehydratePriority,
  RollbackPolicy,
  SourceGuard,
} from "../../lib";
import type { TerraformStack } from "cdktf";
import { problemsOf as problemsOfSynth, testStack } from "./support/synthesized";

const SOURCE = "https://source.blob.core.windows.net/";
const DESTINATION = "https://destination.blob.core.windows.net/";

function from(more: Partial<BlobPrefixOptions> = {}) {
  return BlobSource.fromPrefix({ blobEndpoint: SOURCE, containerName: "models", prefix: "v3/", ...more });
}

function to(more: Partial<BlobPrefixOptions> = {}) {
  return BlobDestination.fromPrefix({ blobEndpoint: DESTINATION, containerName: "backups", prefix: "v3/", ...more });
}

function copy(name: string, more: Partial<SetCopyConfig> = {}): SetCopyConfig {
  return {
    source: BlobSource.fromContainer({ blobEndpoint: SOURCE, containerName: "models", blobName: name }),
    destination: BlobDestination.fromContainer({ blobEndpoint: DESTINATION, containerName: "backups", blobName: name }),
    ...more,
  };
}

function problemsOf(stack: TerraformStack): string[] {
  return problemsOfSynth(stack).map((line) => line.replace("[stack/set] ", ""));
}

function declare(config: (token: string) => BlobCopySetConfig, use: (set: BlobCopySet) => void = () => undefined): TerraformStack {
  const stack = testStack();
  const { stringValue } = new TerraformVariable(stack, "value", { type: "string" });
  use(new BlobCopySet(stack, "set", config(stringValue)));
  return stack;
}

/** The mistake, the declaration, and the problem that synth must report. */
type Case = readonly [what: string, wrong: (token: string) => BlobCopySetConfig, problem: string];

const CONTENT: Case[] = [
  [
    "a prefix of chains",
    () => ({ from: from(), to: to(), method: CopyMethod.INCREMENTAL_COPY_BLOB }),
    "method is INCREMENTAL_COPY_BLOB, which adds a snapshot of one blob to its chain, but a set copies many blobs; declare each as a BlobCopy.",
  ],
  [
    "a list with a chain",
    () => ({ copies: [copy("a"), copy("b", { method: CopyMethod.INCREMENTAL_COPY_BLOB })] }),
    "method is INCREMENTAL_COPY_BLOB, which adds a snapshot of one blob to its chain, but a set copies many blobs; declare each as a BlobCopy.",
  ],
  ["a set of nothing", () => ({}), "nothing is declared to be copied; give copies, or from and to."],
  [
    "an atomic set with a key of its destination",
    () => ({ from: from(), to: to({ encryptionKeyEnvironment: "KEY" }), atomic: true }),
    "atomic is true, but the destination has an encryption key, and Copy Blob, which restores replaced blobs, does not take one; remove one of them.",
  ],
  [
    "a key of a prefix beside a scope",
    () => ({ from: from(), to: to({ encryptionKeyEnvironment: "KEY" }), encryptionScope: "vault" }),
    "encryptionScope and to.encryptionKeyEnvironment are given, but a blob can have only one of them; remove one.",
  ],
  [
    "a key of a prefix where the name of its variable should be",
    () => ({ from: from({ encryptionKeyEnvironment: "not a name" }), to: to() }),
    'from.encryptionKeyEnvironment does not name an environment variable: it takes the name (letters, digits and "_", not starting with a digit), never the value.',
  ],
  ["no copies", () => ({ copies: [] }), "copies is empty; declare at least one copy, or leave the set out."],
  ["from without to", () => ({ from: from() }), "from is given without to; give both, or copies."],
  ["to without from", () => ({ to: to() }), "to is given without from; give both, or copies."],
  [
    "copies and prefixes",
    () => ({ copies: [copy("a")], from: from(), to: to() }),
    "copies and from or to are given; a set has either, so make two sets.",
  ],
  [
    "prune that nothing runs",
    () => ({ from: from(), to: to(), prune: true }),
    "prune is true, but the set runs again only when its declaration changes, so it does not notice which blobs the source no longer has; add recopy: RecopyPolicy.EVERY_DEPLOY, or copyTriggers.",
  ],
  [
    "prune that only an empty map would run",
    () => ({ from: from(), to: to(), prune: true, copyTriggers: {} }),
    "prune is true, but the set runs again only when its declaration changes, so it does not notice which blobs the source no longer has; add recopy: RecopyPolicy.EVERY_DEPLOY, or copyTriggers.",
  ],
  [
    "prune that only a change of the declaration runs",
    () => ({ from: from(), to: to(), prune: true, recopy: RecopyPolicy.ON_INTENT_CHANGE, copyTriggers: undefined }),
    "prune is true, but the set runs again only when its declaration changes, so it does not notice which blobs the source no longer has; add recopy: RecopyPolicy.EVERY_DEPLOY, or copyTriggers.",
  ],
  [
    "a host that nobody may write",
    () => ({ from: from(), to: to({ blobEndpoint: "https://source.contoso.com/" }) }),
    "to is on source.contoso.com, which is not recognised as Azure Storage, so it does not have a credential by default, and a blob cannot be written anonymously; give one, such as Credential.defaultAzureCredential().",
  ],
  [
    "the key of another account",
    () => ({ from: from(), to: to({ credential: Credential.accountKeyFromEnvironment("KEY", { accountName: "other" }) }) }),
    'to.credential is a key of the account "other", but the destination is in "destination"; give the key of that account.',
  ],
  ...["$blobchangefeed", "$logs"].map((containerName): Case => [
    `a container that the service alone writes, ${containerName}`,
    () => ({ from: from(), to: to({ containerName }) }),
    `to.containerName: only the service itself writes to the container ${containerName}; give another one.`,
  ]),
  [
    "globs for copies",
    () => ({ copies: [copy("a")], include: ["*"] }),
    "include is given with copies, but it is for from and to; remove it.",
  ],
  [
    "allowEmpty for copies",
    () => ({ copies: [copy("a")], allowEmpty: true }),
    "allowEmpty is given with copies, but it is for from and to; remove it.",
  ],
  [
    "onDestroy for copies to two containers",
    () => ({
      copies: [
        copy("a"),
        copy("b", { destination: BlobDestination.fromContainer({ blobEndpoint: DESTINATION, containerName: "others", blobName: "b" }) }),
      ],
      onDestroy: DestroyPolicy.DELETE,
    }),
    'copies[1] "b": onDestroy is DELETE, for which the set keeps an inventory in the one container of its destinations, but this destination is not made with BlobDestination.fromContainer in the container and with the credential of copies[0]; make a set for each container.',
  ],
  [
    "onDestroy for copies by two credentials",
    () => ({
      copies: [
        copy("a"),
        copy("b", {
          destination: BlobDestination.fromContainer({
            blobEndpoint: DESTINATION,
            containerName: "backups",
            blobName: "b",
            credential: Credential.sasFromEnvironment("SAS"),
          }),
        }),
      ],
      onDestroy: DestroyPolicy.DELETE,
    }),
    'copies[1] "b": onDestroy is DELETE, for which the set keeps an inventory in the one container of its destinations, but this destination is not made with BlobDestination.fromContainer in the container and with the credential of copies[0]; make a set for each container.',
  ],
  [
    "onDestroy for copies to URLs",
    () => ({ copies: [copy("a", { destination: BlobDestination.fromUrl(`${DESTINATION}backups/a`) })], onDestroy: DestroyPolicy.DELETE }),
    'copies[0] "https://destination.blob.core.windows.net/backups/a": onDestroy is DELETE, for which the set keeps an inventory in the one container of its destinations, but this destination is not made with BlobDestination.fromContainer; make a set for each container.',
  ],
  [
    "onDestroy for copies by a secret that is gone at destroy",
    (token) => ({
      copies: [
        copy("a", {
          destination: BlobDestination.fromContainer({
            blobEndpoint: DESTINATION,
            containerName: "backups",
            blobName: "a",
            credential: Credential.sas(token),
          }),
        }),
      ],
      onDestroy: DestroyPolicy.DELETE,
    }),
    "onDestroy is DELETE, and destination.credential is a secret that Terraform holds: at destroy Terraform passes a program only values from its state, and a secret must not be there; use Credential.defaultAzureCredential() or a credential from the environment.",
  ],
  [
    "a secret that is gone at destroy",
    (token) => ({ from: from(), to: to({ credential: Credential.sas(token) }), onDestroy: DestroyPolicy.DELETE }),
    "onDestroy is DELETE, and to.credential is a secret that Terraform holds: at destroy Terraform passes a program only values from its state, and a secret must not be there; use Credential.defaultAzureCredential() or a credential from the environment.",
  ],
  ["prune for copies", () => ({ copies: [copy("a")], prune: true }), "prune is given with copies, but it is for from and to; remove it."],
  [
    "an option beside copies",
    () => ({ copies: [copy("a")], overwrite: OverwritePolicy.NEVER }),
    "overwrite is given beside copies, each of which has its own options; give it to each copy.",
  ],
  [
    "a blob for a prefix",
    () => ({ from: copy("a").source as unknown as ReturnType<typeof from>, to: to() }),
    "from must be made with BlobSource.fromPrefix.",
  ],
  [
    "a prefix for a blob",
    () => ({ copies: [copy("a", { source: from() as unknown as BlobSource })] }),
    "copies[0]: source must be made with BlobSource.fromUrl, BlobSource.fromContainer or BlobSource.fromFileShare.",
  ],
];

const COPIES: Case[] = [
  [
    "a wrong name in one copy, which is named",
    () => ({
      copies: [copy("a"), copy("b", { source: BlobSource.fromContainer({ blobEndpoint: SOURCE, containerName: "A", blobName: "b" }) })],
    }),
    'copies[1] "b": source.containerName "A" is not a container name: use 3 to 63 lower-case letters, digits and single hyphens, starting and ending with a letter or digit (or $root, $web, $logs, $blobchangefeed).',
  ],
  [
    "contradictory options in one copy",
    () => ({ copies: [copy("a", { key: "first", tags: { a: "b" }, copySourceTags: true })] }),
    'copies[0] "first": tags and copySourceTags are given, and the service takes only one of them; remove one.',
  ],
  [
    "two copies to one blob",
    () => ({ copies: [copy("a"), copy("b", { key: "b", destination: copy("a").destination })] }),
    'copies[1] "b": destination is also written by stack/set (copies[0] "a"); two copies to one blob would undo each other, so give one of them another destination.',
  ],
  [
    "two copies of one key",
    () => ({ copies: [copy("a"), copy("b", { key: "a" })] }),
    'copies[1] "a": key "a" is also that of copies[0]; give one of them another key.',
  ],
  [
    "a key that only Terraform knows",
    (token) => ({ copies: [copy("a", { key: token })] }),
    'copies[0]: key must be a string that is not empty and known at synth, got "${…}".',
  ],
  [
    "metadata whose names only Terraform knows",
    (token) => ({ copies: [copy("a", { metadata: Token.asStringMap(token) })] }),
    'copies[0] "a": metadata has names that only Terraform knows, and a copy of a set needs them at synth; give each name with its value.',
  ],
  [
    "a blob onto itself",
    () => ({ copies: [copy("a", { source: BlobSource.fromUrl(`${DESTINATION}backups/a`) })] }),
    'copies[0] "a": source and destination are the same blob, and no option changes it; remove the copy.',
  ],
];

const PREFIXES: Case[] = [
  [
    "a container name with capitals",
    () => ({ from: from({ containerName: "My-Container" }), to: to() }),
    'from.containerName "My-Container" is not a container name: use 3 to 63 lower-case letters, digits and single hyphens, starting and ending with a letter or digit (or $root, $web, $logs, $blobchangefeed).',
  ],
  [
    "a prefix that climbs out of the container",
    () => ({ from: from(), to: to({ prefix: "../other/" }) }),
    'to.prefix "../other/" contains the path segment "." or "..", which can lead out of the container; write the name without it.',
  ],
  [
    "an anonymous destination",
    () => ({ from: from(), to: to({ credential: Credential.anonymous() }) }),
    "to.credential is Credential.anonymous(), but a blob cannot be written anonymously; give another credential.",
  ],
  [
    "a literal secret",
    () => ({ from: from({ credential: Credential.sas("sv=1&sig=c2VjcmV0") }), to: to() }),
    'from.credential is a literal secret, which would be written to the synthesized folder; give a Terraform value, or put it into an environment variable and use Credential.sasFromEnvironment("NAME").',
  ],
  [
    "a destination inside the source",
    () => ({ from: from({ prefix: "" }), to: to({ blobEndpoint: SOURCE, containerName: "models", prefix: "backup/" }) }),
    'from and to: its destination names ("backup/") and its source names ("") overlap in one container, so the set would copy its own results; choose another prefix or container, or exclude "backup/**".',
  ],
  [
    "a prefix onto itself",
    () => ({ from: from(), to: to({ blobEndpoint: SOURCE, containerName: "models" }), rename: { a: "b" } }),
    'from and to: its destination names ("v3/") and its source names ("v3/") overlap in one container, so the set would copy its own results; choose another prefix or container.',
  ],
  [
    "a locked policy that is all or nothing",
    () => ({ from: from(), to: to(), atomic: true, immutabilityPolicy: { until: "2099-01-01", mode: ImmutabilityMode.LOCKED } }),
    "atomic is true, but an immutability policy is LOCKED, and a rollback could not undo a locked blob; use UNLOCKED, and lock it later.",
  ],
  [
    "one MD5 for all blobs",
    () => ({ from: from(), to: to(), sourceContentMd5: "XUFAKrxLKna5cZ2REBfFkg==" }),
    "sourceContentMd5 is given, but it is of one blob's content, and from copies many; declare the blobs in copies.",
  ],
  [
    "a lease on many blobs",
    () => ({ from: from(), to: to(), destinationLeaseId: "11111111-2222-3333-4444-555555555555" }),
    "destinationLeaseId is given, but a lease is on one blob, and from copies many; declare the leased ones in copies.",
  ],
  [
    "one ETag for all blobs",
    () => ({ from: from(), to: to(), sourceGuard: SourceGuard.NONE, sourceConditions: { ifMatch: '"0x1"' } }),
    "sourceConditions.ifMatch is the ETag of one blob, and from copies many; remove it, or declare the blobs in copies.",
  ],
  [
    "an unbalanced glob",
    () => ({ from: from(), to: to(), include: ["*.{onnx,json"] }),
    'include[0] "*.{onnx,json" has a brace without its partner; write alternatives as {a,b}.',
  ],
  [
    "a negated glob",
    () => ({ from: from(), to: to(), include: ["**", "!tmp/**"] }),
    'include[1] "!tmp/**" starts with "!", which is not part of a glob; use exclude to leave names out.',
  ],
  [
    "a glob from the root",
    () => ({ from: from(), to: to(), exclude: ["/tmp/**"] }),
    'exclude[0]: "/tmp/**" starts with "/", but names are relative to the prefix; remove it.',
  ],
  ["an empty glob", () => ({ from: from(), to: to(), include: [""] }), 'include[0] must be a string that is not empty, got "".'],
  [
    "a folder renamed to a blob",
    () => ({ from: from(), to: to(), rename: { "old/": "new" } }),
    'rename["old/"] renames everything below it to "new", which does not end in "/"; add it.',
  ],
  [
    "a blob renamed to a folder",
    () => ({ from: from(), to: to(), rename: { old: "new/" } }),
    'rename["old"] renames one blob to "new/", which is not the name of a blob; end both in "/" to rename everything below.',
  ],
  [
    "two blobs renamed to one",
    () => ({ from: from(), to: to(), rename: { a: "c", b: "c" } }),
    'rename["b"] is "c", but "a" is also renamed to it; give one of them another name.',
  ],
  [
    "a rename that climbs out of the container",
    () => ({ from: from(), to: to(), rename: { a: "../b" } }),
    'rename["a"] "../b" contains the path segment "." or "..", which can lead out of the container; write the name without it.',
  ],
  ...(
    [
      ["a prefix", 'from.prefix "u\\u0308/"', { from: from({ prefix: "u\u0308/" }) }],
      ["a glob", 'include[0] "u\\u0308/**"', { include: ["u\u0308/**"] }],
      ["a glob of what is left out", 'exclude[0] "u\\u0308/**"', { exclude: ["u\u0308/**"] }],
      ["a name that is renamed", 'rename "u\\u0308/"', { rename: { "u\u0308/": "v/" } }],
      ["a new name", 'rename "u\\u0308/"', { rename: { "v/": "u\u0308/" } }],
    ] satisfies [string, string, Partial<BlobCopySetConfig>][]
  ).map(([what, at, wrong]): Case => [
    `${what} whose accents are apart`,
    () => ({ from: from(), to: to(), ...wrong }),
    `${at} has a letter and its accent as two characters, which Terraform combines into one, so that the name changes; call normalize("NFC") if that is the name, or declare the blobs in copies.`,
  ]),
  [
    "names beyond what an environment variable holds",
    () => ({ from: from(), to: to(), exclude: Array.from({ length: 5_000 }, (_, index) => `directory/of/blobs/${index + 10_000}`) }),
    "include, exclude and rename take 135013 bytes; a set takes at most 100000. Declare the blobs in copies.",
  ],
];

const RUN: Case[] = [
  [
    "a bandwidth in bits",
    () => ({ from: from(), to: to(), bandwidth: "200Mbit/s" }),
    'bandwidth "200Mbit/s" is not a rate: write a number above 0 and a unit of bytes, known at synth, such as "200MB/s" or "1GiB/s" (no bits).',
  ],
  [
    "a bandwidth of nothing",
    () => ({ from: from(), to: to(), bandwidth: "0MB/s" }),
    'bandwidth "0MB/s" is not a rate: write a number above 0 and a unit of bytes, known at synth, such as "200MB/s" or "1GiB/s" (no bits).',
  ],
  [
    "no request at all",
    () => ({ from: from(), to: to(), maxConcurrency: 0 }),
    "maxConcurrency must be a whole number from 1 to 4096, got 0.",
  ],
  ["half a failure", () => ({ from: from(), to: to(), maxFailures: 0.5 }), "maxFailures must be a whole number of at least 0, got 0.5."],
  ["a folder for the report", () => ({ from: from(), to: to(), report: "reports/" }), 'report "reports/" is not the path of a file.'],
  [
    "one file for both",
    () => ({ from: from(), to: to(), report: "out", manifestOut: "out" }),
    'report and manifestOut are the same file "out"; give one of them another name.',
  ],
  [
    "a timeout without a unit",
    () => ({ from: from(), to: to(), timeout: "soon" }),
    'timeout "soon" is not a time: write hours, minutes and seconds known at synth, such as "1h", "2h30m" or "90s".',
  ],
  [
    "all or nothing, without putting anything back",
    () => ({ from: from(), to: to(), atomic: true, rollback: RollbackPolicy.ABORT_ONLY }),
    "atomic is true, but rollback is ABORT_ONLY, which does not restore replaced blobs; remove one of them.",
  ],
  [
    "all or nothing, with some failures",
    () => ({ from: from(), to: to(), atomic: true, maxFailures: 3 }),
    "atomic is true, so the first failure ends the run, but maxFailures is given; remove one of them.",
  ],
  [
    "all or nothing, with archived blobs",
    () => ({ from: from(), to: to(), atomic: true, accessTier: AccessTier.HOT, rehydrate: { priority: RehydratePriority.HIGH } }),
    "atomic is true, but rehydrate is given: an archived blob takes hours, and cannot be staged; remove one of them.",
  ],
];

describe("synth refuses a set with", () => {
  test.each([...CONTENT, ...COPIES, ...PREFIXES, ...RUN])("%s", (_what, wrong, problem) => {
    expect(problemsOf(declare(wrong))).toEqual([problem]);
  });

  test("a result of a copy that there is not", () => {
    const stack = declare(
      () => ({ copies: ["a", "b", "c", "d"].map((name) => copy(name)) }),
      (set) => set.result("e"),
    );
    expect(problemsOf(stack)).toEqual(['result("e") is called, but no copy has that key; the keys are "a", "b", "c", ….']);
  });

  test("a result by a key whose accents are apart", () => {
    const stack = declare(
      () => ({ copies: [copy("u\u0308")] }),
      (set) => set.result("u\u0308"),
    );
    expect(problemsOf(stack)).toEqual([
      'result() "u\\u0308" has a letter and its accent as two characters, which Terraform combines into one, so that the name changes; give that copy another key.',
    ]);
  });

  test("a result of a name that only Terraform knows", () => {
    const stack = declare(() => ({ from: from(), to: to() }));
    new BlobCopySet(stack, "other", { from: from(), to: to({ prefix: "other/" }) }).result("${var.value}");
    expect(problemsOf(stack)).toEqual(['[stack/other] result("${…}") is called, but a key must be known at synth.']);
  });

  test("a destination that another construct writes", () => {
    const stack = testStack();
    new BlobCopy(stack, "single", copy("a"));
    new BlobCopySet(stack, "set", { copies: [copy("a")] });
    expect(problemsOf(stack)).toEqual([
      'copies[0] "a": destination is also written by stack/single; two copies to one blob would undo each other, so give one of them another destination.',
    ]);
  });

  test("the blobs of another set", () => {
    const stack = declare(() => ({ from: from(), to: to() }));
    new BlobCopySet(stack, "other", { from: from(), to: to() });
    expect(problemsOf(stack)).toEqual(["[stack/other] the same blobs are also copied by stack/set; remove one of them."]);
  });

  test("more Terraform values than an environment variable holds", () => {
    const stack = testStack();
    const copies = Array.from({ length: 1_001 }, (_, index) => copy(`b${index}`, { metadata: { of: `\${var.values[${index}]}` } }));
    new BlobCopySet(stack, "set", { copies });
    expect(problemsOf(stack)).toEqual([
      "copies hold 1001 different Terraform values, and a set takes at most 1000; use fewer, such as one endpoint and names known at synth, or split the set.",
    ]);
  });

  test("a thousand wrong copies, of which it shows some", () => {
    const stack = declare(() => ({ copies: Array.from({ length: 1_000 }, (_, index) => copy(`../${index}`)) }));
    const problems = problemsOf(stack);
    expect(problems).toHaveLength(21);
    expect(problems[0]).toContain('copies[0] "../0": source.blobName "../0" contains the path segment');
    expect(problems[20]).toBe("copies: 1980 more problems like these, 2000 in 1000 copies.");
  });
});

describe("synth accepts a set with", () => {
  test.each<[string, (token: string) => BlobCopySetConfig]>([
    [
      "a destination inside the source that is left out",
      () => ({
        from: from({ prefix: "" }),
        to: to({ blobEndpoint: SOURCE, containerName: "models", prefix: "backup/" }),
        exclude: ["backup/**"],
      }),
    ],
    [
      "values that only Terraform knows, everywhere",
      (token) => ({
        from: from({ blobEndpoint: token, containerName: token, prefix: `${token}/` }),
        to: to({ blobEndpoint: `https://${token}.blob.core.windows.net`, containerName: `backup-${token}`, prefix: token }),
        include: [`${token}/*`],
        rename: { a: token },
        metadata: Token.asStringMap(token),
        tags: { stage: token },
      }),
    ],
    [
      "copies whose names only Terraform knows",
      (token) => ({
        copies: ["a", "b"].map((name) =>
          copy(name, {
            destination: BlobDestination.fromContainer({ blobEndpoint: token, containerName: token, blobName: `${token}/${name}` }),
          }),
        ),
      }),
    ],
    [
      "a whole container",
      () => ({ from: from({ prefix: undefined }), to: to({ prefix: undefined }), include: ["**/*.{onnx,json}", "a?c"] }),
    ],
    ["the change feed as its source", () => ({ from: from({ containerName: "$blobchangefeed", prefix: "log/" }), to: to() })],
    ["prune that a trigger runs", () => ({ from: from(), to: to(), prune: true, copyTriggers: { release: "3" } })],
    ["a star inside a name that is renamed", () => ({ from: from(), to: to(), rename: { "a*b": "c" } })],
    ["a folder moved to the top", () => ({ from: from(), to: to(), rename: { "old/": "" } })],
    [
      "names that begin with a slash, since their prefix does not end in one",
      () => ({
        from: from({ prefix: "v3" }),
        to: to({ prefix: "v4" }),
        include: ["/models/**"],
      }),
    ],
  ])("%s", (_what, right) => {
    expect(problemsOf(declare(right))).toEqual([]);
  });
});
