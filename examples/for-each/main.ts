/** How do I declare the same copy for each element of a Terraform map? */
import { App, TerraformIterator, TerraformStack, TerraformVariable } from "cdktf";
import { BlobCopy, BlobDestination, BlobSource } from "cdktf-azure-blob-copy";
import { destination, source } from "../accounts";

const app = new App();
const stack = new TerraformStack(app, "for-each");

const regions = new TerraformVariable(stack, "regions", {
  type: "map(object({ blob_endpoint = string }))",
  default: {
    europe: { blob_endpoint: destination.blobEndpoint },
    asia: { blob_endpoint: process.env.ASIA_BLOB_ENDPOINT ?? "https://modelsasia.blob.core.windows.net/" },
  },
});
const region = TerraformIterator.fromMap(regions.value as Record<string, unknown>);

new BlobCopy(stack, "model", {
  forEach: region,
  source: BlobSource.fromContainer({ ...source, containerName: "release", blobName: "v3/model.onnx" }),
  destination: BlobDestination.fromContainer({
    ...destination,
    blobEndpoint: region.getString("blob_endpoint"),
    containerName: "models",
    blobName: `${region.key}.onnx`,
  }),
});

app.synth();
