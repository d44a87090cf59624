import { type CfnResource, Duration, Lazy, RemovalPolicy } from "aws-cdk-lib";
import { BlobCopy, BlobCopySet, type BlobCopySetProps, BlobDestination, BlobSource, Credential, RecopyPolicy } from "../../../lib/aws-cdk";
import { parseIntent } from "../../../src/intent/parse/parse-intent";
import { declaredIn, type ResourceProperties } from "../../../src/lambda/ports/declared";
import { newStack, secretOf } from "./app";

const identity = () => Credential.webIdentity({ tenantId: "tenant", clientId: "client" });
const from = (prefix = "v3/") =>
  BlobSource.fromPrefix({ blobEndpoint: "https://releases.blob.core.windows.net", containerName: "public", prefix });
const to = (prefix = "live/") =>
  BlobDestination.fromPrefix({
    blobEndpoint: "https://partners.blob.core.windows.net",
    containerName: "inbox",
    prefix,
    credential: identity(),
  });

/**
 * One stack for all sets, which is never synthesized as a whole: that would take most of the time.
 */
const stack = newStack();
let sets = 0;

function declared(props: object = {}): BlobCopySet {
  return new BlobCopySet(stack, `Models${++sets}`, { from: from(), to: to(), ...props });
}

function propertiesOf(props: Partial<BlobCopySetProps> = {}): Record<string, string> {
  const resource = declared(props).node.findChild("Resource").node.defaultChild as CfnResource;
  const { Resources } = stack.resolve(resource._toCloudFormation()) as {
    Resources: Record<string, { Properties: Record<string, string> }>;
  };
  return Object.values(Resources)[0]?.Properties ?? {};
}

describe("BlobCopySet of AWS CDK", () => {
  it("has the names of its attributes as a property, so that one of a later version is asked for", () => {
    expect(propertiesOf()["Attributes"]).toBe("bytesCopied completedOn copied pruned skipped total");
  });

  it("becomes a custom resource with an intent that the handler takes", () => {
    const { Intent = "", OnDestroy } = propertiesOf({
      include: ["**/*.onnx"],
      exclude: ["tmp/**"],
      rename: { "a.onnx": "b.onnx" },
      metadata: { team: "a" },
      prune: true,
      recopy: RecopyPolicy.EVERY_DEPLOY,
      timeout: Duration.minutes(20),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    expect(OnDestroy).toBe("delete");
    expect(parseIntent(JSON.parse(Intent))).toMatchObject({
      owner: expect.stringMatching(/^Stack\/Models/) as string,
      timeoutMilliseconds: 1_200_000,
      set: {
        prune: true,
        prefixes: {
          source: { containerName: "public", prefix: "v3/", credential: { kind: "anonymous" } },
          destination: { containerName: "inbox", prefix: "live/", credential: { tenantId: "tenant" } },
          include: ["**/*.onnx"],
          exclude: ["tmp/**"],
          rename: { "a.onnx": "b.onnx" },
          options: { metadata: { team: "a" } },
        },
      },
    });
  });

  it("runs again when what it says of the destination changes, and only then", () => {
    const fingerprint = (props: Partial<BlobCopySetProps> = {}) => propertiesOf(props)["Fingerprint"];
    const first = fingerprint();
    expect(JSON.parse(first ?? "")).toMatchObject({ include: [], exclude: [], rename: {} });
    expect(fingerprint({ timeout: Duration.minutes(5), removalPolicy: RemovalPolicy.DESTROY })).toBe(first);
    const others = [{ from: from("v4/") }, { include: ["a"] }, { rename: { a: "b" } }, { metadata: {} }, { copyTriggers: { a: "1" } }];
    for (const other of others) expect(fingerprint(other)).not.toBe(first);
  });

  it.each<readonly [string, Record<string, unknown>, string]>([
    ["no prefix", { from: undefined }, "to is given without from"],
    ["a source as destination", { to: from() }, "to must be made with BlobDestination.fromPrefix"],
    [
      "no credential",
      { to: BlobDestination.fromPrefix({ blobEndpoint: "https://aaa.blob.core.windows.net", containerName: "abc" }) },
      "to.credential must be given",
    ],
    ["a long timeout", { timeout: Duration.hours(2) }, "or split the set"],
    ["prune that never runs", { prune: true }, "add recopy: RecopyPolicy.EVERY_DEPLOY"],
    ["one blob's option", { destinationLeaseId: "00000000-0000-0000-0000-000000000000" }, "destinationLeaseId is given"],
    ["a list beside prefixes", { copies: [] }, "copies and from or to are given"],
    ["a limit that is none", { maxFailures: -1 }, "maxFailures must be a whole number"],
    ["a bandwidth that is none", { bandwidth: "fast" }, "bandwidth"],
    ["a file", { manifestOut: "a.ndjson" }, "result(key) are attributes"],
    ["atomic", { atomic: true }, "is always all or nothing"],
    ["a bad glob", { include: ["{a"] }, "include"],
    ["overlap", { to: BlobDestination.fromPrefix({ ...from()._place, prefix: "v3/x/", credential: identity() }) }, "from and to"],
  ])("refuses %s", (_, props, problem) => {
    expect(declared(props).node.validate()).toEqual(expect.arrayContaining([expect.stringContaining(problem)]));
  });

  it.each<readonly [string, Partial<BlobCopySetProps>, boolean]>([
    ["prunes", { prune: true, recopy: RecopyPolicy.EVERY_DEPLOY }, true],
    ["is removed with its blobs", { removalPolicy: RemovalPolicy.DESTROY }, true],
    ["deletes nothing", {}, false],
    ["leaves the name out", { exclude: ["labels.json"], removalPolicy: RemovalPolicy.DESTROY }, false],
  ])("that %s says so to a copy below its destination", (_, props, isRefused) => {
    const own = newStack();
    new BlobCopySet(own, "Set", { from: from(), to: to(), ...props });
    const copy = new BlobCopy(own, "Copy", {
      source: BlobSource.fromUrl("https://releases.blob.core.windows.net/labels/of"),
      destination: BlobDestination.fromUrl("https://partners.blob.core.windows.net/inbox/live/labels.json", { credential: identity() }),
    });
    const problems = own.node.findAll().flatMap(({ node }) => node.validate());
    const warnings = copy.node.metadata.filter(({ type }) => type === "aws:cdk:warning");
    expect(problems).toEqual(
      isRefused ? [expect.stringContaining('Stack/Set could delete the blob of the other; add exclude: ["labels.json"] to Stack/Set')] : [],
    );
    expect(warnings).toHaveLength(isRefused || props.exclude !== undefined ? 0 : 1);
  });

  it("needs an order with a copy that it reads", () => {
    const own = newStack();
    const copy = new BlobCopy(own, "Copy", {
      source: BlobSource.fromUrl("https://releases.blob.core.windows.net/labels/of"),
      destination: BlobDestination.fromUrl("https://partners.blob.core.windows.net/inbox/live/labels.json", { credential: identity() }),
    });
    const set = new BlobCopySet(own, "Set", { from: BlobSource.fromPrefix({ ...to()._place, credential: identity() }), to: to("later/") });
    const problems = () => own.node.findAll().flatMap(({ node }) => node.validate());
    expect(problems()).toEqual([expect.stringContaining("from is written by Stack/Copy, but their order is not declared")]);
    set.node.addDependency(copy);
    expect(problems()).toEqual([]);
  });

  it("looks at what synth makes late like at anything else", () => {
    const prefix = Lazy.string({ produce: () => "/v3" });
    expect(declared({ from: from(prefix) }).node.validate()).toEqual(
      expect.arrayContaining([expect.stringContaining('from.prefix "/v3" starts with "/"')]),
    );
  });

  it("has counts as attributes", () => {
    const set = declared();
    const values = [set.total, set.copied, set.skipped, set.pruned, set.bytesCopied, set.completedOn];
    expect(values.map((value) => (stack.resolve(value) as { "Fn::GetAtt": string[] })["Fn::GetAtt"][1])).toEqual([
      "total",
      "copied",
      "skipped",
      "pruned",
      "bytesCopied",
      "completedOn",
    ]);
  });

  it("limits requests, failures and bytes as declared", () => {
    const limits = (props: Partial<BlobCopySetProps>) => (JSON.parse(propertiesOf(props)["Intent"] ?? "") as { set: object }).set;
    expect(limits({})).toMatchObject({ maxConcurrency: 256, maxFailures: 0 });
    expect(limits({ maxConcurrency: 8, maxFailures: 20, bandwidth: "1MB/s" })).toMatchObject({
      maxConcurrency: 8,
      maxFailures: 20,
      bandwidthBytesPerSecond: 1_000_000,
    });
  });
});

describe("BlobCopySet of AWS CDK with a list", () => {
  const blob = (blobName: string, credential = identity()) =>
    BlobDestination.fromContainer({
      blobEndpoint: "https://partners.blob.core.windows.net",
      containerName: `lists${sets}`,
      blobName,
      credential,
    });
  const source = (name: string) => BlobSource.fromUrl(`https://releases.blob.core.windows.net/public/${name}`);
  const list = (props: object = {}) => declared({ from: undefined, to: undefined, ...props });
  const listed = (props: object = {}) => ({
    copies: [
      { source: source("a"), destination: blob("a"), metadata: { team: "a" } },
      { source: source("b"), destination: blob("b"), key: "second" },
    ],
    ...props,
  });
  const propertiesOfList = (set: BlobCopySet) => {
    const resource = set.node.findChild("Resource").node.defaultChild as CfnResource;
    const { Resources } = stack.resolve(resource._toCloudFormation()) as { Resources: Record<string, { Properties: ResourceProperties }> };
    return Object.values(Resources)[0]?.Properties ?? {};
  };

  it("becomes a custom resource with a list that the handler takes", () => {
    const set = list(listed());
    expect(set.node.validate()).toEqual([]);
    const { intent, list: copies } = declaredIn(propertiesOfList(set), "stack#resource");
    expect(intent.set).toMatchObject({ manifest: { file: "copies" }, prune: false });
    expect(copies).toMatchObject([
      {
        key: "a",
        source: { url: expect.stringContaining("public/a") as string, credential: { kind: "anonymous" } },
        metadata: { team: "a" },
      },
      { key: "second", destination: { blobName: "b", credential: { tenantId: "tenant" } } },
    ]);
  });

  it("is the same in another order, and another with another copy", () => {
    const fingerprint = (copies: readonly object[]) => propertiesOfList(list({ copies }))["Fingerprint"];
    const [one, other] = listed().copies;
    expect(fingerprint([other ?? {}, one ?? {}])).toBe(fingerprint([one ?? {}, other ?? {}]));
    expect(fingerprint([one ?? {}])).not.toBe(fingerprint([one ?? {}, other ?? {}]));
  });

  it("has a result for each of them, which asks for nothing but the attributes that are read", () => {
    const set = list(listed());
    const before = propertiesOfList(set);
    expect(before["Results"]).toBeUndefined();
    const { etag, bytesCopied } = set.result("second");
    expect(set.node.validate()).toEqual([]);
    const { results } = declaredIn(propertiesOfList(set), "stack#resource");
    expect(results.map(({ key, attribute }) => [key, attribute])).toEqual([
      ["second", "bytesCopied"],
      ["second", "etag"],
    ]);
    const names = [bytesCopied, etag].map((value) => (stack.resolve(value) as { "Fn::GetAtt": string[] })["Fn::GetAtt"][1]);
    expect(names).toEqual(results.map(({ as }) => as));
    expect(propertiesOfList(set)["Fingerprint"]).not.toBe(before["Fingerprint"]);
  });

  it("may use each credential of its copies, once", () => {
    const secrets = ["One", "Two"].map((id) => secretOf(stack, id));
    const copies = ["a", "b", "c"].map((name, index) => {
      const secret = secrets[index % 2];
      if (secret === undefined) throw new Error("there are two");
      return { source: source(name), destination: blob(name, Credential.fromSecretsManager(secret)) };
    });
    const set = list({ copies });
    const policy = set.provider.role.node.findChild("DefaultPolicy").node.defaultChild as CfnResource;
    const text = JSON.stringify(stack.resolve(policy._toCloudFormation()));
    for (const secret of secrets) expect(text).toContain((stack.resolve(secret.secretArn) as { Ref: string }).Ref);
  });

  it.each<readonly [string, () => object, string]>([
    ["nothing", () => ({ copies: [] }), "copies is empty"],
    ["no list", () => ({ copies: "all" }), "copies must be a list"],
    ["something else than a copy", () => ({ copies: [undefined] }), "copies[0]"],
    ["an option of the set", () => ({ copies: [{ ...listed().copies[0], timeout: "1h" }] }), "it is one of the set as a whole"],
    ["an option of each copy", () => listed({ metadata: {} }), "metadata is given beside copies"],
    ["prune", () => listed({ prune: true }), "prune is given with copies"],
    [
      "two with one destination",
      () => ({ copies: [listed().copies[0], { ...listed().copies[0], key: "z" }] }),
      "destination is also written by",
    ],
    [
      "a destination that nobody may write",
      () => ({
        copies: [{ source: source("a"), destination: BlobDestination.fromUrl("https://aaa.blob.core.windows.net/b/c", {} as never) }],
      }),
      "copies[0]: destination.credential must be given",
    ],
    [
      "a list that is too long for CloudFormation",
      () => ({ copies: Array.from({ length: 600 }, (_, index) => ({ source: source(`${index}`), destination: blob(`${index}`) })) }),
      "make several sets of them",
    ],
  ])("refuses %s", (_, props, problem) => {
    expect(list(props()).node.validate()).toEqual(expect.arrayContaining([expect.stringContaining(problem)]));
  });

  it.each<readonly [string, (set: BlobCopySet) => unknown, string]>([
    ["a key that no copy has", (set) => set.result("third"), "no copy has that key; the keys are"],
    ["no key", (set) => set.result(undefined as never), "result() takes the key of a copy"],
    ["a key that only CloudFormation knows", (set) => set.result(stack.stackId), "must be known at synth"],
  ])("refuses a result of %s", (_, ask, problem) => {
    const set = list(listed());
    ask(set);
    expect(set.node.validate()).toEqual(expect.arrayContaining([expect.stringContaining(problem)]));
  });

  it("refuses more results than an answer has room for", () => {
    const copies = Array.from({ length: 80 }, (_, index) => ({ source: source(`${index}`), destination: blob(`${index}`) }));
    const set = list({ copies });
    for (let index = 0; index < 80; index++) expect(set.result(`${index}`).etag).toBeDefined();
    expect(set.node.validate()).toEqual([expect.stringContaining("declare those blobs as BlobCopy")]);
  });
});
