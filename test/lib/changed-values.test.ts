import { Fn, Lazy, type TerraformStack, TerraformVariable, Token } from "cdktf";
import * as lib from "../../lib";
import { problemsOf, terraformData, testStack } from "./support/synthesized";

/** The library as JavaScript sees it: without a compiler that checks the arguments. */
const { BlobCopy, BlobCopySet, BlobSource, BlobDestination } = lib as unknown as {
  BlobCopy: new (stack: TerraformStack, id: string, config?: unknown) => unknown;
  BlobCopySet: new (stack: TerraformStack, id: string, config?: unknown) => unknown;
  BlobSource: Record<"fromUrl" | "fromContainer" | "fromPrefix", (...args: unknown[]) => unknown>;
  BlobDestination: Record<"fromContainer" | "fromPrefix", (...args: unknown[]) => unknown>;
};

const AT_SOURCE = "https://source.blob.core.windows.net/";
const SOURCE = { blobEndpoint: AT_SOURCE, containerName: "models", blobName: "b" };
const DESTINATION = { blobEndpoint: "https://destination.blob.core.windows.net/", containerName: "backups", blobName: "b" };
const copy = (more: object = {}) => ({
  source: BlobSource.fromContainer(SOURCE),
  destination: BlobDestination.fromContainer(DESTINATION),
  ...more,
});
const named = (blobName: unknown) => copy({ destination: BlobDestination.fromContainer({ ...DESTINATION, blobName }) });
const set = (more: object) => ({
  from: BlobSource.fromPrefix({ ...SOURCE, blobName: undefined }),
  to: BlobDestination.fromPrefix({ ...DESTINATION, blobName: undefined }),
  ...more,
});

const CHANGED =
  "holds a piece of a Terraform value: JavaScript has cut, changed or escaped what only Terraform knows; use its functions, such as Fn.lower, Fn.substr, Fn.split or Fn.urlencode.";
const A_LIST =
  'is a list that only Terraform knows, but must be one text; take one of its elements with Fn.element(list, 0), or all with Fn.join(",", list).';

type Use = [what: string, config: (value: TerraformVariable) => object, ...problems: string[]];

const COPIES: Use[] = [
  ["a text in upper case", ({ stringValue }) => copy({ metadata: { a: stringValue.toUpperCase() } }), `metadata.a ${CHANGED}`],
  ["a text in lower case", ({ stringValue }) => copy({ metadata: { a: stringValue.toLowerCase() } }), `metadata.a ${CHANGED}`],
  ["the beginning of a text", ({ stringValue }) => named(stringValue.slice(0, 12)), `destination.blobName ${CHANGED}`],
  ["the first characters of a text", ({ stringValue }) => named(`v-${stringValue.slice(0, 7)}-x`), `destination.blobName ${CHANGED}`],
  ["fewer of them", ({ stringValue }) => named(stringValue.slice(0, 4)), `destination.blobName ${CHANGED}`],
  ["the last characters of a text", ({ stringValue }) => named(stringValue.slice(-8)), `destination.blobName ${CHANGED}`],
  ["the end of a text", ({ stringValue }) => named(stringValue.slice(4)), `destination.blobName ${CHANGED}`],
  ["what is before a dot", ({ stringValue }) => named(stringValue.split(".")[0]), `destination.blobName ${CHANGED}`],
  [
    "a text that is escaped",
    ({ stringValue }) => copy({ source: BlobSource.fromUrl(`${AT_SOURCE}models/${encodeURIComponent(stringValue)}`) }),
    `source.url ${CHANGED}`,
  ],
  [
    "a text that went through a URL",
    ({ stringValue }) => copy({ source: BlobSource.fromUrl(new URL(stringValue, `${AT_SOURCE}models/`).href) }),
    `source.url ${CHANGED}`,
  ],
  [
    "a number that was calculated with, in a text",
    ({ numberValue }) => copy({ copyTriggers: { a: `v${numberValue * 2}` } }),
    `copyTriggers.a ${CHANGED}`,
  ],
  ["the first of a list", ({ listValue }) => named(listValue[0]), `destination.blobName ${A_LIST}`],
  ["a list in a text", ({ listValue }) => copy({ tags: { a: `in ${listValue.join(",")}` } }), `tags.a ${A_LIST}`],
  [
    "a map with another name in it",
    ({ value }) => copy({ metadata: { ...Token.asStringMap(value), more: "b" } }),
    "metadata holds a map that only Terraform knows beside other names; join them with Fn.merge([map, { … }]).",
  ],
];

const SETS: Use[] = [
  [
    "copies made of the elements of a list",
    ({ listValue }) => ({ copies: listValue.map((name) => named(name)) }),
    `copies[0]: destination.blobName ${A_LIST}`,
  ],
  [
    "a value for the list of copies",
    ({ value }) => ({ copies: value as unknown }),
    "copies must be a list known at synth, got a Terraform value; declare a BlobCopy with forEach for elements that only Terraform knows.",
  ],
  [
    "a list with another glob beside it",
    ({ listValue }) => set({ include: ["*.bin", ...listValue] }),
    'include holds a list that only Terraform knows beside other elements; join them with Fn.concat([list, ["…"]]).',
  ],
  [
    "a number that was doubled",
    ({ numberValue }) => set({ maxConcurrency: numberValue * 2 }),
    "maxConcurrency is a Terraform value that JavaScript has calculated with; use Terraform's operators, such as Op.mul.",
  ],
  [
    "a number that was negated",
    ({ numberValue }) => set({ maxFailures: -numberValue }),
    "maxFailures is a Terraform value that JavaScript has calculated with; use Terraform's operators, such as Op.mul.",
  ],
];

describe("what only Terraform knows and JavaScript has changed is told:", () => {
  test.each(COPIES)("%s", (_, config, ...problems) => {
    const stack = testStack();
    new BlobCopy(stack, "copy", config(new TerraformVariable(stack, "v", {})));
    expect(problemsOf(stack)).toEqual(problems.map((problem) => `[stack/copy] ${problem}`));
  });

  test.each(SETS)("%s", (_, config, ...problems) => {
    const stack = testStack();
    new BlobCopySet(stack, "set", config(new TerraformVariable(stack, "v", {})));
    expect(problemsOf(stack)).toEqual(problems.map((problem) => `[stack/set] ${problem}`));
  });
});

test("what is joined, or changed by Terraform, is taken", () => {
  const stack = testStack();
  const { stringValue, listValue, numberValue } = new TerraformVariable(stack, "v", {});
  const metadata = {
    joined: `a ${stringValue} b`,
    json: JSON.stringify({ a: stringValue, n: `v${numberValue}` }),
    upper: Fn.upper(stringValue) as unknown,
    all: Fn.join(",", listValue) as unknown,
    one: Fn.element(listValue, 0) as unknown,
    words: "TfToken, TOKEN.1 and 1.5e+280",
  };
  new BlobCopy(stack, "copy", copy({ metadata }));
  expect(problemsOf(stack)).toEqual([]);
  expect(JSON.stringify(terraformData(stack).copy)).toContain("upper(var.v)");
});

describe("a value that cannot be made at synth is told with its place:", () => {
  const broken = {
    produce: () => {
      throw new TypeError("x is not a function");
    },
  };
  test.each<[string, object, string]>([
    ["in a text", { metadata: { a: Lazy.stringValue(broken) } }, "metadata.a"],
    ["in a list", { include: Lazy.listValue(broken) }, "include"],
    ["in a map", { metadata: Lazy.anyValue(broken) }, "metadata"],
    ["in a prefix", { from: BlobSource.fromPrefix({ ...SOURCE, blobName: undefined, prefix: Lazy.stringValue(broken) }) }, "from.prefix"],
  ])("%s", (_, config, at) => {
    const stack = testStack();
    new BlobCopySet(stack, "set", set(config));
    expect(problemsOf(stack)).toEqual([`[stack/set] ${at} cannot be made at synth: x is not a function.`]);
  });
});
