import type { TerraformStack } from "cdktf";
import { Fn, TerraformVariable, Token } from "cdktf";
import type { BlobCopyConfig } from "../../lib";
import { BlobCopy, BlobCopySet, BlobDestination, BlobSource, DestroyPolicy } from "../../lib";
import { asWritten, isExpression } from "../../lib/framework/hcl";
import { describeWithTerraform } from "../support/terraform/terraform";
import { problemsOf, testStack } from "../lib/support/synthesized";
import { TerraformProject } from "./support/terraform-project";

/** Literal texts that look like Terraform's templates. */
const LITERALS = [
  "100%{x}",
  "%{ if true }yes%{ endif }",
  "%{",
  "a ${ b",
  "${HOME}/models",
  "Hello ${name}!",
  "${name.first}",
  "${}",
  "{{ mustache }} and {plain}",
  "${a} %{b} ${c}",
  "$5 and 10%",
];

test.each(LITERALS)("%s is stored as it is written", (text) => {
  expect(asWritten(text)).toBe(text.replaceAll("${", () => "$${").replaceAll("%{", "%%{"));
});

test.each([
  "${var.name}",
  "${each.key}",
  "${ local.a }-b",
  "${azurerm_storage_account.a.name}",
  "${data.http.x.body}",
  '${join("-", ["a", var.b])}',
  '${"literal"}',
  "${[for x in var.list : x][0]}",
  "$${escaped}",
  "%%{escaped}",
  "${TfToken[TOKEN.1]}",
])("%s stays Terraform's", (text) => {
  expect(asWritten(text)).toBe(text);
});

test("what is literal is checked as such", () => {
  expect(isExpression("${name}")).toBe(false);
  const stack = testStack();
  new BlobCopy(stack, "copy", {
    source: BlobSource.fromUrl("https://example.com/b"),
    destination: BlobDestination.fromUrl("https://app.blob.core.windows.net/models/b"),
    tags: { stage: "${name}" },
  });
  expect(problemsOf(stack)).toEqual([expect.stringContaining('[stack/copy] tags.stage "${name}" has a character that tags cannot have')]);
});

describeWithTerraform("what looks like a template reaches the program as it was written", () => {
  let project: TerraformProject;

  beforeEach(() => {
    project = new TerraformProject();
  });
  afterEach(() => project.remove());

  const container = { blobEndpoint: "https://app.blob.core.windows.net/", containerName: "models" };
  const source = BlobSource.fromUrl("https://example.com/b");

  test("in a copy: names, metadata, headers and triggers, beside values of Terraform's", async () => {
    const metadata = Object.fromEntries(LITERALS.map((text, index) => [`note${String(index)}`, text]));
    const declare = (stack: TerraformStack): void => {
      const value = new TerraformVariable(stack, "value", { type: "string", default: "of %{Terraform}" });
      const config: Partial<BlobCopyConfig> = {
        metadata: { ...metadata, mixed: `%{x} ${value.stringValue} \${y}`, upper: Fn.upper("${z}") },
        contentHeaders: { contentDisposition: "attachment; filename=${name}" },
        copyTriggers: { "%{name}": "${value}" },
        sourceConditions: { ifTags: "\"stage\" = '%{s} ${s}'", ifNoneMatch: '"%{etag}"' },
        onDestroy: DestroyPolicy.DELETE,
      };
      new BlobCopy(stack, "copy", {
        source,
        destination: BlobDestination.fromContainer({ ...container, blobName: "a/%{b}/${c}" }),
        ...config,
      });
    };
    await project.synth(declare);
    await project.apply();
    const [copy] = project.runs[0]?.intent.copies ?? [];
    expect(copy?.destination).toMatchObject({ blobName: "a/%{b}/${c}" });
    expect(copy?.metadata).toMatchObject({ ...metadata, mixed: "%{x} of %{Terraform} ${y}" });
    expect(copy).toMatchObject({
      contentHeaders: { contentDisposition: "attachment; filename=${name}" },
      sourceConditions: { ifTags: "\"stage\" = '%{s} ${s}'", ifNoneMatch: '"%{etag}"' },
    });
    expect(await project.planned()).toEqual({});
    await project.destroy();
    expect(project.runs.at(-1)).toMatchObject({ action: "destroy", intent: { destination: { blobName: "a/%{b}/${c}" } } });
  });

  test("in a URL that a function makes of what is written out, which refers to nothing", async () => {
    const url = Fn.join("/", ["https://example.com", "b"]);
    await project.synth((stack) => {
      const destination = BlobDestination.fromContainer({ ...container, blobName: "b" });
      new BlobCopy(stack, "copy", { source: BlobSource.fromUrl(url), destination });
      new BlobCopySet(stack, "set", { copies: [{ source: BlobSource.fromUrl(url), destination: BlobDestination.fromUrl(`${url}/c`) }] });
    });
    await project.apply();
    expect(JSON.stringify(project.runs)).toContain('"url":"https://example.com/b"');
  });

  test("in the file of a set, where it takes no place among Terraform's values", async () => {
    await project.synth((stack) => {
      const value = new TerraformVariable(stack, "value", { type: "string", default: "of %{Terraform}" });
      new BlobCopySet(stack, "set", {
        copies: LITERALS.map((text, index) => ({
          source,
          destination: BlobDestination.fromContainer({ ...container, blobName: `b${String(index)}` }),
          metadata: { note: text, mixed: `${text} ${value.stringValue}`, own: "${var.value}" },
        })),
      });
    });
    await project.apply();
    const texts = project.copies.map(({ metadata }) => metadata);
    expect(texts).toEqual(LITERALS.map((text) => ({ note: text, mixed: `${text} of %{Terraform}`, own: "of %{Terraform}" })));
  });

  test("in a set of prefixes: globs, renamed names and prefixes", async () => {
    await project.synth((stack) => {
      new BlobCopySet(stack, "set", {
        from: BlobSource.fromPrefix({ ...container, containerName: "release", prefix: "%{v}/" }),
        to: BlobDestination.fromPrefix({ ...container, prefix: "${w}/" }),
        include: ["*.${x}", "%{y}"],
        exclude: ["%{tmp}*"],
        rename: { "${a}": "%{b}" },
        metadata: { note: Token.asString("100%{x}") },
        manifestOut: "out-%{v}.ndjson",
      }).result("%{b}");
    });
    await project.apply();
    expect(project.runs[0]?.intent).toMatchObject({
      set: {
        prefixes: {
          source: { prefix: "%{v}/" },
          destination: { prefix: "${w}/" },
          include: ["*.${x}", "%{y}"],
          exclude: ["%{tmp}*"],
          rename: { "${a}": "%{b}" },
          options: { metadata: { note: "100%{x}" } },
        },
        resultKeys: ["%{b}"],
        manifestOut: expect.stringMatching(/out-%\{v\}\.ndjson$/) as string,
      },
    });
  });
});
