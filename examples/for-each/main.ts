/** How do I declare the same copy for each element of a Terraform map? */
import { App, TerraformIterator, TerraformStack, TerraformVariable } from "cdktf";
import { BlobCopy, BlobDestination, BlobSource } from "cdktf-azure-blob-copy";

const app = new App();
const stack = new TerraformStack(app, "for-each");

const regions = new TerraformVariable(stack, "regions", {
  type: "map(object({ blob_endpoint = string }))",
  default: {
    europe: { blob_endpoint: "https://modelseurope.blob.core.windows.net/" },
    asia: { blob_endpoint: "https://modelsasia.blob.core.windows.net/" },
  },
});
const region = TerraformIterator.fromMap(regions.value as Record<string, unknown>);

new BlobCopy(stack, "model", {
  forEach: region,
  source: BlobSource.fromUrl("https://releases.blob.core.windows.net/release/v3/model.onnx"),
  destination: BlobDestination.fromContainer({
    blobEndpoint: region.getString("blob_endpoint"),
    containerName: "models",
    blobName: "current.onnx",
  }),
});

app.synth();
