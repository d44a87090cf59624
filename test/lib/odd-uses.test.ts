import { TerraformIterator, TerraformLocal, TerraformOutput, type TerraformStack, TerraformVariable } from "cdktf";
import * as lib from "../../lib";
import { problemsOf, testStack } from "./support/synthesized";

/** The library as JavaScript sees it: without a compiler that checks the arguments. */
const { BlobCopy, BlobCopySet, BlobSource, BlobDestination, Credential } = lib as unknown as {
  BlobCopy: new (stack: TerraformStack, id: string, config?: unknown) => unknown;
  BlobCopySet: new (stack: TerraformStack, id: string, config?: unknown) => unknown;
  BlobSource: Record<"fromUrl" | "fromContainer" | "fromPrefix", (...args: unknown[]) => unknown>;
  BlobDestination: Record<"fromUrl" | "fromContainer" | "fromPrefix", (...args: unknown[]) => unknown>;
  Credential: Record<"servicePrincipal" | "managedIdentity" | "sasFromEnvironment", (...args: unknown[]) => unknown>;
};

const AT_SOURCE = { blobEndpoint: "https://source.blob.core.windows.net/", containerName: "models", blobName: "b" };
const AT_DESTINATION = { blobEndpoint: "https://destination.blob.core.windows.net/", containerName: "backups", blobName: "b" };
const url = (path: string) => `https://source.blob.core.windows.net/${path}`;
const source = (more: object = {}) => BlobSource.fromContainer({ ...AT_SOURCE, ...more });
const destination = (more: object = {}) => BlobDestination.fromContainer({ ...AT_DESTINATION, ...more });

function ofCopy(config: (stack: TerraformStack) => object): string[] {
  const stack = testStack();
  new BlobCopy(stack, "copy", { source: source(), destination: destination(), ...config(stack) });
  return problemsOf(stack).map((problem) => problem.replace("[stack/copy] ", ""));
}

function ofSet({ from = {}, to = {}, ...more }: { from?: object; to?: object; [option: string]: unknown }): string[] {
  const stack = testStack();
  const sides = {
    from: BlobSource.fromPrefix({ ...AT_SOURCE, blobName: undefined, ...from }),
    to: BlobDestination.fromPrefix({ ...AT_DESTINATION, blobName: undefined, ...to }),
  };
  new BlobCopySet(stack, "set", "copies" in more ? more : { ...sides, ...more });
  return problemsOf(stack).map((problem) => problem.replace("[stack/set] ", ""));
}

const NO_TIME = 'is not a time: use ISO 8601 with its time zone, such as "2027-01-31" or "2027-01-31T08:00:00Z", or RFC 1123.';

describe("a time is told when", () => {
  test.each([
    "2026-02-30",
    "2099-02-29T00:00:00Z",
    "2099-13-01",
    "2099-00-10",
    "2099-12-31T23:59",
    "2099-12-31T24:00:00Z",
    "2099-12-31T::Z",
    "2099-12-31T23:59:59+25:00",
    "Thu, 32 Dec 2099 23:59:59 GMT",
    "Thu, 31 Dez 2099 23:59:59 GMT",
    "4102444800",
    "1",
    "+30d",
    "P30D",
    "20990101",
    "31.12.2099",
    "12/31/2099",
    " 2099-12-31",
    "2099-12-31T23:59:59Z\n",
    "",
  ])("it is none: %j", (time) => {
    const shown = JSON.stringify(time);
    expect(ofCopy(() => ({ immutabilityPolicy: { until: time } }))).toEqual([`immutabilityPolicy.until ${shown} ${NO_TIME}`]);
    expect(ofCopy(() => ({ sourceConditions: { ifModifiedSince: time } }))).toEqual([
      `sourceConditions.ifModifiedSince ${shown} ${NO_TIME}`,
    ]);
  });

  test.each(["2020-01-01", "2020-02-29T08:00:00+02:00", "Wed, 01 Jan 2020 00:00:00 GMT", "2020-01-01 00:00:00Z"])(
    "a policy would have ended: %s",
    (until) => {
      expect(ofCopy(() => ({ immutabilityPolicy: { until } }))).toEqual([
        `immutabilityPolicy.until "${until}" is in the past, and the service takes later times only; give one, or remove the policy.`,
      ]);
      expect(ofSet({ immutabilityPolicy: { until } })).toHaveLength(1);
    },
  );

  test.each([
    "2099-12-31",
    "2099-12-31T23:59Z",
    "2096-02-29T23:59:59.1234567-11:30",
    "Thu, 31 Dec 2099 23:59:59 GMT",
    "2099-12-31 23:59:59Z",
  ])("not: %s", (time) => {
    const sourceConditions = { ifUnmodifiedSince: time };
    expect(ofCopy(() => ({ immutabilityPolicy: { until: time, mode: "Locked" }, sourceConditions }))).toEqual([]);
  });

  test("it is a Date", () => {
    expect(ofCopy(() => ({ immutabilityPolicy: { until: new Date() } }))).toEqual([
      "immutabilityPolicy.until must be a string, got a Date; give its toISOString().",
    ]);
  });

  test.each(["LOCKED", "locked"])("its mode is %s", (mode) => {
    expect(ofCopy(() => ({ immutabilityPolicy: { until: "2099-01-01", mode } }))).toEqual([
      `immutabilityPolicy.mode "${mode}" is not one of Unlocked, Locked; did you mean "Locked"?`,
    ]);
  });
});

describe("conditions that no blob can fulfil are told:", () => {
  test.each<[string, object, string]>([
    [
      "an ETag and not that ETag",
      { ifMatch: '"a"', ifNoneMatch: '"a"' },
      "ifMatch and destinationConditions.ifNoneMatch exclude each other",
    ],
    ["an ETag and no blob", { ifMatch: '"a"', ifNoneMatch: "*" }, "ifMatch and destinationConditions.ifNoneMatch exclude each other"],
    [
      "times in the wrong order",
      { ifModifiedSince: "2026-01-02", ifUnmodifiedSince: "2026-01-01" },
      "ifModifiedSince is not before destinationConditions.ifUnmodifiedSince",
    ],
    ["tags without quotes", { ifTags: "env=prod" }, 'ifTags "env=prod" is not an expression over blob index tags'],
    ["a container", { ifTags: "@container = 'x'" }, "ifTags \"@container = 'x'\" is not an expression over blob index tags"],
    ["a word", { ifTags: "prod" }, 'ifTags "prod" is not an expression over blob index tags'],
  ])("%s", (_, destinationConditions, start) => {
    expect(ofCopy(() => ({ destinationConditions }))).toEqual([expect.stringContaining(`destinationConditions.${start}`)]);
  });

  test.each(["\"env\" = 'prod'", "\"a\" >= '1' AND \"b\" <> 'x'", "env='prod'"])("not %s", (ifTags) => {
    expect(ofCopy(() => ({ sourceConditions: { ifTags, ifModifiedSince: "2026-01-01", ifUnmodifiedSince: "2026-01-02" } }))).toEqual([]);
  });
});

describe("a host that cannot be meant is told with what can:", () => {
  const ACCOUNT = "which is not a valid name: it has 3 to 24 lower-case letters and digits; write the name of the account.";
  const rows: [host: string, fault: string][] = [
    [".blob.core.windows.net", 'has no account before ".blob.core.windows.net"; put its name there; a variable in its place may be empty.'],
    ["blob.core.windows.net", 'has no account before "blob.core.windows.net"; put its name there; a variable in its place may be empty.'],
    ["-secondary.blob.core.windows.net", `names the account "-secondary", ${ACCOUNT}`],
    ["my-account.blob.core.windows.net", `names the account "my-account", ${ACCOUNT}`],
    ["my_account.blob.core.windows.net", `names the account "my_account", ${ACCOUNT}`],
    ["ab.blob.core.windows.net", `names the account "ab", ${ACCOUNT}`],
    ["thisnameistoolongforanaccount.blob.core.windows.net", `names the account "thisnameistoolongforanaccount", ${ACCOUNT}`],
    ["a.b.blob.core.usgovcloudapi.net", `names the account "a.b", ${ACCOUNT}`],
    [
      "<account>.blob.core.windows.net",
      'has the host "<account>.blob.core.windows.net", which is not a valid name of a host; write the real name, if this is a placeholder for it.',
    ],
    [
      "{account}.blob.core.windows.net",
      'has the host "{account}.blob.core.windows.net", which is not a valid name of a host; write the real name, if this is a placeholder for it.',
    ],
    [
      "$ACCOUNT.blob.core.windows.net",
      'has the host "$account.blob.core.windows.net", which is not a valid name of a host; write the real name, if this is a placeholder for it.',
    ],
    [
      "%s.blob.core.windows.net",
      'has the host "%s.blob.core.windows.net", which is not a valid name of a host; write the real name, if this is a placeholder for it.',
    ],
    [
      "*.blob.core.windows.net",
      'has the host "*.blob.core.windows.net", which is not a valid name of a host; write the real name, if this is a placeholder for it.',
    ],
    ["source..blob.core.windows.net", 'has the host "source..blob.core.windows.net", in which a part is empty; write the whole name.'],
    [
      "source.blob.core.window.net",
      'has the host "source.blob.core.window.net", which is not one of Azure Storage; write source.blob.core.windows.net, if that is meant.',
    ],
    [
      "source.blob.core.windows.com",
      'has the host "source.blob.core.windows.com", which is not one of Azure Storage; write source.blob.core.windows.net, if that is meant.',
    ],
    [
      "source.blob.windows.net",
      'has the host "source.blob.windows.net", which is not one of Azure Storage; write source.blob.core.windows.net, if that is meant.',
    ],
    [
      "source.core.windows.net",
      'has the host "source.core.windows.net", which is not one of Azure Storage; write source.blob.core.windows.net, if that is meant.',
    ],
    [
      "source.files.core.windows.net",
      'has the host "source.files.core.windows.net", which is not one of Azure Storage; write source.file.core.windows.net, if that is meant.',
    ],
    [
      "dеstination.blob.core.windows.net",
      'has the host "dеstination.blob.core.windows.net", with characters that DNS does not have; write xn--dstination-ksi.blob.core.windows.net, if that is meant.',
    ],
    [
      "source\u200B.blob.core.windows.net",
      'has the host "source\\u200b.blob.core.windows.net", with characters that DNS does not have; write source.blob.core.windows.net, if that is meant.',
    ],
    [
      "source。blob.core.windows.net",
      'has the host "source。blob.core.windows.net", with characters that DNS does not have; write source.blob.core.windows.net, if that is meant.',
    ],
    [
      "münchen.example.com",
      'has the host "münchen.example.com", with characters that DNS does not have; write xn--mnchen-3ya.example.com, if that is meant.',
    ],
  ];

  test.each(rows)("%s", (host, fault) => {
    const [asUrl, asEndpoint] = [`https://${host}/models/b`, `https://${host}/`];
    const shown = (text: string) => JSON.stringify(text).replace("\u200B", "\\u200b");
    expect(ofCopy(() => ({ source: BlobSource.fromUrl(asUrl) }))).toEqual([`source.url ${shown(asUrl)} ${fault}`]);
    expect(ofCopy(() => ({ destination: BlobDestination.fromUrl(asUrl) }))).toEqual([`destination.url ${shown(asUrl)} ${fault}`]);
    expect(ofCopy(() => ({ destination: destination({ blobEndpoint: asEndpoint }) }))).toEqual([
      `destination.blobEndpoint ${shown(asEndpoint)} ${fault}`,
    ]);
  });

  test.each([
    "bucket.s3.amazonaws.com",
    "storage.googleapis.com",
    "mine.vault.azure.net",
    "mine.azurecr.io",
    "mine.documents.azure.com",
    "mine.servicebus.windows.net",
    "onelake.blob.fabric.microsoft.com",
  ])("an endpoint of another service, %s", (host) => {
    expect(ofCopy(() => ({ destination: destination({ blobEndpoint: `https://${host}/` }) }))).toEqual([
      `destination.blobEndpoint "https://${host}/" is on ${host}, which is not a Blob service; give the endpoint of a storage account.`,
    ]);
    expect(ofCopy(() => ({ destination: BlobDestination.fromUrl(`https://${host}/backups/b`) }))).toHaveLength(1);
  });

  test("a custom domain that nobody may write", () => {
    expect(ofCopy(() => ({ destination: destination({ blobEndpoint: "https://files.contoso.com/" }) }))).toEqual([
      "destination is on files.contoso.com, which is not recognised as Azure Storage, so it does not have a credential by default, and a blob cannot be written anonymously; give one, such as Credential.defaultAzureCredential().",
    ]);
  });

  test.each(["source", "destination"] as const)("plain http for the identity of the deploy, at the %s", (side) => {
    const blobEndpoint = "http://account.blob.core.windows.net/";
    const place = side === "source" ? source({ blobEndpoint }) : destination({ blobEndpoint });
    expect(ofCopy(() => ({ [side]: place }))).toEqual([
      `${side} has no credential, so the identity of the deploy is used, whose token must not travel over plain http; use https, or give another credential.`,
    ]);
    const credential = Credential.sasFromEnvironment("SAS");
    const signed = side === "source" ? source({ blobEndpoint, credential }) : destination({ blobEndpoint, credential });
    expect(ofCopy(() => ({ [side]: signed }))).toEqual([]);
  });

  test.each([
    "https://xn--mnchen-3ya.example.com/b",
    "https://my_server.example.com/b",
    "https://[2001:db8::1]/b",
    "https://source.blob.core.windows.net./models/b",
    "https://source.z42.blob.storage.azure.net/models/b",
    "https://source.privatelink.blob.core.windows.net/models/b",
    "https://source.blob.core.cloudapi.de/models/b",
    "https://bucket.s3.amazonaws.com/b",
    "https://storage.googleapis.com/bucket/b",
    "http://host.docker.internal:10000/devstoreaccount1/models/b",
    "http://azurite:10000/devstoreaccount1/models/b",
    "https://mycdn.azureedge.net/b",
  ])("not %s, as a source", (address) => {
    expect(ofCopy(() => ({ source: BlobSource.fromUrl(address) }))).toEqual([]);
  });
});

describe("what is pasted in place of a URL of a source is told:", () => {
  test.each<[string, string]>([
    ["https://github.com/o/r/tree/main/models", "GitHub's page about a file"],
    ["https://github.com/o/r/releases/tag/v1", "GitHub's page about a release"],
    ["https://github.com/o/r/releases/latest", "GitHub's page about a release"],
    ["https://gist.github.com/me/0123abcd", "GitHub's page about a gist"],
    ["https://gitlab.com/o/r/-/blob/main/b", "GitLab's page about a file"],
    ["https://gitlab.example.com/group/sub/r/-/tree/main", "GitLab's page about a file"],
    ["https://bitbucket.org/o/r/src/main/b", "Bitbucket's page about a file"],
    ["https://drive.google.com/file/d/1/view?usp=sharing", "Google's page about a file"],
    ["https://console.cloud.google.com/storage/browser/b/o", "Google's page about a file"],
    ["https://storage.cloud.google.com/b/o", "Google's page about a file"],
    ["https://s3.console.aws.amazon.com/s3/object/b", "a page of the AWS console"],
    ["https://www.dropbox.com/s/x/b?dl=0", "Dropbox's page about a file"],
    ["https://onedrive.live.com/download?cid=1", "a page about a file"],
    ["https://contoso.sharepoint.com/:u:/s/team/abc", "a page about a file"],
    ["arn:aws:s3:::bucket/key", "an address that only its own tools read"],
    ["azureml://datastores/x/paths/b", "an address that only its own tools read"],
    ["dbfs:/mnt/b", "an address that only its own tools read"],
    ["hdfs://name/b", "an address that only its own tools read"],
    ["UseDevelopmentStorage=true", "a connection string"],
    ["DefaultEndpointsProtocol=https;AccountName=a", "a connection string"],
  ])("%s", (address, what) => {
    const [problem, ...others] = ofCopy(() => ({ source: BlobSource.fromUrl(address) }));
    expect(problem).toContain(` is ${what}`);
    expect(others).toEqual([]);
  });

  test.each([
    "https://github.com/o/r/raw/main/b",
    "https://github.com/o/r/releases/download/v1/b",
    "https://github.com/o/r/releases/latest/download/b",
    "https://gitlab.com/o/r/-/raw/main/b",
    "https://www.dropbox.com/s/x/b?dl=1",
    "https://huggingface.co/o/r/resolve/main/b",
  ])("not %s, which is the file", (address) => {
    expect(ofCopy(() => ({ source: BlobSource.fromUrl(address) }))).toEqual([]);
  });
});

describe("a URL of a blob is told that", () => {
  test.each(["100%", "a%2", "%zz", "%VERSION%", "%ff%fe"])("has %s in its path", (name) => {
    expect(ofCopy(() => ({ source: BlobSource.fromUrl(url(`models/${name}`)) }))).toEqual([
      `source.url ${JSON.stringify(url(`models/${name}`))} has ${JSON.stringify(name)} in its path, which is not escaped correctly; write a "%" of a name as %25.`,
    ]);
  });

  test.each(["snapshot=latest", "snapshot=", "snapshot=2026-03-09T01:42:34.936Z", "snapshot=2026-13-09T01:42:34.9360000Z", "versionId=1"])(
    "has %s",
    (query) => {
      const [problem, ...others] = ofCopy(() => ({ source: BlobSource.fromUrl(url(`models/b?${query}`)) }));
      expect(problem).toMatch(/^source\.url: (snapshot|versionId) (".*" is not|must be a string that is not empty)/);
      expect(others).toEqual([]);
    },
  );

  test("has two snapshots", () => {
    const moments = ["0", "1"].map((digit) => `snapshot=2026-03-09T01:42:34.936000${digit}Z`).join("&");
    expect(ofCopy(() => ({ source: BlobSource.fromUrl(url(`models/b?${moments}`)) }))).toEqual([
      'source.url "https://source.blob.core.windows.net/models/b?…" has snapshot twice; remove one of them.',
    ]);
  });

  test.each(["models/a%2520b", "models/100%25", "models/b?snapshot=2026-03-09T01%3A42%3A34.9360000Z"])("not: %s", (path) => {
    expect(ofCopy(() => ({ source: BlobSource.fromUrl(url(path)) }))).toEqual([]);
  });
});

describe("a name is told that", () => {
  test.each(["undefined", "null"])("is the absent container %s", (containerName) => {
    expect(ofCopy(() => ({ destination: destination({ containerName }) }))).toEqual([
      expect.stringContaining(
        `destination.containerName "${containerName}" contains "${containerName}", the text of a value that was missing`,
      ),
    ]);
  });

  test("is an address of Azure Storage", () => {
    const blobName = "https://destination.blob.core.windows.net/backups/b";
    const what = "is a URL of Azure Storage; give the name below the container, or the whole URL to fromUrl.";
    expect(ofCopy(() => ({ destination: destination({ blobName }) }))).toEqual([`destination.blobName "${blobName}" ${what}`]);
    expect(ofSet({ to: { prefix: blobName } })).toEqual([`to.prefix "${blobName}" ${what}`]);
    expect(ofCopy(() => ({ destination: destination({ blobName: "https://example.com/page" }) }))).toEqual([]);
  });

  test.each(["v3/**/", "**/v3/", "*.bin"])("is the glob %s for a prefix", (prefix) => {
    expect(ofSet({ from: { prefix } })).toEqual([
      `from.prefix ${JSON.stringify(prefix)} contains "*", but a prefix is the text at the start of names; remove it, and give globs in include.`,
    ]);
  });
});

describe("what belongs to Terraform is told in the wrong place:", () => {
  test.each<[string, (stack: TerraformStack) => unknown]>([
    ["a variable", (stack) => new TerraformVariable(stack, "v", {})],
    ["a local value", (stack) => new TerraformLocal(stack, "v", "x")],
    ["an output", (stack) => new TerraformOutput(stack, "v", { value: "x" })],
  ])("%s for a name", (_, make) => {
    expect(ofCopy((stack) => ({ destination: destination({ blobName: make(stack) }) }))).toEqual([
      "destination.blobName must be a string, got a construct; give one of its attributes, such as its name, its id or, of a variable, stringValue.",
    ]);
  });

  test("an output in dependsOn", () => {
    expect(ofCopy((stack) => ({ dependsOn: [new TerraformOutput(stack, "v", { value: "x" })] }))).toEqual([
      "dependsOn[0] must be a construct, such as the container, got a construct that is not a resource; give the resource that is meant.",
    ]);
  });

  test.each(["key", "value"] as const)("the %s of an iterator without forEach", (part) => {
    const each = TerraformIterator.fromMap({ a: "b" });
    expect(ofCopy(() => ({ destination: destination({ blobName: `now/${each[part] as string}` }) }))).toEqual([
      `each.${part} of an iterator is used without forEach; give the iterator as forEach.`,
    ]);
    expect(ofCopy(() => ({ metadata: { of: each[part] as string } }))).toHaveLength(1);
    expect(ofCopy(() => ({ forEach: each, destination: destination({ blobName: `now/${each[part] as string}` }) }))).toEqual([]);
  });

  test("count.index", () => {
    expect(ofCopy(() => ({ metadata: { of: "${count.index}" } }))).toEqual([
      "count.index is used, and this construct has no count; use forEach with an iterator.",
    ]);
  });

  test("the name each.key in a text", () => {
    expect(ofCopy(() => ({ metadata: { of: "each.key" } }))).toEqual([]);
  });

  test("a copy for the declaration of one", () => {
    const stack = testStack();
    const copy = new BlobCopy(stack, "copy", { source: source(), destination: destination() });
    new BlobCopySet(stack, "set", { copies: [copy] });
    expect(problemsOf(stack)).toEqual(["[stack/set] copies[0]: a copy of a set takes an object with its options, got a construct."]);
  });

  test("a hole in the list of copies", () => {
    const copies = [{ source: source(), destination: destination() }];
    copies[2] = { source: source(), destination: destination({ blobName: "c" }) };
    expect(ofSet({ copies })).toEqual(["copies[1]: a copy of a set takes an object with its options, got nothing."]);
  });
});

describe("an identity is told that", () => {
  const ID = "00000000-0000-0000-0000-000000000000";
  const principal = (more: object) => () => ({
    source: source({ credential: Credential.servicePrincipal({ tenantId: ID, clientId: ID, clientSecretEnvironment: "SECRET", ...more }) }),
  });

  test.each(["common", "organizations", "<tenant-id>", `{${ID}}`, ` ${ID}`, "../x", `https://login.microsoftonline.com/${ID}`])(
    "has the tenant %j",
    (tenantId) => {
      expect(ofCopy(principal({ tenantId }))).toEqual([
        `source.credential.tenantId ${JSON.stringify(tenantId)} is not a tenant: give its id, a GUID, or its domain, such as contoso.onmicrosoft.com.`,
      ]);
    },
  );

  test.each([`${ID}\n`, "/subscriptions/1/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/i", "my app"])(
    "has the client %j",
    (clientId) => {
      const what = expect.stringMatching(/^source\.credential\.clientId ".*" is not the id of an application/) as unknown;
      expect(ofCopy(principal({ clientId }))).toEqual([what]);
      expect(ofCopy(() => ({ source: source({ credential: Credential.managedIdentity({ clientId }) }) }))).toEqual([what]);
    },
  );

  test("not: a domain", () => {
    expect(ofCopy(principal({ tenantId: "contoso.onmicrosoft.com" }))).toEqual([]);
  });
});

describe("a set is told that", () => {
  test.each<[string, object, string]>([
    ["leaves nothing", { exclude: ["**"] }, 'exclude has "**", which leaves nothing to be copied; remove it.'],
    [
      "excludes what it includes",
      { include: ["*.bin"], exclude: ["*.tmp", "*.bin"] },
      "exclude has every glob of include, which leaves nothing to be copied; remove one of them from exclude.",
    ],
    [
      "leads out of its prefix",
      { include: ["../**"] },
      'include[0] "../**" contains "..", and no name has such a segment; write names relative to the prefix.',
    ],
    [
      "has a shell's pattern",
      { include: ["@(a|b)"] },
      'include[0] "@(a|b)" has a shell pattern in parentheses, which a glob cannot have; write alternatives as {a,b}.',
    ],
    [
      "has the end of a line",
      { exclude: ["*.bin\n"] },
      'exclude[0] "*.bin\\n" contains a control character, and no name has one; remove it.',
    ],
    [
      "reports to a URL",
      { report: "https://x/report.html" },
      'report "https://x/report.html" is a URL, but it is a file on the machine that deploys; give its path.',
    ],
    [
      "reports to a shell's home",
      { manifestOut: "~/made.ndjson" },
      'manifestOut "~/made.ndjson" begins with a part that only a shell replaces; give the path itself, relative to the project or from the root.',
    ],
    [
      "writes one file twice",
      { report: "a.html", manifestOut: "./a.html" },
      'report and manifestOut are the same file "a.html"; give one of them another name.',
    ],
    [
      "is faster than there are numbers",
      { bandwidth: "9999TB/s" },
      'bandwidth "9999TB/s" is not a rate: write a number above 0 and a unit of bytes, known at synth, such as "200MB/s" or "1GiB/s" (no bits).',
    ],
  ])("%s", (_, config, problem) => {
    expect(ofSet({ ...config })).toEqual([problem]);
  });
});
