import { App, DataResource, Fn, TerraformIterator, TerraformOutput, TerraformStack, TerraformVariable } from "cdktf";
import { Construct } from "constructs";
import type { BlobCopyConfig, BlobCopySetConfig } from "../../lib";
import { BlobCopy, BlobCopySet, BlobDestination, BlobSource, Credential, DestroyPolicy, RecopyPolicy } from "../../lib";
import { describeWithTerraform } from "../support/terraform/terraform";
import { localExec, problemsOf, terraformData, testStack } from "../lib/support/synthesized";
import { TerraformProject } from "./support/terraform-project";

const source = BlobSource.fromUrl("https://example.com/b");
const container = { blobEndpoint: "https://app.blob.core.windows.net/", containerName: "models" };
const inContainer = (blobName: string) => BlobDestination.fromContainer({ ...container, blobName });

describe("values that the framework types as anything are taken", () => {
  test("in names, URLs, metadata, triggers, credentials and numbers", () => {
    const stack = testStack();
    const any = new TerraformVariable(stack, "any", { type: "string" }).value as string;
    const flag = new TerraformVariable(stack, "flag", { type: "bool" }).booleanValue;
    const data = new DataResource(stack, "data", { input: { name: "b", count: 5 } });
    const chosen = Fn.conditional(flag, "a", "b") as string;
    const config: BlobCopyConfig = {
      source: BlobSource.fromContainer({
        blobEndpoint: any,
        containerName: data.output.lookup("name") as string,
        blobName: chosen,
        credential: Credential.accountKey(any, { accountName: chosen }),
      }),
      destination: BlobDestination.fromUrl(any),
      metadata: { chosen, count: data.output.lookup("count") as string },
      tags: Fn.merge([{ a: "b" }]) as Record<string, string>,
      contentHeaders: { contentType: chosen },
      copyTriggers: { data: data.output as unknown as string },
      destinationLeaseId: any,
    };
    new BlobCopy(stack, "copy", config);
    const limit = new TerraformVariable(stack, "limit", { type: "number" }).value as number;
    const set: BlobCopySetConfig = {
      from: BlobSource.fromPrefix({ ...container, prefix: any }),
      to: BlobDestination.fromPrefix({ ...container, containerName: "backups", prefix: chosen }),
      maxConcurrency: limit,
      include: [chosen],
    };
    new BlobCopySet(stack, "set", set);
    expect(problemsOf(stack)).toEqual([]);
    const { copy, set: ofSet } = terraformData(stack);
    expect(copy?.input).toMatchObject({
      copies: [
        {
          source: {
            blobEndpoint: "${var.any}",
            containerName: '${terraform_data.data.output["name"]}',
            blobName: '${var.flag ? "a" : "b"}',
          },
          destination: { url: "${var.any}" },
          metadata: { chosen: '${var.flag ? "a" : "b"}', count: '${terraform_data.data.output["count"]}' },
          tags: '${merge({"a" = "b"})}',
        },
      ],
    });
    expect(localExec(copy).environment.BLOB_COPY_SECRET_1).toBe("${try(nonsensitive(var.any), var.any)}");
    expect(ofSet?.input).toMatchObject({ set: { maxConcurrency: "${var.limit}", prefixes: { include: ['${var.flag ? "a" : "b"}'] } } });
  });

  test("from iterators over lists and maps, key and value", () => {
    const stack = testStack();
    const list = TerraformIterator.fromList(["a", "b"]);
    const map = TerraformIterator.fromMap({ a: { name: "x" } });
    for (const [id, forEach] of Object.entries({ list, map })) {
      const key = forEach.key as string;
      new BlobCopy(stack, id, { forEach, source, destination: inContainer(key), metadata: { value: forEach.value as string, key } });
    }
    expect(problemsOf(stack)).toEqual([]);
  });
});

describe("overrides follow the framework's own rules:", () => {
  function overridden(override: (copy: BlobCopy) => void) {
    const stack = testStack();
    const first = new BlobCopy(stack, "first", { source, destination: inContainer("first") });
    const copy = new BlobCopy(stack, "copy", { source, destination: inContainer("b"), metadata: { a: "b" }, dependsOn: [first] });
    override(copy);
    return terraformData(stack).copy;
  }

  test("an index leads into a list", () => {
    const copy = overridden((it) => it.addOverride("provisioner.0.local-exec.environment.EXTRA", "1"));
    expect(localExec(copy)).toMatchObject({ command: "apply", environment: { EXTRA: "1", BLOB_COPY_RECEIPT_ID: "${self.id}" } });
  });

  test("lists are continued", () => {
    const copy = overridden((it) => {
      it.addOverride("depends_on", ["terraform_data.other"]);
      it.addOverride("lifecycle.precondition", [{ condition: "${true}", error_message: "never" }]);
    });
    expect(copy?.depends_on).toEqual(["terraform_data.first_result", "terraform_data.other"]);
    expect(copy?.lifecycle).toEqual({ precondition: [{ condition: "${true}", error_message: "never" }] });
  });

  test("undefined removes, and anything else replaces", () => {
    const copy = overridden((it) => {
      it.addOverride("depends_on", undefined);
      it.addOverride("input.copies.0.metadata.a", "c");
      it.addOverride("input.note", "new");
    });
    expect(copy).not.toHaveProperty("depends_on");
    expect(copy?.input).toMatchObject({ note: "new", copies: [{ metadata: { a: "c" } }] });
  });
});

test("more bytes of result keys than an environment variable holds are a problem at synth", () => {
  const stack = testStack();
  const set = new BlobCopySet(stack, "set", {
    from: BlobSource.fromPrefix({ ...container, containerName: "release" }),
    to: BlobDestination.fromPrefix(container),
  });
  for (let index = 0; index < 1_000; index++) set.result(`${String(index).padStart(4, "0")}-${"k".repeat(195)}`);
  expect(problemsOf(stack)).toEqual([
    "[stack/set] the 1000 keys of result(), include, exclude and rename take 203018 bytes, and a set takes at most 100000; read the file of manifestOut instead.",
  ]);
});

test("a URL that is known at synth is known to another stack, too", () => {
  const stack = testStack();
  const copy = new BlobCopy(stack, "copy", { source, destination: inContainer("b") });
  const other = new TerraformStack(App.of(stack), "other");
  new TerraformOutput(other, "url", { value: copy.destinationUrl });
  expect(problemsOf(stack)).toEqual([]);
});

describeWithTerraform("a plan", () => {
  let project: TerraformProject;

  beforeEach(() => {
    project = new TerraformProject();
  });
  afterEach(() => project.remove());

  test("renames all resources of a construct that moved, and copies nothing again", async () => {
    const declare = (copyId: string, setId: string, from?: [string, string]) => (stack: TerraformStack) => {
      const copy = new BlobCopy(stack, copyId, { source, destination: inContainer("b"), onDestroy: DestroyPolicy.DELETE });
      const set = new BlobCopySet(stack, setId, { copies: [{ source, destination: inContainer("c") }] });
      // One copy for each element of a list; the construct moves below another one.
      const forEach = TerraformIterator.fromList(["d", "e"]);
      const scope = from === undefined && copyId === "old" ? stack : new Construct(stack, "below");
      const each = new BlobCopy(scope, `${copyId}-each`, { forEach, source, destination: inContainer(forEach.value as string) });
      if (from !== undefined) {
        copy.moveFromId(from[0]);
        set.moveFromId(`terraform_data.${from[1]}`);
        each.moveFromId("old-each");
      }
    };
    await project.synth(declare("old", "old-set"));
    await project.apply();
    await project.synth(declare("new", "new-set", ["old", "old-set"]));
    const planned = await project.planned();
    expect(Object.values(planned).filter((action) => action !== "update")).toEqual([]);
    await project.apply();
    expect(project.runs.map(({ action }) => action)).toEqual(["apply", "apply", "apply", "apply"]);
    await project.synth(declare("new", "new-set"));
    expect(await project.planned()).toEqual({});
  });

  test("tells what an environment variable does not hold, by its bytes and before anything runs", async () => {
    const texts = (count: number, text: string) => Array.from({ length: count }, () => text);
    const sets: readonly [id: string, values: readonly string[]][] = [
      ["umlauts", texts(12, "ü".repeat(8_000))],
      ["escaped", texts(12, "<".repeat(3_000))],
      ["few", texts(16, "x".repeat(8_000))],
      ["fits", texts(12, 'say "hi" \\'.repeat(80))],
    ];
    await project.synth((stack) => {
      for (const [id, values] of sets) {
        new TerraformVariable(stack, `of-${id}`, { default: values });
        const copies = values.map((_, index) => {
          return { source, destination: inContainer(`${id}/${index}`), metadata: { of: `"\${var.of-${id}[${index}]}"` } };
        });
        new BlobCopySet(stack, id, { copies });
      }
      const globs = new TerraformVariable(stack, "globs", { type: "list(string)", default: texts(4_000, "a-name-that-is-long-enough/**") });
      const from = BlobSource.fromPrefix({ ...container, containerName: "release" });
      new BlobCopySet(stack, "names", { from, to: BlobDestination.fromPrefix(container), include: globs.listValue });
    });
    const { exitCode, output } = await project.run("plan");
    expect(exitCode).toBe(1);
    const told = [...output.matchAll(/on cdk\.tf\.json line \d+, in resource\.terraform_data\.(\w+)\.lifecycle/g)].map(([, id]) => id);
    expect(told.sort()).toEqual(["escaped", "few", "names", "umlauts"]);
    expect(output.replace(/\s+/g, " ")).toContain("which do not fit into an environment variable");
  });

  test("knows the URL of a known destination while the copy is made again", async () => {
    await project.synth((stack) => {
      const copy = new BlobCopy(stack, "copy", { source, destination: inContainer("v3/model.onnx"), recopy: RecopyPolicy.EVERY_DEPLOY });
      const { EVERY_DEPLOY: recopy } = RecopyPolicy;
      const byUrl = new BlobCopy(stack, "by-url", {
        source,
        destination: BlobDestination.fromUrl(`${container.blobEndpoint}models/by-url`),
        recopy,
      });
      const list = new BlobCopySet(stack, "list", { copies: [{ key: "one", source, destination: inContainer("listed") }], recopy });
      const { stringValue: blobEndpoint } = new TerraformVariable(stack, "endpoint", { default: container.blobEndpoint });
      const later = BlobDestination.fromContainer({ ...container, blobEndpoint, blobName: "later" });
      const unknown = new BlobCopySet(stack, "unknown", { copies: [{ key: "one", source, destination: later }], recopy });
      for (const [id, { destinationUrl: url }] of Object.entries({ copy, byUrl, list: list.result("one"), unknown: unknown.result("one") }))
        new DataResource(stack, `user-of-${id}`, { triggersReplace: { url } });
      new TerraformOutput(stack, "url", { value: copy.destinationUrl });
    });
    await project.apply();
    expect(JSON.parse((await project.run("output", "-json", "url")).output)).toBe("https://app.blob.core.windows.net/models/v3/model.onnx");
    const planned = await project.planned();
    expect(Object.keys(planned)).toEqual(expect.arrayContaining(["terraform_data.copy", "terraform_data.by-url", "terraform_data.list"]));
    // Only values that Terraform computes are unknown before the apply.
    expect(Object.keys(planned).filter((address) => address.includes("user-of"))).toEqual(["terraform_data.user-of-unknown"]);
  });
});
