import { BlobCopy, BlobCopySet, BlobDestination, BlobSource } from "../../lib";
import type { TerraformStack } from "cdktf";
import { parseIntent } from "../../src/intent/parse/parse-intent";
import { terraformData, testStack } from "./support/synthesized";

interface Written {
  readonly version: number;
  readonly owner: string;
  readonly copies?: readonly { readonly source: object; readonly destination: object }[];
  readonly set?: {
    readonly manifest?: object;
    readonly prefixes?: { readonly source: object; readonly destination: object };
    readonly atomic: boolean;
  };
}

const container = { blobEndpoint: "https://app.blob.core.windows.net/", containerName: "models" };
const source = BlobSource.fromUrl("https://example.com/b");
const destination = BlobDestination.fromContainer({ ...container, blobName: "b" });
const sides = {
  from: BlobSource.fromPrefix({ blobEndpoint: "https://release.blob.core.windows.net/", containerName: "release" }),
  to: BlobDestination.fromPrefix(container),
};

/** Reduces an intent to the parts that a handwritten one must have. */
function shortOf({ version, owner, copies = [], set }: Written): object {
  const places = copies.map((copy) => ({ source: copy.source, destination: copy.destination }));
  if (set === undefined) return { version, owner, copies: places };
  const { manifest, prefixes, atomic } = set;
  const content = prefixes === undefined ? { manifest } : { prefixes: { source: prefixes.source, destination: prefixes.destination } };
  return { version, owner, copies: places, set: { ...content, atomic } };
}

describe("what is not declared means the same in a construct and in an intent that is written by hand:", () => {
  test.each<[string, (stack: TerraformStack) => unknown]>([
    ["a copy", (stack) => new BlobCopy(stack, "it", { source, destination })],
    ["a set of a prefix", (stack) => new BlobCopySet(stack, "it", sides)],
    ["an atomic set of a prefix", (stack) => new BlobCopySet(stack, "it", { ...sides, atomic: true })],
    ["a set of a list", (stack) => new BlobCopySet(stack, "it", { copies: [{ source, destination }] })],
    ["an atomic set of a list", (stack) => new BlobCopySet(stack, "it", { copies: [{ source, destination }], atomic: true })],
  ])("%s", (_, declare) => {
    const stack = testStack();
    declare(stack);
    const written = terraformData(stack)["it"]?.["input"] as Written;
    expect(parseIntent(written)).toEqual(parseIntent(shortOf(written)));
  });
});
