import { DataResource, LocalBackend, TerraformIterator, TerraformOutput, TerraformVariable, Testing } from "cdktf";
import type { BlobCopyConfig, BlobCopySetConfig, BlobDestinationContainerOptions, BlobSourceContainerOptions } from "../../lib";
import { BlobCopy, BlobCopySet, BlobDestination, BlobSource, Credential } from "../../lib";
import { testStack } from "./support/synthesized";

const SOURCE = "https://source.blob.core.windows.net/";
const DESTINATION = "https://destination.blob.core.windows.net/";
const IN_STATE = "which would be written to the synthesized folder and to Terraform's state";

const blob = (more: Partial<BlobSourceContainerOptions> = {}) =>
  BlobSource.fromContainer({ blobEndpoint: SOURCE, containerName: "models", blobName: "b", ...more });
const to = (more: Partial<BlobDestinationContainerOptions> = {}) =>
  BlobDestination.fromContainer({ blobEndpoint: DESTINATION, containerName: "backups", blobName: "b", ...more });

function problemsOf(...configs: Partial<BlobCopyConfig>[]): string[] {
  const stack = testStack();
  configs.forEach((config, index) => new BlobCopy(stack, `copy${index}`, { source: blob(), destination: to(), ...config }));
  return problemsIn(stack);
}

function problemsIn(stack: ReturnType<typeof testStack>): string[] {
  try {
    Testing.synth(stack, true);
  } catch (error) {
    if (!/^\s*Validation failed/.test((error as Error).message)) throw error;
    const lines = (error as Error).message.split("\n").map((line) => line.trim());
    return lines.filter((line) => line.startsWith("[")).map((line) => line.replace(/^\[stack\/\w+\] /, ""));
  }
  return [];
}

describe("a secret is told at synth, with its construct and the way that works, and is not repeated", () => {
  test.each([
    ["a presigned URL of S3", "https://b.s3.amazonaws.com/x?X-Amz-Algorithm=A&X-Amz-Signature=hunter22", "a presigned Amazon S3 URL"],
    ["one of the old kind", "https://b.s3.amazonaws.com/x?AWSAccessKeyId=A&Expires=1&Signature=hunter22", "a signed URL"],
    ["a URL signed by Google", "https://storage.googleapis.com/b/x?X-Goog-Signature=hunter22", "a signed Google Cloud Storage URL"],
    ["a URL signed by CloudFront", "https://d1.cloudfront.net/x?Policy=p&Signature=hunter22&Key-Pair-Id=K", "a signed URL"],
    ["a token of GitLab", "https://gitlab.example.com/x?private_token=hunter22hunter22", "an access token"],
    ["a SAS whose name is escaped", `${SOURCE}models/b?sv=1&%73ig=hunter22`, "a SAS"],
    ["a SAS in capitals", `${SOURCE}models/b?sv=1&SIG=hunter22`, "a SAS"],
  ])("%s", (_, url, what) => {
    const [problem, ...others] = problemsOf({ source: BlobSource.fromUrl(url) });
    const it = what === "a SAS" ? "the SAS" : "it";
    expect(problem).toContain(`source.url holds ${what}, ${IN_STATE}; remove the query, and give ${it} as credential`);
    expect(others).toEqual([]);
    expect(problem).not.toContain("hunter22");
  });

  test.each([
    ["a SAS in a blob's name", { destination: to({ blobName: "b?sv=1&sig=hunter22" }) }, "destination.blobName holds a SAS"],
    ["a SAS in metadata", { metadata: { from: `${SOURCE}models/b?sv=1&sig=hunter22` } }, "metadata.from holds a SAS"],
    ["a bare SAS in metadata", { metadata: { sas: `sv=1&sig=${"hunter22".repeat(5)}` } }, "metadata.sas holds a SAS"],
    ["a SAS in a content header", { contentHeaders: { cacheControl: "x?sig=hunter22" } }, "contentHeaders.cacheControl holds a SAS"],
    ["a token in a tag", { tags: { by: `ghp_${"hunter22".repeat(4)}` } }, "tags.by holds a GitHub token"],
    ["a token in a trigger", { copyTriggers: { by: `glpat-${"hunter22".repeat(4)}` } }, "copyTriggers.by holds a GitLab token"],
  ])("%s", (_, config, start) => {
    const problems = problemsOf(config);
    expect(problems).toEqual([expect.stringContaining(`${start}, ${IN_STATE}`)]);
    expect(problems.join()).not.toContain("hunter22");
  });

  const SIGNED = "b?sv=1&sig=hunter22";

  test.each<[string, Partial<BlobCopyConfig>, string]>([
    ["the name of a tag", { tags: { [`ghp_${"hunter22".repeat(4)}`]: "x" } }, "a tag name holds a GitHub token"],
    ["the name of a trigger", { copyTriggers: { [SIGNED]: "x" } }, "a name in copyTriggers holds a SAS"],
    ["the name of a piece of metadata", { metadata: { [SIGNED]: "x" } }, "a metadata name holds a SAS"],
    ["an ETag", { sourceConditions: { ifMatch: `"${SIGNED}"` } }, "sourceConditions.ifMatch holds a SAS"],
    ["no ETag", { destinationConditions: { ifNoneMatch: `"${SIGNED}"` } }, "destinationConditions.ifNoneMatch holds a SAS"],
    ["an expression", { sourceConditions: { ifTags: `"a" = '${SIGNED}'` } }, "sourceConditions.ifTags holds a SAS"],
    ["no expression", { destinationConditions: { ifTags: SIGNED } }, "destinationConditions.ifTags holds a SAS"],
  ])("in %s", (_, config, start) => {
    const problems = problemsOf(config);
    expect(problems).toEqual([expect.stringContaining(`${start}, ${IN_STATE}`)]);
    expect(problems.join()).not.toContain("hunter22");
  });

  test.each<[string, Partial<BlobCopySetConfig>, string]>([
    [
      "prefix",
      { from: BlobSource.fromPrefix({ blobEndpoint: SOURCE, containerName: "models", prefix: `v3/${SIGNED}` }) },
      "from.prefix holds a SAS",
    ],
    ["include", { include: ["*", SIGNED] }, "include[1] holds a SAS"],
    ["exclude", { exclude: [`{a,${SIGNED}}`] }, "exclude[0] holds a SAS"],
    ["a name in rename", { rename: { [SIGNED]: "b" } }, 'rename["…" (a SAS)] holds a SAS'],
    ["a new name in rename", { rename: { b: `now/glpat-${"hunter22".repeat(4)}` } }, 'rename["b"] holds a GitLab token'],
    ["report", { report: `out.html?sv=1&sig=hunter22` }, "report holds a SAS"],
    ["manifestOut", { manifestOut: `out.ndjson?sv=1&sig=hunter22` }, "manifestOut holds a SAS"],
    [
      "key",
      { from: undefined, to: undefined, copies: [{ key: SIGNED, source: blob(), destination: to() }] },
      'copies[0] "…" (a SAS): key holds a SAS',
    ],
  ])("in %s of a set", (_, config, start) => {
    const stack = testStack();
    const [from, prefix] = [
      BlobSource.fromPrefix({ blobEndpoint: SOURCE, containerName: "models" }),
      BlobDestination.fromPrefix({ blobEndpoint: DESTINATION, containerName: "backups" }),
    ];
    new BlobCopySet(stack, "set", { from, to: prefix, ...config });
    const problems = problemsIn(stack);
    expect(problems).toEqual([expect.stringContaining(`${start}, ${IN_STATE}`)]);
    expect(problems.join()).not.toContain("hunter22");
  });

  test("in a key that a result is asked for by", () => {
    const stack = testStack();
    const [from, prefix] = [
      BlobSource.fromPrefix({ blobEndpoint: SOURCE, containerName: "models" }),
      BlobDestination.fromPrefix({ blobEndpoint: DESTINATION, containerName: "backups" }),
    ];
    new BlobCopySet(stack, "set", { from, to: prefix }).result(SIGNED);
    expect(problemsIn(stack)).toEqual([expect.stringContaining(`a key of result() holds a SAS, ${IN_STATE}`)]);
  });
});

describe("a place that cannot be meant is told at synth", () => {
  test.each<[string, Partial<BlobCopyConfig>, string]>([
    [
      "an endpoint with a container in it",
      { destination: to({ blobEndpoint: `${DESTINATION}backups` }) },
      'destination.blobEndpoint "https://destination.blob.core.windows.net/backups" has a path; give the endpoint alone, and the container in containerName.',
    ],
    [
      "a Data Lake endpoint",
      { source: blob({ blobEndpoint: "https://source.dfs.core.windows.net/" }) },
      "source.blobEndpoint is the account's dfs endpoint (source.dfs.core.windows.net); give its blob endpoint: .blob. in place of .dfs.",
    ],
    [
      "the endpoint of a website",
      { destination: to({ blobEndpoint: "https://destination.z6.web.core.windows.net/" }) },
      "destination.blobEndpoint is the account's web endpoint (destination.z6.web.core.windows.net); give its blob endpoint: .blob. in place of .web.",
    ],
    [
      "the URL of a queue",
      { source: BlobSource.fromUrl("https://source.queue.core.windows.net/q/x") },
      "source.url is the account's queue endpoint (source.queue.core.windows.net); give its blob endpoint: .blob. in place of .queue.",
    ],
    [
      "a blob endpoint for a share",
      { source: BlobSource.fromFileShare({ fileEndpoint: SOURCE, shareName: "share", filePath: "x" }) },
      "source.fileEndpoint is the account's blob endpoint (source.blob.core.windows.net); give its file endpoint: .file. in place of .blob.",
    ],
    [
      "http twice",
      { destination: to({ blobEndpoint: `https://${DESTINATION}` }) },
      'destination.blobEndpoint "https://https://destination.blob.core.windows.net/" begins with http twice; an endpoint has it already, so leave one out.',
    ],
    [
      "the URL of an account as a source",
      { source: BlobSource.fromUrl(SOURCE) },
      'source.url "https://source.blob.core.windows.net/" does not name a blob; give the whole URL, such as https://account.blob.core.windows.net/container/blob.',
    ],
    ...["models", "models/", "$web"].map((path): [string, object, string] => [
      `the URL of a container as a source (${path})`,
      { source: BlobSource.fromUrl(`${SOURCE}${path}`) },
      `source.url "https://source.blob.core.windows.net/${path}" names a container, but not a blob in it; give https://account.blob.core.windows.net/container/blob, with $root as container for a blob in the root container.`,
    ]),
    [
      "the URL of a container as a destination",
      { destination: BlobDestination.fromUrl(`${DESTINATION}backups`) },
      'destination.url "https://destination.blob.core.windows.net/backups" does not name a blob in a container; give https://account.blob.core.windows.net/container/blob.',
    ],
    [
      "an unknown parameter of a blob's URL",
      { source: BlobSource.fromUrl(`${SOURCE}models/b?comp=metadata`) },
      'source.url "https://source.blob.core.windows.net/models/b?…" has the query parameter "comp"; a blob\'s URL takes snapshot and versionid only.',
    ],
    [
      "a secondary endpoint as a destination",
      { destination: to({ blobEndpoint: "https://destination-secondary.blob.core.windows.net/" }) },
      "destination.blobEndpoint is a secondary endpoint (destination-secondary.blob.core.windows.net), which is read-only; give the primary endpoint.",
    ],
    [
      "a container that the service alone writes",
      { destination: to({ containerName: "$blobchangefeed" }) },
      "destination.containerName: only the service itself writes to the container $blobchangefeed; give another one.",
    ],
    [
      "that container in a URL",
      { destination: BlobDestination.fromUrl(`${DESTINATION}$logs/x`) },
      "destination.url: only the service itself writes to the container $logs; give another one.",
    ],
    [
      "that container, escaped in a URL",
      { destination: BlobDestination.fromUrl(`${DESTINATION}%24blobchangefeed/log/x`) },
      "destination.url: only the service itself writes to the container $blobchangefeed; give another one.",
    ],
    [
      "a name that starts with a slash",
      { source: blob({ blobName: "/v3/b" }) },
      'source.blobName "/v3/b" starts with "/"; give the path below the container, without it.',
    ],
    [
      "a segment that ends in a dot",
      { destination: to({ blobName: "releases/v1." }) },
      'destination.blobName "releases/v1." has a segment that ends in a dot, which the service trims, so it would be another name; write the name without that dot.',
    ],
    [
      "a segment in the middle that ends in a dot",
      { destination: to({ blobName: "v1./b" }) },
      'destination.blobName "v1./b" has a segment that ends in a dot, which the service trims, so it would be another name; write the name without that dot.',
    ],
    [
      "one that is escaped in a URL",
      { destination: BlobDestination.fromUrl(`${DESTINATION}backups/v1%2E/b`) },
      'destination.url "https://destination.blob.core.windows.net/backups/v1%2E/b" has a segment that ends in a dot, which the service trims, so it would be another name; write the name without that dot.',
    ],
    [
      "an absent value in a name",
      { destination: to({ blobName: "releases/vundefined/b" }) },
      'destination.blobName "releases/vundefined/b" contains "vundefined", the text of a value that was missing when the name was made; give the value. (If that is the name, write it escaped in a URL.)',
    ],
    ...[
      ["null/b", "null"],
      ["null.bin", "null"],
      ["model-null.bin", "null"],
      ["releases/vnull", "vnull"],
      ["NaN", "NaN"],
      ["[object Promise]", "[object Promise]"],
      ["a/[object Object].bin", "[object Object]"],
    ].map(([blobName = "", word = ""]): [string, object, string] => [
      `an absent value: ${blobName}`,
      { source: blob({ blobName }) },
      `source.blobName "${blobName}" contains "${word}", the text of a value that was missing when the name was made; give the value. (If that is the name, write it escaped in a URL.)`,
    ]),
    [
      "the key of another account",
      { source: blob({ credential: Credential.accountKeyFromEnvironment("KEY", { accountName: "other" }) }) },
      'source.credential is a key of the account "other", but the source is in "source"; give the key of that account.',
    ],
    ...(
      [
        ["in the path of an emulator", { blobEndpoint: "http://127.0.0.1:10000/devstoreaccount1" }],
        ["in that of a container beside this one", { blobEndpoint: "http://azurite:10000/devstoreaccount1/" }],
        ["in the host name of an emulator", { blobEndpoint: "http://devstoreaccount1.blob.localhost:10000" }],
      ] as const
    ).map(([where, place]): [string, object, string] => [
      `the key of another account, which is ${where}`,
      { destination: to({ ...place, credential: Credential.accountKeyFromEnvironment("KEY", { accountName: "other" }) }) },
      'destination.credential is a key of the account "other", but the destination is in "devstoreaccount1"; give the key of that account.',
    ]),
    [
      "the key of another account for the URL of a blob in an emulator",
      {
        source: BlobSource.fromUrl("http://127.0.0.1:10000/devstoreaccount1/models/b", {
          credential: Credential.accountKeyFromEnvironment("KEY", { accountName: "other" }),
        }),
      },
      'source.credential is a key of the account "other", but the source is in "devstoreaccount1"; give the key of that account.',
    ],
    [
      "the key of another account for a share",
      {
        source: BlobSource.fromFileShare({
          fileEndpoint: "https://source.file.core.windows.net/",
          shareName: "share",
          filePath: "b",
          credential: Credential.accountKeyFromEnvironment("KEY", { accountName: "other" }),
        }),
      },
      'source.credential is a key of the account "other", but the source is in "source"; give the key of that account.',
    ],
  ])("%s", (_, config, problem) => {
    expect(problemsOf(config)).toEqual([problem]);
  });
});

describe("what can be meant is taken", () => {
  test.each<[string, Partial<BlobCopyConfig>]>([
    ["the change feed as a source", { source: blob({ containerName: "$blobchangefeed", blobName: "log/00/x" }) }],
    ["the logs of the account as a source", { source: BlobSource.fromUrl(`${SOURCE}$logs/blob/2026/11/27/0000/000000.log`) }],
    ["the root container as a destination", { destination: to({ containerName: "$root", blobName: "robots.txt" }) }],
    ["the website's container as a destination", { destination: to({ containerName: "$web", blobName: "index.html" }) }],
    ["a page of a website", { source: BlobSource.fromUrl("https://source.z6.web.core.windows.net/index.html") }],
    ["a web server's name that ends in a dot", { source: BlobSource.fromUrl("https://example.com/v1./b?id=1") }],
    [
      "the export of a disk",
      {
        source: BlobSource.fromUrl("https://md-hdd-q4.z22.blob.storage.azure.net/wd/abcd", {
          credential: Credential.sasFromEnvironment("SAS"),
        }),
      },
    ],
    [
      "an endpoint by a routing choice",
      { destination: to({ blobEndpoint: "https://destination-microsoftrouting.blob.core.windows.net/" }) },
    ],
    ["a secondary endpoint as a source", { source: blob({ blobEndpoint: "https://source-secondary.blob.core.windows.net/" }) }],
    [
      "the key of an account that is reached by a routing choice",
      {
        destination: to({
          blobEndpoint: "https://destination-internetrouting.blob.core.windows.net/",
          credential: Credential.accountKeyFromEnvironment("KEY", { accountName: "destination" }),
        }),
      },
    ],
    ["an emulator's account in its endpoint", { destination: to({ blobEndpoint: "http://127.0.0.1:10000/devstoreaccount1" }) }],
    [
      "the key of an account in the path, and of one that only its port tells",
      {
        source: BlobSource.fromUrl("http://127.0.0.1:8080/files/b", {
          credential: Credential.accountKeyFromEnvironment("KEY", { accountName: "other" }),
        }),
        destination: to({
          blobEndpoint: "http://127.0.0.1:10000/devstoreaccount1/",
          credential: Credential.accountKeyFromEnvironment("KEY", { accountName: "devstoreaccount1" }),
        }),
      },
    ],
    ["a blob of the root container", { source: BlobSource.fromUrl(`${SOURCE}robots.txt`) }],
    ["words that only look like absent values", { destination: to({ blobName: "nullable/undefined-behavior.md" }) }],
    ["words with null in them", { destination: to({ blobName: "sql/not-null.sql/null-model/nulls.bin" }) }],
    ["a word that is meant", { source: BlobSource.fromUrl(`${SOURCE}models/%75ndefined`) }],
  ])("%s", (_, config) => {
    expect(problemsOf(config)).toEqual([]);
  });

  test("a prefix that ends within a name, in a dot", () => {
    const stack = testStack();
    new BlobCopySet(stack, "set", {
      from: BlobSource.fromPrefix({ blobEndpoint: SOURCE, containerName: "models", prefix: "v3/model." }),
      to: BlobDestination.fromPrefix({ blobEndpoint: DESTINATION, containerName: "backups", prefix: "v3/." }),
    });
    expect(problemsIn(stack)).toEqual([
      'to.prefix "v3/." contains the path segment "." or "..", which can lead out of the container; write the name without it.',
    ]);
  });
});

test.each(["Models", "a--b", "ab"])("the container %s in the URL of a source is one that there cannot be", (container) => {
  const stack = testStack();
  new BlobCopy(stack, "copy", { source: BlobSource.fromUrl(`${SOURCE}${container}/b`), destination: to() });
  expect(problemsIn(stack)).toEqual([expect.stringContaining(`names the container "${container}", which is not a valid name`)]);
});

describe("one blob that is spelled in two ways has one writer", () => {
  test.each([
    ["with the port of https", BlobDestination.fromUrl(`https://destination.blob.core.windows.net:443/backups/b`)],
    ["in capitals", to({ blobEndpoint: "https://DESTINATION.blob.core.windows.net" })],
    ["by a routing choice", to({ blobEndpoint: "https://destination-internetrouting.blob.core.windows.net" })],
    ["over IPv6", to({ blobEndpoint: "https://destination-ipv6.blob.core.windows.net" })],
    ["escaped", BlobDestination.fromUrl(`${DESTINATION}backups/%62`)],
    [
      "without TLS",
      BlobDestination.fromUrl("http://destination.blob.core.windows.net/backups/b", { credential: Credential.sasFromEnvironment("SAS") }),
    ],
  ])("%s", (_, destination) => {
    expect(problemsOf({}, { destination })).toEqual([expect.stringContaining("destination is also written by stack/copy0")]);
  });

  test("a copy onto itself by another spelling is told", () => {
    const source = BlobSource.fromUrl("https://destination-microsoftrouting.blob.core.windows.net:443/backups/%62");
    expect(problemsOf({ source })).toEqual([expect.stringContaining("source and destination are the same blob")]);
  });
});

describe("a blob that one copy writes and another one reads", () => {
  const chain = (declare: (stack: ReturnType<typeof testStack>, first: BlobCopyConfig, second: BlobCopyConfig) => void): string[] => {
    const stack = testStack();
    const between = to({ blobName: "between" });
    const first = { source: blob(), destination: between };
    const second = { source: BlobSource.fromUrl(`${DESTINATION}backups/%62etween`), destination: to({ blobName: "end" }) };
    declare(stack, first, second);
    return problemsIn(stack);
  };
  const UNORDERED = /, but their order is not declared; name the first one in dependsOn of the second\.$/;

  test("is refused when nothing says which comes first, in whichever order they are declared", () => {
    const forward = chain((stack, first, second) => {
      new BlobCopy(stack, "first", first);
      new BlobCopy(stack, "second", second);
    });
    expect(forward).toEqual([expect.stringMatching(UNORDERED)]);
    expect(forward[0]).toContain("source is written by stack/first");
    const backward = chain((stack, first, second) => {
      new BlobCopy(stack, "second", second);
      new BlobCopy(stack, "first", first);
    });
    expect(backward).toEqual([expect.stringMatching(UNORDERED)]);
    expect(backward[0]).toContain("destination is read by stack/second");
  });

  test.each<[string, Parameters<typeof chain>[0]]>([
    [
      "of a copy for each, which reads the other's of the same element",
      (stack, first, second) => {
        const forEach = TerraformIterator.fromMap({ a: "b" });
        const blobName = `x/${forEach.key}`;
        const between = { blobEndpoint: DESTINATION, containerName: "backups", blobName };
        new BlobCopy(stack, "first", { ...first, forEach, destination: BlobDestination.fromContainer(between) });
        const end = to({ blobName: `y/${forEach.key}` });
        new BlobCopy(stack, "second", { ...second, forEach, source: BlobSource.fromContainer(between), destination: end });
      },
    ],
    [
      "of an account that only Terraform knows",
      (stack, first, second) => {
        const { stringValue: blobEndpoint } = new TerraformVariable(stack, "endpoint", { type: "string" });
        new BlobCopy(stack, "first", { ...first, destination: to({ blobEndpoint }) });
        new BlobCopy(stack, "second", { ...second, source: BlobSource.fromUrl(`${blobEndpoint}backups/b`) });
      },
    ],
    [
      "in an emulator, by another name of this machine",
      (stack, first, second) => {
        new BlobCopy(stack, "first", { ...first, destination: to({ blobEndpoint: "http://127.0.0.1:10000/devstoreaccount1" }) });
        new BlobCopy(stack, "second", { ...second, source: BlobSource.fromUrl("http://localhost:10000/devstoreaccount1/backups/b") });
      },
    ],
    [
      "of two lists",
      (stack, first, second) => {
        new BlobCopySet(stack, "first", { copies: [first] });
        new BlobCopySet(stack, "second", { copies: [second] });
      },
    ],
    [
      "at the end of a chain whose beginning is in order",
      (stack, first, second) => {
        const beginning = new BlobCopy(stack, "first", first);
        new BlobCopy(stack, "second", { ...second, dependsOn: [beginning] });
        const end = blob({ blobEndpoint: DESTINATION, containerName: "backups", blobName: "end" });
        new BlobCopy(stack, "third", { source: end, destination: to({ blobName: "last" }) });
      },
    ],
  ])("is refused %s", (_, declare) => {
    expect(chain(declare)).toEqual([expect.stringMatching(UNORDERED)]);
  });

  test.each<[string, Parameters<typeof chain>[0]]>([
    [
      "with dependsOn",
      (stack, first, second) => {
        const copy = new BlobCopy(stack, "first", first);
        new BlobCopy(stack, "second", { ...second, dependsOn: [copy] });
      },
    ],
    [
      "to keep what was there before it is replaced",
      (stack, first, second) => {
        const backup = new BlobCopy(stack, "second", second);
        new BlobCopy(stack, "first", { ...first, dependsOn: [backup] });
      },
    ],
    [
      "by a reference",
      (stack, first, second) => {
        const copy = new BlobCopy(stack, "first", first);
        new BlobCopy(stack, "second", { ...second, copyTriggers: { etag: copy.etag } });
      },
    ],
    [
      "with dependsOn, beside an output and a backend, which have no address",
      (stack, first, second) => {
        new LocalBackend(stack, {});
        new TerraformOutput(stack, "output", { value: "text" });
        const copy = new BlobCopy(stack, "first", first);
        new BlobCopy(stack, "second", { ...second, dependsOn: [copy] });
      },
    ],
    [
      "by way of another resource",
      (stack, first, second) => {
        const copy = new BlobCopy(stack, "first", first);
        const between = new DataResource(stack, "between", { input: { etag: copy.etag } });
        new BlobCopy(stack, "second", { ...second, dependsOn: [between] });
      },
    ],
    [
      "from a version, which does not change",
      (stack, first, second) => {
        new BlobCopy(stack, "first", first);
        const source = BlobSource.fromUrl(`${DESTINATION}backups/between?versionid=2026-03-09T01:42:34.9360000Z`);
        new BlobCopy(stack, "second", { ...second, source });
      },
    ],
    [
      "with a result of a list",
      (stack, first, second) => {
        const list = new BlobCopySet(stack, "first", { copies: [{ ...first, key: "one" }] });
        new BlobCopy(stack, "second", { ...second, copyTriggers: { etag: list.result("one").etag } });
      },
    ],
    [
      "from a snapshot, which does not change",
      (stack, first) => {
        new BlobCopy(stack, "first", first);
        const snapshot = blob({
          blobEndpoint: DESTINATION,
          containerName: "backups",
          blobName: "between",
          snapshot: "2026-03-09T01:42:34.9360000Z",
        });
        new BlobCopy(stack, "second", { source: snapshot, destination: to({ blobName: "end" }) });
      },
    ],
  ])("is taken %s", (_, declare) => {
    expect(chain(declare)).toEqual([]);
  });

  test("is refused within a set, which has no order", () => {
    const problems = chain((stack, first, second) => new BlobCopySet(stack, "set", { copies: [first, second] }));
    expect(problems).toEqual([
      'copies[1] "end": source is written by stack/set (copies[0] "between"), and the copies of a set do not have an order; declare one of them in a set or BlobCopy of its own, and name the first one in dependsOn of the second.',
    ]);
  });
});
