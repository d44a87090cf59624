import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DataResource, TerraformIterator, TerraformStack, Testing } from "cdktf";
import { Construct } from "constructs";
import { BlobCopy, BlobCopySet, BlobDestination, BlobSource } from "../../lib";
import { context } from "./support/synthesized";

describe("the recipe for users' own tests", () => {
  const recipe = readFileSync(join(__dirname, "..", "..", "docs", "testing-your-stacks.md"), "utf8");

  function copyNamed(stack: TerraformStack, name: string): unknown {
    const { resource } = JSON.parse(Testing.synth(stack, true)) as { resource: { terraform_data: Record<string, { input: unknown }> } };
    return resource.terraform_data[name]?.input;
  }

  it("finds the declaration of a copy among other terraform_data", () => {
    expect(recipe).toContain("resource.terraform_data[name].input");
    const stack = new TerraformStack(Testing.app({ context }), "test");
    new DataResource(stack, "other", { input: { a: "b" } });
    new BlobCopy(stack, "model", {
      source: BlobSource.fromUrl("https://example.com/b"),
      destination: BlobDestination.fromContainer({
        blobEndpoint: "https://app.blob.core.windows.net/",
        containerName: "models",
        blobName: "current.onnx",
      }),
    });
    expect(copyNamed(stack, "model")).toMatchObject({ copies: [{ destination: { containerName: "models", blobName: "current.onnx" } }] });
    expect(copyNamed(stack, "other")).toEqual({ a: "b" });
  });

  it("finds that of a set, and of a copy for each below another construct, by the names that they have in the configuration", () => {
    expect(recipe).toContain("input.set.prefixes");
    const stack = new TerraformStack(Testing.app({ context }), "test");
    const container = { blobEndpoint: "https://app.blob.core.windows.net/", containerName: "models" };
    const from = BlobSource.fromPrefix({ blobEndpoint: "https://release.blob.core.windows.net/", containerName: "release", prefix: "v3/" });
    new BlobCopySet(stack, "set", { from, to: BlobDestination.fromPrefix(container), include: ["*.onnx"] });
    const forEach = TerraformIterator.fromList(["a", "b"]);
    const blobName = forEach.value as string;
    const copy = new BlobCopy(new Construct(stack, "below"), "each", {
      forEach,
      source: BlobSource.fromUrl("https://example.com/b"),
      destination: BlobDestination.fromContainer({ ...container, containerName: "each", blobName }),
    });
    expect(copyNamed(stack, "set")).toMatchObject({
      set: { prefixes: { source: { containerName: "release", prefix: "v3/" }, include: ["*.onnx"] } },
    });
    expect(copyNamed(stack, copy.friendlyUniqueId)).toMatchObject({ copies: [{ destination: { blobName: "${each.value}" } }] });
  });
});
