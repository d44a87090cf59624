import { type CfnResource, Duration, RemovalPolicy } from "aws-cdk-lib";
import { BlobCopySet, type BlobCopySetProps, BlobDestination, BlobSource, Credential, RecopyPolicy } from "../../../lib/aws-cdk";
import { parseIntent } from "../../../src/intent/parse/parse-intent";
import { newStack } from "./app";

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

/** All of them in one stack, which is never synthesized as a whole: that would take most of the time. */
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
    expect(fingerprint({ timeout: Duration.minutes(5), removalPolicy: RemovalPolicy.DESTROY })).toBe(first);
    const others = [{ from: from("v4/") }, { include: ["a"] }, { rename: { a: "b" } }, { metadata: {} }, { copyTriggers: { a: "1" } }];
    for (const other of others) expect(fingerprint(other)).not.toBe(first);
  });

  it.each<readonly [string, Record<string, unknown>, string]>([
    ["no prefix", { from: undefined }, "to is given without from"],
    ["a source as destination", { to: from() }, "to must be made with BlobDestination.fromPrefix"],
    [
      "no credential",
      { to: BlobDestination.fromPrefix({ blobEndpoint: "https://a.blob.core.windows.net", containerName: "abc" }) },
      "to.credential must be given",
    ],
    ["a long timeout", { timeout: Duration.hours(2) }, "or make several sets of it"],
    ["prune that never runs", { prune: true }, "add recopy: RecopyPolicy.EVERY_DEPLOY"],
    ["one blob's option", { destinationLeaseId: "00000000-0000-0000-0000-000000000000" }, "destinationLeaseId is given"],
    ["a list", { copies: [] }, "declare a BlobCopy for each blob"],
    ["atomic", { atomic: true }, "always is all or nothing"],
    ["a bad glob", { include: ["{a"] }, "include"],
    ["overlap", { to: BlobDestination.fromPrefix({ ...from()._place, prefix: "v3/x/", credential: identity() }) }, "from and to"],
  ])("refuses %s", (_, props, problem) => {
    expect(declared(props).node.validate()).toEqual(expect.arrayContaining([expect.stringContaining(problem)]));
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
});
