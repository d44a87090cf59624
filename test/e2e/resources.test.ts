import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { DataResource, Fn, LocalBackend, TerraformIterator, TerraformOutput, TerraformStack, TerraformVariable, Token } from "cdktf";
import type { BlobCopyConfig, BlobCopySetConfig } from "../../lib";
import { BlobCopy, BlobCopySet, BlobDestination, BlobSource, Credential, DestroyPolicy } from "../../lib";
import type { ProcessResult } from "../support/terraform/terraform";
import { initialize } from "../support/terraform/initialize";
import { describeWithTerraform, terraform } from "../support/terraform/terraform";
import { realApp } from "../lib/support/synthesized";

const SECRET = 'k"ey=${not} an expression\\n';
const TRICKY = 'say "hi" to ${nobody}\nand %{go} on';

describeWithTerraform("the resources of a copy, in Terraform", () => {
  let outdir: string;
  let folder: string;

  beforeEach(() => {
    outdir = fs.mkdtempSync(path.join(os.tmpdir(), "blob-copy-terraform-"));
    folder = path.join(outdir, "stacks", "stack");
  });

  afterEach(() => fs.rmSync(outdir, { recursive: true, force: true }));

  /** Synthesizes a stack over the previous output, as `cdktf synth` does. */
  async function synth(declare: (stack: TerraformStack) => void): Promise<void> {
    const app = realApp(outdir);
    const stack = new TerraformStack(app, "stack");
    new LocalBackend(stack, { path: "../../terraform.tfstate" });
    declare(stack);
    app.synth();
    const { exitCode, output } = await initialize({ cwd: folder });
    if (exitCode !== 0) throw new Error(output);
  }

  function statePath(): string {
    return path.join(outdir, "terraform.tfstate");
  }

  function copyWith(config: Partial<BlobCopyConfig> = {}): (stack: TerraformStack) => void {
    return (stack) => {
      const copy = new BlobCopy(stack, "copy", {
        source: BlobSource.fromUrl("https://example.com/b"),
        destination: BlobDestination.fromContainer({
          blobEndpoint: "https://app.blob.core.windows.net/",
          containerName: "models",
          blobName: "b",
        }),
        ...config,
      });
      new TerraformOutput(stack, "etag", { value: copy.etag });
      new TerraformOutput(stack, "bytes", { value: copy.bytesCopied });
    };
  }

  async function apply(...args: string[]): Promise<ProcessResult> {
    return terraform(["apply", "-auto-approve", ...args], { cwd: folder });
  }

  async function applied(...args: string[]): Promise<string> {
    const { exitCode, output } = await apply(...args);
    if (exitCode !== 0) throw new Error(output);
    return output;
  }

  async function expectNoChanges(): Promise<void> {
    const { exitCode, output } = await terraform(["plan", "-detailed-exitcode"], { cwd: folder });
    expect(output).toContain("No changes.");
    expect(exitCode).toBe(0);
  }

  async function output(name: string): Promise<unknown> {
    return JSON.parse((await terraform(["output", "-json", name], { cwd: folder })).output);
  }

  /** The runs of the program with their inputs, in order. */
  function runs(): { action: string; intent: { copies: { metadata?: unknown; destination: unknown }[] }; secrets: string[] }[] {
    const file = path.join(folder, "runs.ndjson");
    if (!fs.existsSync(file)) return [];
    return fs
      .readFileSync(file, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as ReturnType<typeof runs>[number]);
  }

  function forgetReceipts(): void {
    fs.rmSync(path.join(folder, ".blobcopy"), { recursive: true });
  }

  test("give the right values in the first apply, and are silent afterwards, even without any local file", async () => {
    await synth(copyWith());
    await applied();
    expect(await output("etag")).toMatch(/^"0x[0-9a-f]{8}"$/);
    expect(await output("bytes")).toBe(42);
    await expectNoChanges();
    forgetReceipts();
    await expectNoChanges();
    expect(runs().map(({ action }) => action)).toEqual(["apply"]);
  });

  test("copy again only when the fingerprint changes, and then change what depends on them", async () => {
    await synth(copyWith());
    await applied();
    const first = await output("etag");
    await synth(
      copyWith({
        timeout: "2h",
        source: BlobSource.fromUrl("https://example.com/b", { credential: Credential.sasFromEnvironment("NEW") }),
      }),
    );
    await applied();
    expect(runs()).toHaveLength(1);
    expect(await output("etag")).toBe(first);
    await synth(copyWith({ copyTriggers: { release: "2" } }));
    await applied();
    expect(runs()).toHaveLength(2);
    expect(await output("etag")).not.toBe(first);
    await expectNoChanges();
  });

  test("copy again by themselves when Terraform was killed after it had recorded the copy as made", async () => {
    await synth(copyWith());
    await applied();
    forgetReceipts();
    await terraform(["state", "rm", "terraform_data.copy_confirm", "terraform_data.copy_result"], { cwd: folder });
    await applied();
    expect(runs()).toHaveLength(2);
    expect(await output("bytes")).toBe(42);
    await expectNoChanges();
  });

  test("say how to copy again when even the confirmation was lost", async () => {
    await synth(copyWith());
    await applied();
    forgetReceipts();
    await terraform(["state", "rm", "terraform_data.copy_result"], { cwd: folder });
    const failed = await apply();
    expect(failed.exitCode).toBe(1);
    expect(failed.output.replace(/\s*\n[│\s]*/g, " ")).toContain("apply -replace='terraform_data.copy_confirm'");
    await applied("-replace=terraform_data.copy_confirm");
    await expectNoChanges();
  });

  test("are made again after a copy that failed", async () => {
    await synth(copyWith());
    fs.writeFileSync(path.join(folder, "fail"), "");
    expect((await apply()).exitCode).toBe(1);
    fs.rmSync(path.join(folder, "fail"));
    await applied();
    await expectNoChanges();
    expect(runs()).toHaveLength(2);
  });

  test("carry values and secrets unharmed, show progress beside them, and keep the secrets out of state, plan and output", async () => {
    await synth((stack) => {
      const secret = new TerraformVariable(stack, "secret", { type: "string", sensitive: true });
      const value = new TerraformVariable(stack, "value", { type: "string", sensitive: true });
      new BlobCopy(stack, "copy", {
        source: BlobSource.fromUrl("https://app.blob.core.windows.net/models/b", {
          credential: Credential.accountKey(secret.stringValue, { accountName: "app" }),
        }),
        destination: BlobDestination.fromUrl("https://app.blob.core.windows.net/models/b"),
        metadata: { note: value.stringValue, literal: 'with "quotes"' },
      });
    });
    fs.writeFileSync(path.join(folder, "terraform.tfvars.json"), JSON.stringify({ secret: SECRET, value: TRICKY }));
    const printed = await applied();
    expect(printed).toContain("PROGRAM {");
    expect(runs()[0]?.secrets).toEqual([SECRET]);
    expect(runs()[0]?.intent.copies[0]?.metadata).toEqual({ note: TRICKY, literal: 'with "quotes"' });
    await terraform(["plan", "-out=saved.plan"], { cwd: folder });
    const plan = JSON.parse((await terraform(["show", "-json", "saved.plan"], { cwd: folder })).output) as Record<string, unknown>;
    // The plan always contains the user's own variables, so they are not compared.
    const kept = JSON.stringify({ ...plan, variables: undefined }) + fs.readFileSync(statePath(), "utf8");
    expect(printed + kept).not.toContain("an expression");
  });

  test("run once for each element, and give maps", async () => {
    await synth((stack) => {
      const blobs = TerraformIterator.fromList(["a", "b"]);
      const copy = new BlobCopy(stack, "copy", {
        forEach: blobs,
        source: BlobSource.fromUrl(`https://example.com/${blobs.value as string}`),
        destination: BlobDestination.fromUrl(`https://app.blob.core.windows.net/models/${blobs.value as string}`),
        onDestroy: DestroyPolicy.DELETE,
      });
      new TerraformOutput(stack, "urls", { value: copy.destinationUrl });
      new DataResource(stack, "user", { forEach: blobs, input: { bytes: Fn.lookup(copy.bytesCopied, blobs.key as string, 0) as number } });
      new TerraformOutput(stack, "user_a", { value: '${terraform_data.user["a"].output.bytes}' });
    });
    await applied();
    expect(await output("urls")).toEqual({
      a: "https://app.blob.core.windows.net/models/a",
      b: "https://app.blob.core.windows.net/models/b",
    });
    expect(await output("user_a")).toBe(42);
    await expectNoChanges();
    await terraform(["destroy", "-auto-approve"], { cwd: folder });
    expect(
      runs()
        .map(({ action }) => action)
        .sort(),
    ).toEqual(["apply", "apply", "destroy", "destroy"]);
  });

  test("clean up with what was copied last, once, when they are destroyed, and not when they copy again", async () => {
    await synth(copyWith({ onDestroy: DestroyPolicy.DELETE }));
    await applied();
    await synth(copyWith({ onDestroy: DestroyPolicy.DELETE, copyTriggers: { release: "2" } }));
    await applied();
    const last = await output("etag");
    await expectNoChanges();
    const { exitCode } = await terraform(["destroy", "-auto-approve"], { cwd: folder });
    expect(exitCode).toBe(0);
    expect(runs().map(({ action }) => action)).toEqual(["apply", "apply", "destroy"]);
    expect(runs()[2]?.intent).toMatchObject({ onDestroy: "delete", receipt: { etag: last }, destination: { blobName: "b" } });
  });

  test("clean up the old place when the destination moves, though a dependant creates before it destroys", async () => {
    const moved = (blobName: string) => (stack: TerraformStack) => {
      const copy = new BlobCopy(stack, "copy", {
        source: BlobSource.fromUrl("https://example.com/b"),
        destination: BlobDestination.fromContainer({
          blobEndpoint: "https://app.blob.core.windows.net/",
          containerName: "models",
          blobName,
        }),
        onDestroy: DestroyPolicy.DELETE,
      });
      new DataResource(stack, "user", { triggersReplace: { etag: copy.etag }, lifecycle: { createBeforeDestroy: true } });
    };
    await synth(moved("old"));
    await applied();
    await synth(moved("new"));
    await applied();
    const destroyed = runs().filter(({ action }) => action === "destroy");
    expect(destroyed).toHaveLength(1);
    expect(destroyed[0]?.intent).toMatchObject({ destination: { blobName: "old" } });
    await expectNoChanges();
  });

  test("refuse a SAS in a URL that Terraform made, before anything is recorded", async () => {
    await synth((stack) => {
      const url = new TerraformVariable(stack, "url", {
        type: "string",
        sensitive: true,
        default: "https://example.com/b?sv=1&sig=c2VjcmV0",
      });
      new BlobCopy(stack, "copy", {
        source: BlobSource.fromUrl(url.stringValue),
        destination: BlobDestination.fromUrl("https://app.blob.core.windows.net/models/b"),
      });
    });
    const failed = await apply();
    expect(failed.exitCode).toBe(1);
    expect(failed.output.replace(/\s*\n[│\s]*/g, " ")).toContain("The URL of the source holds a signature, a token or a password");
    expect(failed.output).not.toContain("c2VjcmV0");
    expect(runs()).toEqual([]);
  });

  describe("of a set", () => {
    const COPIES = 3;

    function setWith(config: Partial<BlobCopySetConfig> = {}, wanted = "1"): (stack: TerraformStack) => void {
      return (stack) => {
        const endpoint = new DataResource(stack, "endpoint", { input: { endpoint: "https://app.blob.core.windows.net/" } });
        const set = new BlobCopySet(stack, "set", {
          copies: Array.from({ length: COPIES }, (_, index) => ({
            key: String(index),
            source: BlobSource.fromUrl(`https://example.com/${index}`),
            destination: BlobDestination.fromContainer({
              blobEndpoint: Token.asString(endpoint.output.lookup("endpoint")),
              containerName: "models",
              blobName: `blob-${index}`,
            }),
          })),
          ...config,
        });
        new TerraformOutput(stack, "total", { value: set.total });
        new TerraformOutput(stack, "url", { value: set.result(wanted).destinationUrl });
        new TerraformOutput(stack, "bytes", { value: set.result(wanted).bytesCopied });
      };
    }

    test("give the right values in the first apply, and are silent afterwards, even without any local file", async () => {
      await synth(setWith());
      await applied();
      expect(await output("total")).toBe(COPIES);
      expect(await output("url")).toBe("https://destination.example/blob-1");
      expect(await output("bytes")).toBe(42);
      await expectNoChanges();
      forgetReceipts();
      await expectNoChanges();
      expect(runs().map(({ action }) => action)).toEqual(["apply"]);
    });

    test("give the program the declared copies with the values that only Terraform knew", async () => {
      await synth(setWith());
      await applied();
      const copies = fs.readFileSync(path.join(folder, "copies.ndjson"), "utf8").trim().split("\n");
      expect(copies).toHaveLength(COPIES);
      expect(JSON.parse(copies[2] ?? "")).toEqual({
        key: "2",
        source: { kind: "url", url: "https://example.com/2" },
        destination: {
          kind: "blob",
          blobEndpoint: "https://app.blob.core.windows.net/",
          containerName: "models",
          blobName: "blob-2",
        },
      });
    });

    test("run again when another result is wanted, and not for what is changed in place", async () => {
      await synth(setWith());
      await applied();
      await synth((stack) => {
        setWith()(stack);
        stack.addOverride("resource.terraform_data.set.input.note", "changed in place");
      });
      await applied();
      expect(runs()).toHaveLength(1);
      await synth(setWith({}, "2"));
      await applied();
      expect(runs()).toHaveLength(2);
      expect(await output("url")).toBe("https://destination.example/blob-2");
      await expectNoChanges();
    });

    test("run again by themselves when Terraform was killed after it had recorded the set as made", async () => {
      await synth(setWith());
      await applied();
      forgetReceipts();
      await terraform(["state", "rm", "terraform_data.set_confirm", "terraform_data.set_result"], { cwd: folder });
      await applied();
      expect(runs()).toHaveLength(2);
      expect(await output("total")).toBe(COPIES);
      await expectNoChanges();
    });

    test("leave the report in the folder of the project", async () => {
      const project = process.cwd();
      try {
        process.chdir(outdir);
        await synth(setWith({ report: "copy-report.html" }));
        await applied();
        expect(fs.readFileSync(path.join(outdir, "copy-report.html"), "utf8")).toBe("<html>");
      } finally {
        process.chdir(project);
      }
    });

    test("copy from prefix to prefix, with names that look like Terraform's templates", async () => {
      await synth((stack) => {
        const set = new BlobCopySet(stack, "set", {
          from: BlobSource.fromPrefix({ blobEndpoint: "https://models.blob.core.windows.net/", containerName: "release" }),
          to: BlobDestination.fromPrefix({ blobEndpoint: "https://app.blob.core.windows.net/", containerName: "models" }),
          exclude: ["tmp/**"],
        });
        new TerraformOutput(stack, "url", { value: set.result('a "b" %{c}').destinationUrl });
      });
      await applied();
      expect(await output("url")).toBe('https://destination.example/a "b" %{c}');
      await expectNoChanges();
    });
  });
});
