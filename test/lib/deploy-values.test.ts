import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  App,
  DataResource,
  Fn,
  Lazy,
  Op,
  TerraformIterator,
  type ListTerraformIterator,
  TerraformStack,
  TerraformVariable,
  Token,
  conditional,
  propertyAccess,
  ref,
} from "cdktf";
import { BlobCopy, BlobCopySet, BlobDestination, BlobSource, Credential, type BlobCopyConfig, type BlobCopySetConfig } from "../../lib";
import { context } from "./support/synthesized";

/** Values that only the deploy knows, and values that the framework types as `any`. */
const VALUES: readonly (readonly [what: string, make: (stack: TerraformStack) => unknown, expression: string])[] = [
  ["a variable's value", (stack) => new TerraformVariable(stack, "v", {}).value as unknown, "var.v"],
  ["a variable's text", (stack) => new TerraformVariable(stack, "v", { type: "string" }).stringValue, "var.v"],
  ["a variable's number", (stack) => new TerraformVariable(stack, "v", { type: "number" }).numberValue, "var.v"],
  ["a part of a variable's value", (stack) => propertyAccess(new TerraformVariable(stack, "v", {}).value, ["a"]), "var.v.a"],
  ["Fn.conditional", () => Fn.conditional(true, "a", "b") as unknown, 'true ? "a" : "b"'],
  ["conditional", () => conditional(true, "a", "b"), 'true ? "a" : "b"'],
  ["Fn.lookup", () => Fn.lookup({ a: "b" }, "a", "c") as unknown, 'lookup({"a" = "b"}, "a", "c")'],
  ["Fn.element", (stack) => Fn.element(new TerraformVariable(stack, "v", {}).listValue, 0) as unknown, "element(var.v, 0)"],
  ["an operation", () => Op.add(1, 2), "(1 + 2)"],
  ["the output of a resource", (stack) => new DataResource(stack, "d", { input: { a: "b" } }).output, "terraform_data.d.output"],
  ["a reference by hand", () => ref("local.x"), "local.x"],
  ["any value as text", (stack) => Token.asString(new TerraformVariable(stack, "v", {}).value), "var.v"],
];

const AT = { blobEndpoint: "https://source.blob.core.windows.net/", containerName: "models", blobName: "b" };
const AT_PREFIX = { blobEndpoint: AT.blobEndpoint, containerName: "models", prefix: "p/" };
const SHARE = { fileEndpoint: "https://source.file.core.windows.net/", shareName: "share", filePath: "f" };
const TO = { blobEndpoint: "https://destination.blob.core.windows.net/", containerName: "backups", blobName: "b" };

/** Any value in any place: without a type, as in JavaScript. */
type Untyped = never;

/** Each copy has its own destination. */
const copyOf = (blobName: string, parts: Partial<BlobCopyConfig>): BlobCopyConfig => ({
  source: BlobSource.fromContainer(AT),
  destination: BlobDestination.fromContainer({ ...TO, blobName }),
  ...parts,
});
const setOf = (prefix: string, parts: Partial<BlobCopySetConfig>): BlobCopySetConfig => ({
  from: BlobSource.fromPrefix(AT_PREFIX),
  to: BlobDestination.fromPrefix({ blobEndpoint: TO.blobEndpoint, containerName: "sets", prefix: `${prefix}/` }),
  ...parts,
});
type Declare = (stack: TerraformStack, id: string, value: Untyped) => unknown;

const inCopy =
  (parts: (value: Untyped) => Partial<BlobCopyConfig>): Declare =>
  (stack, id, value) =>
    new BlobCopy(stack, id, copyOf(id, parts(value)));
const inSet =
  (parts: (value: Untyped) => Partial<BlobCopySetConfig>): Declare =>
  (stack, id, value) =>
    new BlobCopySet(stack, id, setOf(id, parts(value)));

const PLACES = {
  name: inCopy((blobName) => ({ source: BlobSource.fromContainer({ ...AT, blobName }) })),
  container: inCopy((containerName) => ({ source: BlobSource.fromContainer({ ...AT, containerName }) })),
  endpoint: inCopy((blobEndpoint) => ({ source: BlobSource.fromContainer({ ...AT, blobEndpoint }) })),
  snapshot: inCopy((snapshot) => ({ source: BlobSource.fromContainer({ ...AT, snapshot }) })),
  url: inCopy((url) => ({ source: BlobSource.fromUrl(url) })),
  metadata: inCopy((a) => ({ metadata: { a } })),
  tags: inCopy((a) => ({ tags: { a } })),
  headers: inCopy((contentType) => ({ contentHeaders: { contentType } })),
  triggers: inCopy((a) => ({ copyTriggers: { a } })),
  prefix: inSet((prefix) => ({ from: BlobSource.fromPrefix({ ...AT_PREFIX, prefix }) })),
  maxConcurrency: inSet((maxConcurrency) => ({ maxConcurrency })),
  maxFailures: inSet((maxFailures) => ({ maxFailures })),
  include: inSet((include) => ({ include })),
  exclude: inSet((exclude) => ({ exclude })),
  newName: inSet((a) => ({ rename: { a } })),
  destinationPrefix: inSet((prefix) => ({ to: BlobDestination.fromPrefix({ ...TO, blobName: undefined, prefix } as never) })),
  destination: inCopy((blobName) => ({ destination: BlobDestination.fromContainer({ ...TO, blobName }) })),
  destinationEndpoint: inCopy((blobEndpoint) => ({ destination: BlobDestination.fromContainer({ ...TO, blobEndpoint }) })),
  file: inCopy((filePath) => ({ source: BlobSource.fromFileShare({ ...SHARE, filePath }) })),
  share: inCopy((shareName) => ({ source: BlobSource.fromFileShare({ ...SHARE, shareName }) })),
  versionId: inCopy((versionId) => ({ source: BlobSource.fromContainer({ ...AT, versionId }) })),
  etag: inCopy((ifMatch) => ({ sourceConditions: { ifMatch } })),
  expression: inCopy((ifTags) => ({ destinationConditions: { ifTags } })),
  lease: inCopy((destinationLeaseId) => ({ destinationLeaseId })),
  scope: inCopy((encryptionScope) => ({ encryptionScope })),
  md5: inCopy((sourceContentMd5) => ({ sourceContentMd5 })),
  policy: inCopy((until) => ({ immutabilityPolicy: { until } })),
  mapOfMetadata: inCopy((metadata) => ({ metadata })),
  mapOfTriggers: inCopy((copyTriggers) => ({ copyTriggers })),
  list: (stack, id, value) =>
    new BlobCopySet(stack, id, {
      copies: [
        {
          key: "one",
          source: BlobSource.fromContainer({ ...AT, blobName: value }),
          destination: BlobDestination.fromContainer({ ...TO, containerName: "lists", blobName: value }),
          metadata: { a: value },
        },
      ],
    }),
  accountName: inCopy((accountName) => {
    return { source: BlobSource.fromContainer({ ...AT, credential: Credential.accountKeyFromEnvironment("KEY", { accountName }) }) };
  }),
  clientId: inCopy((clientId) => ({ source: BlobSource.fromContainer({ ...AT, credential: Credential.managedIdentity({ clientId }) }) })),
  sas: inCopy((secret) => ({ source: BlobSource.fromContainer({ ...AT, credential: Credential.sas(secret) }) })),
  connectionString: inCopy((secret) => ({ source: BlobSource.fromContainer({ ...AT, credential: Credential.connectionString(secret) }) })),
} satisfies Record<string, Declare>;

type Place = keyof typeof PLACES;

/** Places where a number is wrong: lists, maps and secrets. */
const NOT_A_NUMBER: readonly Place[] = ["include", "exclude", "mapOfMetadata", "mapOfTriggers", "sas", "connectionString"];

const outdir = mkdtempSync(join(tmpdir(), "blob-copy-values-"));
afterAll(() => rmSync(outdir, { recursive: true, force: true }));

/** Uses the framework's own synth, which prepares before it validates. */
function synthesized(declare: (stack: TerraformStack) => unknown): string {
  const app = new App({ outdir, context });
  declare(new TerraformStack(app, "stack"));
  app.synth();
  return readFileSync(join(outdir, "stacks", "stack", "cdk.tf.json"), "utf8");
}

test.each(VALUES)("%s can be given wherever a value is taken", (what, make, expression) => {
  const places = (Object.keys(PLACES) as Place[]).filter((place) => !/number|operation/.test(what) || !NOT_A_NUMBER.includes(place));
  const text = synthesized((stack) => {
    const value = make(stack) as Untyped;
    for (const place of places) PLACES[place](stack, place, value);
  });
  const { resource } = JSON.parse(text) as { resource: { terraform_data: Record<string, unknown> } };
  const has = (place: Place) => JSON.stringify(resource.terraform_data[place]).includes(JSON.stringify(expression).slice(1, -1));
  expect(places.filter((place) => !has(place))).toEqual([]);
});

test.each([
  ["iterator.value", (iterator: ListTerraformIterator) => iterator.value as unknown, "each.value"],
  ["iterator.key", (iterator: ListTerraformIterator) => iterator.key as unknown, "each.key"],
] as const)("%s of a list can be given as names and metadata", (_, of, expression) => {
  const text = synthesized((stack) => {
    const iterator = TerraformIterator.fromList(["a", "b"]);
    const blobName = of(iterator) as Untyped;
    return new BlobCopy(stack, "copy", {
      forEach: iterator,
      source: BlobSource.fromContainer({ ...AT, blobName }),
      destination: BlobDestination.fromContainer({ ...TO, blobName }),
      metadata: { from: blobName },
    });
  });
  expect(text.split(`\${${expression}}`).length).toBeGreaterThan(3);
});

/** Values that synth itself makes late are checked like those that exist from the start. */
const LATE: readonly (readonly [late: string | undefined, place: Place, problem: string])[] = [
  ["https://source.blob.core.windows.net/a/b?sig=c2VjcmV0", "url", "source.url holds a SAS"],
  ["?sv=2024-01-01&sig=c2VjcmV0", "metadata", "metadata.a holds a SAS"],
  ["https://b.s3.amazonaws.com/x?X-Amz-Signature=c2VjcmV0", "triggers", "copyTriggers.a holds a presigned Amazon S3 URL"],
  ["sv=2024-01-01&sig=c2VjcmV0", "sas", "source.credential is a literal secret"],
  ["AccountName=a;AccountKey=c2VjcmV0", "connectionString", "source.credential is a literal secret"],
  ["releases/v1.", "name", 'source.blobName "releases/v1." has a segment that ends in a dot'],
  ["Models", "container", 'source.containerName "Models" is not a container name'],
  [undefined, "url", "source.url must be a string that is not empty"],
  [undefined, "name", "source.blobName must be a string that is not empty"],
  [undefined, "endpoint", "source.blobEndpoint must be a string that is not empty"],
  [undefined, "sas", "source.credential is a literal secret"],
];

test("texts that synth makes late are refused in the same words, all at once", () => {
  const error = thrownBy(() =>
    synthesized((stack) => {
      for (const [index, [late, place]] of LATE.entries()) {
        PLACES[place](stack, `late-${index}`, Lazy.stringValue({ produce: () => late }) as Untyped);
      }
    }),
  );
  const told = LATE.map((_, index) => error.split("\n").filter((line) => line.includes(`[stack/late-${index}]`)));
  expect(told).toEqual(LATE.map(([, , problem]) => [expect.stringContaining(problem) as string]));
  expect(error).not.toContain("c2VjcmV0");
});

test("a destination that synth makes late and that is nothing is refused, too", () => {
  const url = Lazy.stringValue({ produce: () => undefined });
  const error = thrownBy(() =>
    synthesized((stack) => new BlobCopy(stack, "copy", copyOf("copy", { destination: BlobDestination.fromUrl(url) }))),
  );
  expect(error).toContain("[stack/copy] destination.url must be a string that is not empty");
});

test("a text that synth makes late is written as it is", () => {
  const late = Lazy.stringValue({ produce: () => "late" }) as Untyped;
  expect(synthesized((stack) => PLACES.name(stack, "copy", late))).toContain('"blobName": "late"');
});

function thrownBy(step: () => unknown): string {
  try {
    step();
  } catch (error) {
    return String(error);
  }
  throw new Error("nothing was refused");
}
