import { App, DataResource, Lazy, TerraformStack } from "cdktf";
import * as lib from "../../../lib";
import { problemsOf, terraformData, testStack } from "../support/synthesized";

/** The library as JavaScript sees it: without a compiler that checks the arguments. */
const { BlobCopy, BlobCopySet, BlobSource, BlobDestination, Credential } = lib as unknown as {
  BlobCopy: new (
    stack: TerraformStack,
    id: string,
    config?: unknown,
  ) => { moveFromId(id: string): void; overrideLogicalId(id: string): void };
  BlobCopySet: new (stack: TerraformStack, id: string, config?: unknown) => unknown;
  BlobSource: Record<"fromUrl" | "fromContainer" | "fromFileShare" | "fromPrefix", (...args: unknown[]) => unknown>;
  BlobDestination: Record<"fromUrl" | "fromContainer" | "fromPrefix", (...args: unknown[]) => unknown>;
  Credential: Record<string, (...args: unknown[]) => unknown>;
};

const SOURCE = { blobEndpoint: "https://source.blob.core.windows.net/", containerName: "models", blobName: "b" };
const DESTINATION = { blobEndpoint: "https://destination.blob.core.windows.net/", containerName: "backups", blobName: "b" };
const source = (more: object = {}) => BlobSource.fromContainer({ ...SOURCE, ...more });
const destination = (more: object = {}) => BlobDestination.fromContainer({ ...DESTINATION, ...more });
const copy = (more: object = {}) => ({ source: source(), destination: destination(), ...more });
const prefixes = () => ({
  from: BlobSource.fromPrefix({ ...SOURCE, blobName: undefined }),
  to: BlobDestination.fromPrefix({ ...DESTINATION, blobName: undefined }),
});

function ofCopy(more: object): string[] {
  const stack = testStack();
  new BlobCopy(stack, "copy", copy(more));
  return problemsOf(stack).map((problem) => problem.replace("[stack/copy] ", ""));
}

function ofSet(more: object): string[] {
  const stack = testStack();
  new BlobCopySet(stack, "set", { ...prefixes(), ...more });
  return problemsOf(stack).map((problem) => problem.replace("[stack/set] ", ""));
}

function written(config: unknown): unknown {
  const stack = testStack();
  new BlobCopy(stack, "copy", config);
  const { copies } = terraformData(stack).copy?.input as { copies: unknown[] };
  return copies[0];
}

class Team {
  get team(): string {
    return "search";
  }
}

describe("what a class gives an object counts like its own:", () => {
  test.each<[string, object]>([
    ["a getter", new Team()],
    ["a getter of the class above", new (class extends Team {})()],
    ["what an object was made of", Object.create({ team: "search" }) as object],
  ])("%s of metadata", (_, metadata) => {
    expect(written(copy({ metadata }))).toMatchObject({ metadata: { team: "search" } });
  });

  test("a getter of the whole declaration", () => {
    class Declared {
      get source(): unknown {
        return source();
      }
      get destination(): unknown {
        return destination();
      }
      get metdata(): object {
        return {};
      }
    }
    const stack = testStack();
    new BlobCopy(stack, "copy", new Declared());
    expect(problemsOf(stack)).toEqual(["[stack/copy] metdata is not an option of BlobCopy; did you mean metadata?"]);
  });

  test("what a place was made of", () => {
    expect(written(copy({ source: BlobSource.fromContainer(Object.create(SOURCE)) }))).toMatchObject({ source: SOURCE });
  });
});

describe("what JavaScript would lose is told:", () => {
  test("a hole in a list of globs, which would copy everything", () => {
    const include = ["*.bin"];
    include[2] = "*.txt";
    expect(ofSet({ include })).toEqual(["include[1] must be a string, got nothing."]);
    expect(ofSet({ exclude: include })).toEqual(["exclude[1] must be a string, got nothing."]);
  });

  test.each(["metadata", "tags", "copyTriggers"])("the name __proto__ in %s", (option) => {
    expect(ofCopy({ [option]: JSON.parse('{"__proto__":"x"}') as object })).toEqual([
      `${option}.__proto__ has a name that JavaScript keeps for itself; give it another one.`,
    ]);
  });

  test.each([-Infinity, Infinity, NaN])("a number that is none, %p", (value) => {
    expect(ofSet({ maxConcurrency: value })).toEqual([`maxConcurrency must be a whole number from 1 to 4096, got ${value}.`]);
    expect(ofSet({ maxFailures: value })).toEqual([`maxFailures must be a whole number of at least 0, got ${value}.`]);
  });

  test.each<[string, object, string]>([
    [
      "options beside options",
      { source: BlobSource.fromContainer(SOURCE, { credential: Credential.anonymous?.() }) },
      "source: fromContainer takes one argument, and is given an object after that; give it among the options, if it is one of them.",
    ],
    [
      "a third argument",
      { destination: BlobDestination.fromUrl("https://destination.blob.core.windows.net/c/b", {}, "sv=1&sig=c2VjcmV0") },
      "destination: fromUrl takes two arguments, and is given text after that; give it among the options, if it is one of them.",
    ],
    [
      "options of the identity of the deploy",
      { source: source({ credential: Credential.defaultAzureCredential?.({ tenantId: "x" }) }) },
      "source.credential: defaultAzureCredential takes no argument, and is given an object; remove it.",
    ],
    [
      "options of no credential",
      { source: source({ credential: Credential.anonymous?.({}) }) },
      "source.credential: anonymous takes no argument, and is given an object; remove it.",
    ],
  ])("%s", (_, more, problem) => {
    expect(ofCopy(more)).toEqual([problem]);
  });

  test("not: what map() passes along", () => {
    const [credential] = ["SAS"].map((...given: unknown[]) => Credential.sasFromEnvironment?.(...given));
    expect(ofCopy({ source: source({ credential }) })).toEqual([]);
  });
});

describe("a letter that is not what it looks like is told:", () => {
  test("in the name of an option", () => {
    expect(ofCopy({ metаdata: {} })).toEqual([
      'met\u0430data is not an option of BlobCopy, and has the letter "\u0430" (U+0430); did you mean metadata?',
    ]);
  });

  test("in the name of a container", () => {
    const [problem] = ofCopy({ destination: destination({ containerName: "m\u043Edels" }) });
    expect(problem).toContain('"\u043E" (U+043E) is not one of them.');
  });

  test.each<[string, object, string]>([
    ["a zero-width space", { timeout: "1h\u200B" }, 'timeout "1h\\u200b" is not a time'],
    ["a mark that turns a line round", { timeout: "1h\u202E" }, 'timeout "1h\\u202e" is not a time'],
    ["a space that is not one", { contentHeaders: { contentType: "text/plain\u00A0" } }, '"text/plain\\u00a0" is not printable ASCII'],
    ["a byte order mark", { sourceContentMd5: "\uFEFFx" }, 'sourceContentMd5 "\\ufeffx" is not an MD5'],
    ["a tag of a flag", { accessTier: "Hot\u{E0067}" }, 'accessTier "Hot\\udb40\\udc67" is not one of'],
  ])("%s", (_, more, start) => {
    expect(ofCopy(more)).toEqual([expect.stringContaining(start)]);
  });
});

const MAKE = "must be a string, but at synth it is";

describe("what synth makes late and is no text is told:", () => {
  const lazy = (value: unknown) => Lazy.stringValue({ produce: () => value as string });

  test.each<[string, (late: string) => object]>([
    ["destination.blobName", (late) => ({ destination: destination({ blobName: late }) })],
    ["destination.blobEndpoint", (late) => ({ destination: destination({ blobEndpoint: late }) })],
    ["source.url", (late) => ({ source: BlobSource.fromUrl(late) })],
    ["metadata.a", (late) => ({ metadata: { a: late } })],
    ["tags.a", (late) => ({ tags: { a: late } })],
    ["copyTriggers.a", (late) => ({ copyTriggers: { a: late } })],
    ["contentHeaders.contentType", (late) => ({ contentHeaders: { contentType: late } })],
    ["sourceConditions.ifMatch", (late) => ({ sourceConditions: { ifMatch: late } })],
    ["accessTier", (late) => ({ accessTier: late })],
    ["source.encryptionKeyEnvironment", (late) => ({ source: source({ encryptionKeyEnvironment: late }) })],
    ["source.credential.tenantId", (late) => ({ source: source({ credential: Credential.azureCli?.({ tenantId: late }) }) })],
    ["source.credential", (late) => ({ source: source({ credential: Credential.sas?.(late) }) })],
  ])("%s", (at, more) => {
    expect(ofCopy(more(lazy(5)))).toEqual([`${at} ${MAKE} 5.`]);
    expect(ofCopy(more(lazy({ a: 1 })))).toEqual([`${at} ${MAKE} an object.`]);
    expect(ofCopy(more(lazy(["b"])))).toEqual([`${at} ${MAKE} a list.`]);
    expect(ofCopy(more(lazy(true)))).toEqual([`${at} ${MAKE} true.`]);
  });

  test("in a set, by the number of the copy", () => {
    expect(ofSet({ from: undefined, to: undefined, copies: [copy({ metadata: { a: lazy(5) } })] })).toEqual([
      `copies[0].metadata.a ${MAKE} 5.`,
    ]);
  });

  test.each(["timeout", "rollback", "recopy", "onDestroy"])("%s, which is needed at once", (option) => {
    const late = { timeout: "5m", rollback: "abort-only", recopy: "every-deploy", onDestroy: "delete" }[option];
    expect(ofCopy({ [option]: lazy(late) })).toEqual([expect.stringMatching(/^\w+ "\$\{…\}" is not /)]);
  });

  test("a map, and what is in it", () => {
    const metadata = (value: unknown) => ofCopy({ metadata: Lazy.anyValue({ produce: () => value }) });
    expect(metadata({ a: 5 })).toEqual(["metadata must be an object of names and strings, but at synth it is an object."]);
    expect(metadata("x")).toEqual(['metadata must be an object of names and strings, but at synth it is "x".']);
    expect(metadata({ "a-b": "c" })).toEqual([expect.stringContaining('metadata name "a-b" is not a C# identifier')]);
    expect(metadata({ a: "b" })).toEqual([]);
  });

  test("a list, and what is in it", () => {
    const include = (value: string[]) => ofSet({ include: Lazy.listValue({ produce: () => value }) });
    expect(include(["./models/*"])).toEqual([expect.stringContaining('include[0] "./models/*" starts with "./"')]);
    expect(include(["*.bin"])).toEqual([]);
  });
});

describe("two resources of one name, of which one would be lost, are told:", () => {
  const REASON = ' (A name keeps only the letters, digits, "-" and "_" of an id.)';

  test.each([
    ["a b", "ab"],
    ["v1.0", "v10"],
  ])("ids that differ in what no name has, %j and %j", (one, other) => {
    const stack = testStack();
    new BlobCopy(stack, one, copy());
    new BlobCopy(stack, other, copy({ destination: destination({ blobName: "other" }) }));
    const told = (of: string, by: string) =>
      `[stack/${by}] the construct stack/${of} has the name of the resource ${other} that this copy makes; rename one of them.${REASON}`;
    expect(problemsOf(stack)).toEqual([told(other, one), told(one, other)]);
  });

  test("a copy with the name of a resource that is not one", () => {
    const stack = testStack();
    new DataResource(stack, "ab");
    new BlobCopySet(stack, "a b", prefixes());
    expect(problemsOf(stack)).toEqual([
      `[stack/a b] the construct stack/ab has the name of the resource ab that this copy makes; rename one of them.${REASON}`,
    ]);
  });

  test("a name that was given by overrideLogicalId, and one that comes with the next synth", () => {
    const stack = testStack();
    new BlobCopy(stack, "a", copy());
    expect(problemsOf(stack)).toEqual([]);
    new DataResource(stack, "other").overrideLogicalId("a_result");
    expect(problemsOf(stack)).toEqual([
      "[stack/a] the construct stack/other has the name of the resource a_result that this copy makes; rename one of them.",
    ]);
  });

  test.each([
    ["ä", ""],
    ["1a", "1a"],
    ["-a", "-a"],
  ])("an id of which Terraform takes no name, %j", (id, name) => {
    const stack = testStack();
    new BlobCopy(stack, id, copy());
    expect(problemsOf(stack)).toEqual([
      `[stack/${id}] the name of its resource would be "${name}", but Terraform's names consist of letters, digits, "-" and "_", and begin with a letter or "_"; give the construct another id.`,
    ]);
  });
});

test("what is to be waited for in another stack is told", () => {
  const stack = testStack();
  const other = new TerraformStack(App.of(stack), "other");
  const before = new DataResource(other, "before");
  new BlobCopy(stack, "copy", copy({ dependsOn: [new DataResource(stack, "here"), before] }));
  expect(problemsOf(stack)).toEqual([
    "[stack/copy] dependsOn[1] is other/before, which is in another stack, but Terraform waits only for resources of the same stack; order the stacks with stack.addDependency(other).",
  ]);
});

test("two earlier ids of one construct are told", () => {
  const stack = testStack();
  const moved = new BlobCopy(stack, "copy", copy());
  moved.moveFromId("old");
  moved.moveFromId("older");
  expect(problemsOf(stack)).toEqual([
    '[stack/copy] moveFromId() is called with "old" and with "older", but a construct has only one earlier id; apply one rename everywhere, then declare the other.',
  ]);
});

test.each<[string, string[]]>([
  [
    "delete",
    [
      "onDestroy is DELETE, but legalHold is true: the service does not delete a blob with a hold, so a destroy fails until the hold is removed.",
    ],
  ],
  ["retain", []],
])("a hold on what a destroy is to delete is a warning: %s", (onDestroy, warnings) => {
  const stack = testStack();
  new BlobCopy(stack, "copy", copy({ onDestroy, legalHold: true }));
  new BlobCopySet(stack, "set", {
    from: BlobSource.fromPrefix({ ...SOURCE, blobName: undefined }),
    to: BlobDestination.fromPrefix({ ...DESTINATION, containerName: "others", blobName: undefined }),
    onDestroy,
    legalHold: true,
  });
  expect(problemsOf(stack)).toEqual([]);
  const told = stack.node
    .findAll()
    .flatMap(({ node }) => node.metadata.filter(({ type }) => type === "@cdktf/warn").map(({ data }) => String(data)));
  expect(told).toEqual([...warnings, ...warnings]);
});

describe("a secret in the wrong place is refused, and in no message:", () => {
  const SAS = "sv=2024-11-04&sp=r&sig=abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG%3D";
  const TOKEN = "ghp_abcdefghijklmnopqrstuvwxyz0123456789";

  test.each<[string, (secret: string) => object]>([
    ["a lease", (secret) => ({ destinationLeaseId: secret })],
    ["an encryption scope", (secret) => ({ encryptionScope: secret })],
    ["an ETag", (secret) => ({ sourceConditions: { ifMatch: secret } })],
    ["a condition over tags", (secret) => ({ sourceConditions: { ifTags: `"of" = '${secret}'` } })],
    ["a timeout", (secret) => ({ timeout: secret })],
    ["the name of metadata", (secret) => ({ metadata: { [secret]: "x" } })],
    ["an enumeration", (secret) => ({ method: secret })],
    ["the name of an option", (secret) => ({ [secret]: "x" })],
  ])("%s", (_, of) => {
    for (const secret of [SAS, TOKEN]) {
      const told = ofCopy(of(secret));
      expect(told).not.toEqual([]);
      expect(told.join()).not.toMatch(/abcdefghij/);
    }
  });
});
