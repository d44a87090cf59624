import { App, TerraformStack, TerraformVariable } from "cdktf";
import type { BlobCopyConfig, BlobCopySetConfig, BlobPrefixOptions, SetCopyConfig } from "../../lib";
import { BlobCopy, BlobCopySet, BlobDestination, BlobSource, DestroyPolicy, RecopyPolicy } from "../../lib";
import { problemsOf, testStack } from "./support/synthesized";

const SOURCE = "https://source.blob.core.windows.net/";
const DESTINATION = "https://destination.blob.core.windows.net/";

const from = (more: Partial<BlobPrefixOptions> = {}) =>
  BlobSource.fromPrefix({ blobEndpoint: SOURCE, containerName: "release", prefix: "v3/", ...more });
const to = (more: Partial<BlobPrefixOptions> = {}) =>
  BlobDestination.fromPrefix({ blobEndpoint: DESTINATION, containerName: "models", prefix: "now/", ...more });
const set = (more: Partial<BlobCopySetConfig> = {}): BlobCopySetConfig => ({ from: from(), to: to(), ...more });
const copy = (blobName: string, more: Partial<BlobCopyConfig> = {}): BlobCopyConfig => ({
  source: BlobSource.fromContainer({ blobEndpoint: SOURCE, containerName: "labels", blobName: "of" }),
  destination: BlobDestination.fromContainer({ blobEndpoint: DESTINATION, containerName: "models", blobName }),
  ...more,
});
const prune = { prune: true, recopy: RecopyPolicy.EVERY_DEPLOY } as const;
const deleted = { onDestroy: DestroyPolicy.DELETE } as const;

/** Warnings of synth. */
function warningsOf(stack: TerraformStack): string[] {
  return stack.node
    .findAll()
    .flatMap(({ node }) => node.metadata.filter(({ type }) => type === "@cdktf/warn").map(({ data }) => `[${node.path}] ${String(data)}`));
}

function told(declare: (stack: TerraformStack) => void): { problems: string[]; warnings: string[] } {
  const stack = testStack();
  declare(stack);
  const problems = problemsOf(stack);
  return { problems, warnings: warningsOf(stack) };
}

const NOTHING = { problems: [], warnings: [] };

describe("a copy to a name below the destination of a set", () => {
  it("is told where only the source decides whether both write it", () => {
    const { problems, warnings } = told((stack) => {
      new BlobCopySet(stack, "set", set());
      new BlobCopy(stack, "labels", copy("now/labels.json"));
    });
    expect(problems).toEqual([]);
    expect(warnings).toEqual([
      '[stack/labels] destination is also written by stack/set, if its source has a blob for it, and each replaces the blob of the other; add exclude: ["labels.json"] to stack/set, or give another destination.',
    ]);
  });

  it("is told once, however often it is synthesized, and at the set if that comes later", () => {
    const stack = testStack();
    for (const name of ["a", "b", "c", "d"]) new BlobCopy(stack, name, copy(`now/${name}`));
    new BlobCopySet(stack, "set", set());
    problemsOf(stack);
    problemsOf(stack);
    expect(warningsOf(stack)).toEqual([
      '[stack/set] to: this set also writes the destination of stack/a, stack/b, stack/c and 1 more, if from has a blob for it, and each replaces the blob of the other; add exclude: ["a", "b", "c", …], or give another prefix.',
    ]);
  });

  it.each([
    ["prunes", prune, {}, "stack/set"],
    ["deletes at destroy", deleted, {}, "stack/set"],
    ["is destroyed no more than its blobs, but the copy is", {}, deleted, "stack/labels"],
  ])("is refused where the set %s", (_, ofSet, ofCopy, deleter) => {
    const expected = `and ${deleter} could delete the blob of the other; add exclude: ["labels.json"]`;
    const copyLast = told((stack) => {
      new BlobCopySet(stack, "set", set(ofSet));
      new BlobCopy(stack, "labels", copy("now/labels.json", ofCopy));
    });
    expect(copyLast).toEqual({ problems: [expect.stringContaining(expected)], warnings: [] });
    expect(copyLast.problems[0]).toContain("[stack/labels] destination is also written by stack/set");
    const setLast = told((stack) => {
      new BlobCopy(stack, "labels", copy("now/labels.json", ofCopy));
      new BlobCopySet(stack, "set", set(ofSet));
    });
    expect(setLast).toEqual({ problems: [expect.stringContaining(expected)], warnings: [] });
    expect(setLast.problems[0]).toContain("[stack/set] to: this set also writes the destination of stack/labels");
  });

  it.each<[string, Partial<BlobCopySetConfig>, string]>([
    ["excluded by name", { exclude: ["labels.json"] }, "now/labels.json"],
    ["excluded by a glob", { exclude: ["**/*.json"] }, "now/deep/labels.json"],
    ["not included", { include: ["**/*.{onnx,bin}"] }, "now/labels.json"],
    ["not within a segment", { include: ["*.json"] }, "now/deep/labels.json"],
    ["renamed away", { rename: { "old/": "new/" } }, "now/old/labels.json"],
    ["renamed away as a single blob", { rename: { "labels.json": "names.json" } }, "now/labels.json"],
    ["excluded where it is renamed from", { exclude: ["old/**"], rename: { "old/": "new/" }, include: ["old/**", "other"] }, "now/new/a"],
    ["beside the prefix", {}, "now.json"],
  ])("that is %s is nobody else's", (_, ofSet, name) => {
    const both = told((stack) => {
      new BlobCopySet(stack, "set", set({ ...prune, ...ofSet }));
      new BlobCopy(stack, "labels", copy(name));
    });
    expect(both).toEqual(NOTHING);
  });

  it.each<[string, Partial<BlobCopySetConfig>, string, string]>([
    ["a folder that is renamed", { rename: { "old/": "new/" } }, "now/new/a", '["old/a", "new/a"]'],
    ["a blob that is renamed", { rename: { a: "b" } }, "now/b", '["a", "b"]'],
    ["an include", { include: ["**/*.json"] }, "now/x/y.json", '["x/y.json"]'],
    ["characters of globs", {}, "now/a*{b},[c]?", String.raw`["a\\*\\{b\\}\\,\\[c\\]\\?"]`],
  ])("is told by the name that the set has to leave out: %s", (_, ofSet, name, exclude) => {
    const { problems } = told((stack) => {
      new BlobCopySet(stack, "set", set({ ...prune, ...ofSet }));
      new BlobCopy(stack, "labels", copy(name));
    });
    expect(problems).toEqual([expect.stringContaining(`add exclude: ${exclude} to stack/set`)]);
    const cured = told((stack) => {
      new BlobCopySet(stack, "set", set({ ...prune, ...ofSet, exclude: JSON.parse(exclude) as string[] }));
      new BlobCopy(stack, "labels", copy(name));
    });
    expect(cured).toEqual(NOTHING);
  });

  it("is found in whichever way it is spelled", () => {
    const { problems } = told((stack) => {
      new BlobCopySet(stack, "set", set(prune));
      const destination = BlobDestination.fromUrl("https://DESTINATION.blob.core.windows.net:443/models/now/%6Cabels.json");
      new BlobCopy(stack, "labels", copy("", { destination }));
    });
    expect(problems).toEqual([expect.stringContaining('exclude: ["labels.json"]')]);
  });

  it("is found in a set of copies, once for all of them", () => {
    const list = (names: string[]) => names.map((name): SetCopyConfig => ({ key: name, ...copy(name) }));
    const { problems } = told((stack) => {
      new BlobCopySet(stack, "set", set(prune));
      new BlobCopySet(stack, "list", { copies: list(["now/a", "other/b", "now/c"]) });
    });
    expect(problems).toEqual([
      '[stack/list] destination (and 1 more of its copies) is also written by stack/set, if its source has a blob for it, and stack/set could delete the blob of the other; add exclude: ["a", "c"] to stack/set, or give another destination.',
    ]);
  });

  it.each<[string, (value: string) => [Partial<BlobPrefixOptions>, string, Partial<BlobCopySetConfig>], number]>([
    ["the same endpoint", (value) => [{ blobEndpoint: value }, `${value}/models/now/a`, {}], 1],
    [
      "the same container and prefix",
      (value) => [{ containerName: value, prefix: `${value}/` }, `${DESTINATION}${value}/${value}/a`, {}],
      1,
    ],
    ["any name", (value) => [{}, `${DESTINATION}models/now/${value}`, {}], 1],
    ["a name of which the filter is not known to leave it", (value) => [{}, `${DESTINATION}models/now/${value}`, { include: ["*.a"] }], 0],
    ["a filter", (value) => [{}, `${DESTINATION}models/now/a`, { exclude: [value] }], 0],
    ["another endpoint", (value) => [{ blobEndpoint: value }, `${DESTINATION}models/now/a`, {}], 0],
  ])("is told as far as it is known with a value that only Terraform knows: %s", (_, parts, count) => {
    const { problems } = told((stack) => {
      const { stringValue } = new TerraformVariable(stack, "value", { type: "string" });
      const [prefix, url, ofSet] = parts(stringValue);
      new BlobCopySet(stack, "set", set({ to: to(prefix), ...prune, ...ofSet }));
      new BlobCopy(stack, "labels", copy("", { destination: BlobDestination.fromUrl(url) }));
    });
    expect(problems).toHaveLength(count);
  });
});

describe("two sets", () => {
  const two = (one: Partial<BlobCopySetConfig>, other: Partial<BlobCopySetConfig>) =>
    told((stack) => {
      new BlobCopySet(stack, "one", set({ from: from({ prefix: "a/" }), ...one }));
      new BlobCopySet(stack, "two", set({ from: from({ prefix: "b/" }), ...other }));
    });

  it("that may write the same names are told", () => {
    expect(two({}, {})).toEqual({
      problems: [],
      warnings: [
        "[stack/two] to: stack/one writes names that this set also writes, if their sources have blobs of the same name, and each replaces the blob of the other; exclude in one of them the names of the other, or give another prefix.",
      ],
    });
  });

  it.each<[string, Partial<BlobCopySetConfig>, Partial<BlobCopySetConfig>, string]>([
    ["one of one prefix prunes", prune, {}, "stack/one"],
    ["the other prunes", {}, prune, "stack/two"],
    ["one is below the other", { ...prune, to: to({ prefix: "" }) }, { to: to({ prefix: "now/deep/" }) }, "stack/one"],
    ["one deletes at destroy", deleted, { to: to({ prefix: "now/deep/" }) }, "stack/one"],
    ["a rename leads there", prune, { to: to({ prefix: "" }), rename: { "x/": "now/" }, include: ["x/**"] }, "stack/one"],
    ["globs meet", { ...prune, include: ["**/m*.onnx"] }, { include: ["a/*odel.onnx"] }, "stack/one"],
  ])("are refused where %s", (_, one, other, deleter) => {
    const { problems, warnings } = two(one, other);
    expect(problems).toEqual([expect.stringContaining(`and ${deleter} could delete the blob of the other`)]);
    expect(warnings).toEqual([]);
  });

  it.each<[string, Partial<BlobCopySetConfig>, Partial<BlobCopySetConfig>]>([
    ["beside each other", { to: to({ prefix: "now/a/" }) }, { to: to({ prefix: "now/b/" }) }],
    ["of other containers", { to: to({ containerName: "others" }) }, {}],
    ["of other endings", { include: ["**/*.onnx"] }, { include: ["**/*.{json,txt}"] }],
    ["of which one leaves out what the other takes", { exclude: ["*.json"] }, { include: ["*.json"] }],
    ["of which one leaves out the other's folder", { exclude: ["deep/**"] }, { to: to({ prefix: "now/deep/" }) }],
  ])("%s have nothing in common", (_, one, other) => {
    expect(two({ ...prune, ...one }, { ...prune, ...other })).toEqual(NOTHING);
  });
});

describe("stacks of one app", () => {
  const stacks = (declare: (stack: TerraformStack) => unknown, other: (stack: TerraformStack) => unknown) =>
    told((stack) => {
      const first = new TerraformStack(App.of(stack), "first");
      declare(first);
      expect(problemsOf(first)).toEqual([]);
      other(stack);
    });

  it("are told of what both write, and refused where one would delete it", () => {
    const single = (more: object) => (stack: TerraformStack) => new BlobCopy(stack, "copy", copy("now/a", more));
    const whole = (more: object) => (stack: TerraformStack) => new BlobCopySet(stack, "set", set(more));
    expect(stacks(single({}), single({}))).toEqual({
      problems: [],
      warnings: [
        "[stack/copy] destination is also written by first/copy; the stack that is deployed last replaces the blob, so give one of them another destination.",
      ],
    });
    expect(stacks(single({}), single(deleted)).problems).toEqual([
      "[stack/copy] destination is also written by first/copy, and a destroy of stack/copy could delete the blob that the other one needs; give one of them another destination.",
    ]);
    expect(stacks(whole({}), single({})).warnings).toHaveLength(1);
    expect(stacks(whole(prune), single({})).problems).toHaveLength(1);
    expect(stacks(single({}), whole(prune)).problems).toHaveLength(1);
    expect(stacks(whole(prune), whole({ from: from({ prefix: "b/" }) })).problems).toHaveLength(1);
  });

  it("have values of their own", () => {
    const byValue = (stack: TerraformStack) => {
      const { stringValue } = new TerraformVariable(stack, "value", { type: "string" });
      new BlobCopySet(stack, "set", set({ ...prune, to: to({ blobEndpoint: stringValue }) }));
      new BlobCopy(stack, "copy", copy("", { destination: BlobDestination.fromUrl(`${stringValue}/others/a`), ...deleted }));
    };
    expect(stacks(byValue, byValue)).toEqual(NOTHING);
  });

  it("are deployed when they are deployed, so their order is not asked for", () => {
    const reader = (stack: TerraformStack) =>
      new BlobCopySet(stack, "set", set({ from: from({ blobEndpoint: DESTINATION, containerName: "models" }), to: to({ prefix: "x/" }) }));
    expect(stacks((stack) => new BlobCopySet(stack, "set", set({ to: to({ prefix: "v3/" }) })), reader)).toEqual(NOTHING);
  });
});

describe("a set that reads what another copy writes, or writes what it reads", () => {
  const reads = (more: Partial<BlobCopySetConfig> = {}) =>
    set({
      from: BlobSource.fromPrefix({ blobEndpoint: DESTINATION, containerName: "models", prefix: "now/" }),
      to: to({ prefix: "later/" }),
      ...more,
    });
  const ofBlob = copy("elsewhere/a", {
    source: BlobSource.fromContainer({ blobEndpoint: DESTINATION, containerName: "models", blobName: "now/a" }),
  });
  const UNORDERED = /, but their order is not declared; name the first one in dependsOn of the second\.$/;

  it.each<[string, string, (stack: TerraformStack) => void]>([
    [
      "a set after a copy",
      "[stack/set] from is written by stack/copy",
      (stack) => {
        new BlobCopy(stack, "copy", copy("now/a"));
        new BlobCopySet(stack, "set", reads());
      },
    ],
    [
      "a copy after a set",
      "[stack/copy] destination is read by stack/set",
      (stack) => {
        new BlobCopySet(stack, "set", reads());
        new BlobCopy(stack, "copy", copy("now/a"));
      },
    ],
    [
      "a copy of what a set writes",
      "[stack/copy] source is written by stack/set",
      (stack) => {
        new BlobCopySet(stack, "set", set());
        new BlobCopy(stack, "copy", ofBlob);
      },
    ],
    [
      "a set that writes what a copy reads",
      "[stack/set] to is read by stack/copy",
      (stack) => {
        new BlobCopy(stack, "copy", ofBlob);
        new BlobCopySet(stack, "set", set());
      },
    ],
    [
      "two sets",
      "[stack/second] from is written by stack/first",
      (stack) => {
        new BlobCopySet(stack, "first", set());
        new BlobCopySet(stack, "second", reads());
      },
    ],
    [
      "two sets, the other way round",
      "[stack/first] to is read by stack/second",
      (stack) => {
        new BlobCopySet(stack, "second", reads());
        new BlobCopySet(stack, "first", set());
      },
    ],
  ])("needs an order: %s", (_, what, declare) => {
    const { problems } = told(declare);
    expect(problems).toEqual([expect.stringMatching(UNORDERED)]);
    expect(problems[0]).toContain(what);
  });

  it("has it with dependsOn, and needs none where its filter leaves out what is written", () => {
    const ordered = told((stack) => {
      const first = new BlobCopySet(stack, "first", set());
      new BlobCopySet(stack, "second", reads({ dependsOn: [first] }));
    });
    expect(ordered).toEqual(NOTHING);
    const apart = told((stack) => {
      new BlobCopy(stack, "copy", copy("now/a.json"));
      new BlobCopySet(stack, "set", reads({ include: ["*.onnx"] }));
    });
    expect(apart).toEqual(NOTHING);
  });

  it("is told once for a thousand copies of a list, in little time", () => {
    const names = Array.from({ length: 1_000 }, (_, index) => `now/${String(index)}`);
    const { problems } = told((stack) => {
      new BlobCopySet(stack, "set", reads({ exclude: ["*.tmp"] }));
      new BlobCopySet(stack, "list", { copies: names.map((name): SetCopyConfig => ({ key: name, ...copy(name) })) });
    });
    expect(problems).toEqual([expect.stringMatching(UNORDERED)]);
  });
});
