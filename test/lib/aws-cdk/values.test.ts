import { CfnParameter, Fn, Lazy, type Stack } from "aws-cdk-lib";
import { declaredIn, type DeclaredResource, type ResourceProperties } from "../../../src/lambda/ports/declared";
import { resolved } from "../../support/cloudformation/template";
import { BlobCopySet, BlobDestination, BlobSource, Credential } from "../../../lib/aws-cdk";
import { copyIn, ENDPOINT, newStack, secretOf, templateOf } from "./app";

/** A text that would end a JSON string, or turn the rest into another member. */
const HOSTILE = 'report "1".pdf\\","rollback":"abort-only';

/** The declaration that the handler receives when each parameter has that value. */
function declared(stack: Stack, type: string, value = HOSTILE): DeclaredResource {
  const [resource] = Object.values(templateOf(stack).findResources(type)) as { readonly Properties: object }[];
  const known = { ref: (id: string) => (id.startsWith("Secret") || id.startsWith("AWS::") ? id : value), attribute: (id: string) => id };
  return declaredIn(resolved(resource?.Properties ?? {}, known) as ResourceProperties, "stack#resource");
}

describe("a value that cannot be made at synth is told with its construct and its place", () => {
  const produce = () => {
    throw new TypeError("x is not a function");
  };
  const credential = (stack: Stack) => Credential.fromSecretsManager(secretOf(stack));
  const container = (stack: Stack, containerName: string) => ({ blobEndpoint: ENDPOINT, containerName, credential: credential(stack) });

  it.each<[string, string, (stack: Stack) => unknown]>([
    ["of a copy", "[Stack/Copy] metadata.a", (stack) => copyIn(stack, { metadata: { a: Lazy.string({ produce }) } })],
    ["of what only says when", "[Stack/Copy] copyTriggers.a", (stack) => copyIn(stack, { copyTriggers: { a: Lazy.string({ produce }) } })],
    [
      "of a set",
      "[Stack/Set] from.prefix",
      (stack) => {
        const from = BlobSource.fromPrefix({ ...container(stack, "models"), prefix: Lazy.string({ produce }) });
        return new BlobCopySet(stack, "Set", { from, to: BlobDestination.fromPrefix(container(stack, "copies")) });
      },
    ],
    [
      "of a copy in a list",
      "[Stack/Set] copies[0].tags.a",
      (stack) => {
        const source = BlobSource.fromUrl("https://source.blob.core.windows.net/models/a");
        const destination = BlobDestination.fromContainer({ ...container(stack, "lists"), blobName: "a" });
        return new BlobCopySet(stack, "Set", { copies: [{ source, destination, tags: { a: Lazy.string({ produce }) } }] });
      },
    ],
  ])("%s", (_, place, declare) => {
    const stack = newStack();
    declare(stack);
    const told = thrownBy(() => templateOf(stack));
    expect(told.split("\n")[0]?.replace(/^(Resolution error: )+/, "")).toMatch(`${place} cannot be made at synth: x is not a function`);
  });
});

function thrownBy(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return (error as Error).message;
  }
  return "nothing was thrown";
}

describe("a value that only CloudFormation knows", () => {
  let stack: Stack;
  let text: string;
  beforeEach(() => {
    stack = newStack();
    text = new CfnParameter(stack, "Text").valueAsString;
  });

  it("is the text that it is in a copy, whatever characters it has", () => {
    copyIn(stack, {
      source: BlobSource.fromUrl("https://source.blob.core.windows.net/models/v3.onnx"),
      destination: BlobDestination.fromContainer({
        blobEndpoint: ENDPOINT,
        containerName: "models",
        blobName: `below/${text}`,
        credential: Credential.fromSecretsManager(secretOf(stack)),
      }),
      metadata: { name: text, literal: HOSTILE },
      contentHeaders: { contentDisposition: `attachment; filename=${text}`, contentType: Lazy.string({ produce: () => undefined }) },
    });
    const { intent } = declared(stack, "Custom::AzureBlobCopy");
    expect(intent.copies).toMatchObject([
      {
        destination: { blobName: `below/${HOSTILE}`, credential: { variable: expect.stringMatching(/^secretsmanager:Secret/) as string } },
        metadata: { name: HOSTILE, literal: HOSTILE },
        contentHeaders: { contentDisposition: `attachment; filename=${HOSTILE}` },
      },
    ]);
    expect(intent.copies[0]?.contentHeaders).not.toHaveProperty("contentType");
    expect(intent.rollback).not.toBe("abort-only");
  });

  it("is so in a list of copies, too", () => {
    const credential = Credential.fromSecretsManager(secretOf(stack));
    const copies = ["a", "b"].map((key) => ({
      key,
      source: BlobSource.fromUrl(`https://source.blob.core.windows.net/models/${key}`),
      destination: BlobDestination.fromContainer({
        blobEndpoint: ENDPOINT,
        containerName: "lists",
        blobName: `${key}/${text}`,
        credential,
      }),
      metadata: { name: text },
    }));
    new BlobCopySet(stack, "Set", { copies });
    expect(declared(stack, "Custom::AzureBlobCopySet").list).toMatchObject(
      ["a", "b"].map((key) => ({ key, destination: { blobName: `${key}/${HOSTILE}` }, metadata: { name: HOSTILE } })),
    );
    // A value that many copies use is stored once.
    const [{ Properties } = { Properties: {} }] = Object.values(templateOf(stack).findResources("Custom::AzureBlobCopySet")) as {
      readonly Properties: { readonly Values?: readonly object[] };
    }[];
    expect(Properties.Values).toHaveLength(4);
  });

  it("is so in a prefix, its globs and its limits", () => {
    const side = { blobEndpoint: ENDPOINT, containerName: "sets" };
    new BlobCopySet(stack, "Set", {
      from: BlobSource.fromPrefix({ ...side, prefix: "v1/" }),
      to: BlobDestination.fromPrefix({ ...side, prefix: "live/", credential: Credential.webIdentity({ tenantId: "t", clientId: text }) }),
      maxConcurrency: new CfnParameter(stack, "Number", { type: "Number" }).valueAsNumber,
    });
    const { intent } = declared(stack, "Custom::AzureBlobCopySet", "8");
    expect(intent.set).toMatchObject({ maxConcurrency: 8, prefixes: { destination: { credential: { clientId: "8" } } } });
  });

  it("is refused where the property has no such place, which only a hand-written template can ask for", () => {
    const Intent = JSON.stringify({ version: 1, owner: "o", copies: [] });
    const at = (...path: string[]) => declaredIn({ Intent, Values: [{ Is: "x", At: [["Intent", ...path]] }] }, "");
    expect(() => at("copies", "0", "metadata")).toThrow(/copies\.0\.metadata/);
    expect(() => at("toString")).toThrow(/toString/);
    expect(() => at("__proto__", "polluted")).toThrow(/__proto__/);
  });

  it("comes from wherever CloudFormation has values", () => {
    copyIn(stack, { metadata: { region: Fn.importValue("Region"), name: text } });
    const [resource] = Object.values(templateOf(stack).findResources("Custom::AzureBlobCopy")) as {
      readonly Properties: { readonly Values: readonly { readonly Is: unknown; readonly At: unknown }[] };
    }[];
    expect(resource?.Properties.Values).toContainEqual({
      Is: { "Fn::ImportValue": "Region" },
      At: [["Intent", "copies", "0", "metadata", "region"]],
    });
  });
});
