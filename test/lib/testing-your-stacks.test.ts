import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DataResource, TerraformStack, Testing } from "cdktf";
import { BlobCopy, BlobDestination, BlobSource } from "../../lib";
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
});
