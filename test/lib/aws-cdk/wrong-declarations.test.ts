import { Aws, CfnParameter, Duration, Fn, RemovalPolicy, SecretValue, type Stack, Token } from "aws-cdk-lib";
import { Code, Function, Runtime, RuntimeFamily } from "aws-cdk-lib/aws-lambda";
import { Provider } from "aws-cdk-lib/custom-resources";
import * as terraform from "../../../lib";
import {
  type BlobCopyProps,
  BlobCopyProvider,
  BlobCopySet,
  BlobDestination,
  BlobSource,
  CopyMethod,
  Credential,
  OverwritePolicy,
} from "../../../lib/aws-cdk";
import { copyIn, ENDPOINT, newStack, secretOf, templateOf } from "./app";

function problemsOf(props: Partial<BlobCopyProps>): string {
  const stack = newStack();
  copyIn(stack, props);
  try {
    templateOf(stack);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return "";
}

describe("a wrong declaration is told at synth, with the path of the construct", () => {
  it.each<{ readonly wrong: string; readonly props: Partial<BlobCopyProps>; readonly told: string }>([
    {
      wrong: "a timeout that cannot work",
      props: { timeout: Duration.hours(2) },
      told: "give at most Duration.minutes(55), or wait: false",
    },
    {
      wrong: "a timeout of a copy that is not waited for",
      props: { wait: false, timeout: Duration.days(2) },
      told: "which only starts the copy",
    },
    {
      wrong: "a text for a duration",
      props: { timeout: "1h" as never },
      told: 'timeout must be made with Duration, such as Duration.minutes(30), got "1h".',
    },
    {
      wrong: "a removal policy of other resources",
      props: { removalPolicy: RemovalPolicy.SNAPSHOT },
      told: 'removalPolicy "snapshot" is not one that a blob can have',
    },
    {
      wrong: "a word of the other front end",
      props: { onDestroy: "delete" } as never,
      told: "onDestroy is not an option of BlobCopy: in AWS CDK it is removalPolicy.",
    },
    {
      wrong: "an option of a set",
      props: { prune: true } as never,
      told: "prune is not an option of BlobCopy: it is one of BlobCopySet.",
    },
    {
      wrong: "a word of azurerm",
      props: { source_uri: "https://e.com/f" } as never,
      told: "source_uri is not an option of BlobCopy: give source: BlobSource.fromUrl(url).",
    },
    {
      wrong: "a credential beside the sides",
      props: { destinationCredential: "hunter2hunter2" } as never,
      told: "destinationCredential is not an option of BlobCopy: it is one of the source and of the destination",
    },
    {
      wrong: "a token in an ETag",
      props: { destinationConditions: { ifMatch: `"glpat-hunter2hunter2hunter2hunter2"` } },
      told: "destinationConditions.ifMatch holds a GitLab token, which would be written to the template, and is logged",
    },
    {
      wrong: "no credential of the destination",
      props: { destination: BlobDestination.fromUrl(`${ENDPOINT}c/b`, {} as never) },
      told: "destination.credential must be given: Credential.webIdentity",
    },
    {
      wrong: "a key in the environment",
      props: {
        source: BlobSource.fromUrl(`${ENDPOINT}c/b`, { encryptionKeyEnvironment: "KEY" } as never),
      },
      told: "source.encryptionKeyEnvironment is not an option of fromUrl: the functions that copy cannot read your environment; use encryptionScope.",
    },
    {
      wrong: "an option that no place has",
      props: { destination: BlobDestination.fromUrl(`${ENDPOINT}c/b`, { name: "b" } as never) },
      told: "destination.name is not an option of fromUrl; remove it. The options are credential.",
    },
    {
      wrong: "a source made with new",
      props: { source: new (BlobSource as unknown as new () => BlobSource)() },
      told: "source: fromContainer takes an object with its options, got nothing.",
    },
    {
      wrong: "a SAS in a URL",
      props: {
        source: BlobSource.fromUrl("https://source.blob.core.windows.net/c/b?sv=2024&sig=abcdefghijklmnopqrstuvwxyz0123456789abcdefg%3D"),
      },
      told: "which would be written to the template, and is logged; remove the query, and give the SAS as credential: Credential.fromSecretsManager(secret)",
    },
    {
      wrong: "a secret for a credential",
      props: { source: BlobSource.fromUrl("https://e.com/f", { credential: "hunter2hunter2" as never }) },
      told: "source.credential must be made with Credential, such as Credential.fromSecretsManager(secret).",
    },
    {
      wrong: "half a web identity",
      props: {
        source: BlobSource.fromUrl("https://aaa.blob.core.windows.net/c/b", {
          credential: Credential.webIdentity({ tenantId: "t" } as never),
        }),
      },
      told: "clientId of a web identity must be given.",
    },
    {
      wrong: "a token over plain http",
      props: {
        source: BlobSource.fromUrl("http://aaa.blob.core.windows.net/c/b", {
          credential: Credential.webIdentity({ tenantId: "t", clientId: "c" }),
        }),
      },
      told: "source.credential is Credential.webIdentity, whose token must not travel over plain http; use https.",
    },
    {
      wrong: "what cannot be meant together",
      props: { overwrite: OverwritePolicy.NEVER, destinationConditions: { ifMatch: '"0x1"' } },
      told: "overwrite is NEVER, but destinationConditions.ifMatch",
    },
    {
      wrong: "a synchronous method that is not waited for",
      props: { wait: false, method: CopyMethod.PUT_BLOB_FROM_URL },
      told: "wait is false, but method put-blob-from-url is synchronous",
    },
    {
      wrong: "the blob itself",
      props: { source: BlobSource.fromUrl(`${ENDPOINT}models/v3.onnx`) },
      told: "source and destination are the same blob",
    },
    { wrong: "a number for a map", props: { metadata: 3 as never }, told: "metadata must be an object of names and strings, got 3." },
    ...(
      [
        ["a text in upper case", (text) => ({ metadata: { a: text.toUpperCase() } })],
        ["the beginning of a text", (text) => ({ metadata: { a: text.slice(0, 14) } })],
        ["the first characters of a text", (text) => ({ metadata: { a: `v-${text.slice(0, 7)}-x` } })],
        ["fewer of them", (text) => ({ metadata: { a: text.slice(0, 5) } })],
        [
          "a text that is escaped",
          (text) => ({ source: BlobSource.fromUrl(`https://aaa.blob.core.windows.net/c/${encodeURIComponent(text)}`) }),
        ],
      ] as readonly (readonly [string, (text: string) => Partial<BlobCopyProps>])[]
    ).map(([wrong, props]) => ({
      wrong,
      props: props(Aws.STACK_NAME),
      told: " holds a piece of a CloudFormation value: JavaScript has cut, ",
    })),
    ...["secretsmanager:name:SecretString:key", "ssm-secure:/name:1"].map((reference) => ({
      wrong: `a dynamic reference to ${reference}`,
      props: { metadata: { a: `{{resolve:${reference}}}` } },
      told: "metadata.a is a dynamic reference to a secret, which CloudFormation does not resolve in a custom resource; ",
    })),
    {
      wrong: "a secret's value",
      props: { copyTriggers: { a: SecretValue.secretsManager("name").unsafeUnwrap() } },
      told: "copyTriggers.a is a dynamic reference to a secret, ",
    },
    {
      wrong: "the first of a list",
      props: { metadata: { a: Token.asList(Fn.split(",", Aws.STACK_NAME))[0] ?? "" } },
      told: "metadata.a is a list that only CloudFormation knows, but must be one text; take one of its elements with Fn.select(0, list)",
    },
    {
      wrong: "a token in a map's place",
      props: { copyTriggers: { a: Fn.importValue("x") }, timeout: Duration.millis(1) },
      told: "at least Duration.seconds(1)",
    },
  ])("$wrong", ({ props, told }) => {
    const message = problemsOf(props);

    expect(message).toContain("[Stack/Copy] ");
    expect(message).toContain(told);
    expect(message).not.toContain("hunter2");
  });

  it("two copies to one place, and one that reads what another writes, unless their order is said", () => {
    const stack = newStack();
    const credential = Credential.fromSecretsManager(secretOf(stack));
    const first = copyIn(stack);
    copyIn(stack, {}, "Twin");
    const reader = copyIn(
      stack,
      {
        source: BlobSource.fromUrl(`${ENDPOINT}models/v3.onnx`),
        destination: BlobDestination.fromUrl(`${ENDPOINT}models/copy`, { credential }),
      },
      "Reader",
    );

    expect(() => templateOf(stack)).toThrow(/\[Stack\/Twin\] destination is also written by Stack\/Copy/);
    expect(() => templateOf(stack)).toThrow(
      /\[Stack\/Reader\] source is written by Stack\/Copy.*; make the second one depend on the first: second\.node\.addDependency\(first\)\./,
    );
    reader.node.addDependency(first);
    expect(() => templateOf(stack)).not.toThrow(/source is what/);
  });
});

describe("what no compiler has seen is told in one line", () => {
  const credential = (stack: Stack) => Credential.fromSecretsManager(secretOf(stack));
  const at = { blobEndpoint: ENDPOINT, containerName: "models" };
  const copy = (stack: Stack, name = "b") => ({
    source: BlobSource.fromUrl("https://e.com/f"),
    destination: BlobDestination.fromContainer({ ...at, blobName: name, credential: credential(stack) }),
  });
  const of = (props: unknown) => props as never;

  it.each<[string, (stack: Stack) => unknown, string]>([
    [
      "a credential that is null",
      (stack) => copyIn(stack, { destination: BlobDestination.fromUrl(`${ENDPOINT}c/b`, of({ credential: null })) }),
      "[Stack/Copy] destination.credential must be made with Credential, such as Credential.fromSecretsManager(secret).",
    ],
    [
      "a secret itself",
      (stack) => copyIn(stack, { destination: BlobDestination.fromUrl(`${ENDPOINT}c/b`, of({ credential: secretOf(stack) })) }),
      "[Stack/Copy] destination.credential must be made with Credential, such as Credential.fromSecretsManager(secret).",
    ],
    [
      "a hole in a list",
      (stack) => new BlobCopySet(stack, "Set", of({ copies: [null] })),
      "[Stack/Set] copies[0]: a copy of a set takes an object with its options, got null.",
    ],
    ["text for a list", (stack) => new BlobCopySet(stack, "Set", of({ copies: "all" })), '[Stack/Set] copies must be a list, got "all".'],
    [
      "a result of a number",
      (stack) => new BlobCopySet(stack, "Set", { copies: [copy(stack)] }).result(of(5)),
      "[Stack/Set] result() takes the key of a copy, got 5.",
    ],
    [
      "a result of nothing",
      (stack) => new BlobCopySet(stack, "Set", { copies: [copy(stack)] }).result(of(undefined)),
      "[Stack/Set] result() takes the key of a copy, got nothing.",
    ],
    [
      "a result of a copy that there is not",
      (stack) => new BlobCopySet(stack, "Set", { copies: [copy(stack)] }).result("c"),
      '[Stack/Set] result("c") is called, but no copy has that key; the keys are "b".',
    ],
    [
      "a wait that is text",
      (stack) => copyIn(stack, of({ wait: "no" })),
      '[Stack/Copy] wait must be true or false, known at synth, got "no".',
    ],
  ])("%s", (_, declare, told) => {
    const stack = newStack();
    declare(stack);
    expect(stack.node.findAll().flatMap(({ node }) => node.validate().map((problem) => `[${node.path}] ${problem}`))).toEqual([told]);
  });
});

describe("what belongs to the other front end is told", () => {
  const theirs = terraform.Credential.sasFromEnvironment("SAS");
  it.each<[string, Partial<BlobCopyProps>, string]>([
    [
      "a credential",
      { source: BlobSource.fromUrl(`${ENDPOINT}c/b`, { credential: theirs as never }) },
      "source.credential must be made with",
    ],
    [
      "a source with its credential",
      { source: terraform.BlobSource.fromUrl(`${ENDPOINT}c/b`, { credential: theirs }) as never },
      "source.credential was made by another entry point of this package; import Credential from the entry point of the construct.",
    ],
    [
      "a destination with its credential",
      { destination: terraform.BlobDestination.fromUrl(`${ENDPOINT}c/b`, { credential: theirs }) as never },
      "destination.credential was made by another entry point of this package; import Credential from the entry point of the construct.",
    ],
  ])("%s", (_, props, told) => {
    expect(problemsOf(props)).toContain(`[Stack/Copy] ${told}`);
  });

  it("the prefix of a set, and a copy in its list", () => {
    const stack = newStack();
    const at = { blobEndpoint: ENDPOINT, containerName: "models" };
    const to = BlobDestination.fromPrefix({ ...at, credential: Credential.fromSecretsManager(secretOf(stack)) });
    new BlobCopySet(stack, "Set", {
      from: terraform.BlobSource.fromPrefix({ ...at, containerName: "c", credential: theirs }) as never,
      to,
    });
    const source = terraform.BlobSource.fromUrl(`${ENDPOINT}c/b`, { credential: theirs }) as never;
    new BlobCopySet(stack, "List", {
      copies: [{ source, destination: BlobDestination.fromUrl(`${ENDPOINT}l/b`, { credential: theirs } as never) }],
    });
    expect(() => templateOf(stack)).toThrow(
      /\[Stack\/Set\] from\.credential was made by another entry point[^]*\[Stack\/List\] copies\[0\]: source\.credential was/,
    );
  });
});

it("a list that only CloudFormation knows is told in the place of globs", () => {
  const stack = newStack();
  const at = { blobEndpoint: ENDPOINT, containerName: "models" };
  const to = BlobDestination.fromPrefix({ ...at, credential: Credential.fromSecretsManager(secretOf(stack)) });
  const include = new CfnParameter(stack, "Globs", { type: "CommaDelimitedList" }).valueAsList;
  new BlobCopySet(stack, "Set", { from: BlobSource.fromPrefix({ ...at, containerName: "c" }), to, include });
  expect(() => templateOf(stack)).toThrow(
    "[Stack/Set] include is a list that only CloudFormation knows, and must be known at synth; give its texts.",
  );
});

describe("what a provider cannot be made with is told", () => {
  it.each<[string, unknown, string]>([
    ["null", null, "BlobCopyProvider takes an object with its options, got null."],
    ["text", "x", 'BlobCopyProvider takes an object with its options, got "x".'],
    ["an option of a function", { memory: 1024 }, "memory is not an option of BlobCopyProvider; remove it. The options are vpc, "],
    ["text for a number", { memorySize: "512" }, 'memorySize must be a number, got "512".'],
    ["too little memory", { memorySize: 64 }, "memorySize must be a whole number from 128 to 10240, got 64."],
    ["half a MiB", { memorySize: 512.5 }, "memorySize must be a whole number from 128 to 10240, got 512.5."],
    [
      "the name of a runtime",
      { runtime: "nodejs22.x" },
      'runtime must be made with Runtime, such as Runtime.NODEJS_22_X, got "nodejs22.x".',
    ],
    [
      "another language",
      { runtime: Runtime.PYTHON_3_12 },
      "runtime is python3.12, but the functions need Node.js 22 or later; give such a runtime, or leave it out",
    ],
    [
      "an old runtime",
      { runtime: new Runtime("nodejs18.x", RuntimeFamily.NODEJS) },
      "runtime is nodejs18.x, but the functions need Node.js 22 or later; give such a runtime, or leave it out",
    ],
    ["the id of a network", { vpc: "vpc-1" }, 'vpc must be made with Vpc, such as Vpc.fromLookup(...), got "vpc-1".'],
    [
      "the name of a log group",
      { logGroup: "/x" },
      'logGroup must be made with LogGroup, such as LogGroup.fromLogGroupName(...), got "/x".',
    ],
    ["subnets of no network", { vpcSubnets: {} }, "vpcSubnets are given without vpc; give the vpc that they belong to, or leave them out."],
    ["no list", { securityGroups: {} }, "securityGroups must be a list, got an object."],
  ])("%s", (_, props, told) => {
    const [problem, ...others] = new BlobCopyProvider(newStack(), "Copies", props as never).node.validate();
    expect(problem).toContain(told);
    expect(others).toEqual([]);
  });

  it("another one of CDK's own, for a copy", () => {
    const stack = newStack();
    const handler = { runtime: Runtime.NODEJS_22_X, handler: "index.handler", code: Code.fromInline("//") };
    const provider = new Provider(stack, "Provider", { onEventHandler: new Function(stack, "Handler", handler) });
    copyIn(stack, { provider: provider as never });
    expect(() => templateOf(stack)).toThrow("[Stack/Copy] provider must be made with BlobCopyProvider, got a construct.");
  });
});

describe("a provider that is made after the first copy", () => {
  it("is told, since nothing would run by it", () => {
    const stack = newStack();
    copyIn(stack);
    new BlobCopyProvider(stack, "Copies", { memorySize: 256 });
    expect(() => templateOf(stack)).toThrow(
      /\[Stack\/Copies\] the first copy of its stack .*Stack\/AzureBlobCopyProvider.* make it before/,
    );
  });

  it("is as good as another one for a copy that it is given to", () => {
    const stack = newStack();
    copyIn(stack);
    const provider = new BlobCopyProvider(stack, "Copies", { memorySize: 256 });
    copyIn(
      stack,
      {
        provider,
        destination: BlobDestination.fromUrl(`${ENDPOINT}models/b`, { credential: Credential.fromSecretsManager(secretOf(stack)) }),
      },
      "Other",
    );
    expect(() => templateOf(stack)).not.toThrow();
  });
});
