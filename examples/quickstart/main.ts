/** How do I copy blobs from one storage account to another, and use the results? */
import { App, TerraformOutput, TerraformStack } from "cdktf";
import { BlobCopy, BlobDestination, BlobSource } from "cdktf-azure-blob-copy";
import { destination, source } from "../accounts";

const releases = { ...source, containerName: "release" };
const production = { ...destination, containerName: "models" };

const app = new App();
const stack = new TerraformStack(app, "quickstart");

const model = new BlobCopy(stack, "model", {
  source: BlobSource.fromContainer({ ...releases, blobName: "v3/model.onnx" }),
  destination: BlobDestination.fromContainer({ ...production, blobName: "current.onnx" }),
});

// Goes live only after the model that it describes has been copied.
const labels = new BlobCopy(stack, "labels", {
  source: BlobSource.fromContainer({ ...releases, blobName: "v3/labels.json" }),
  destination: BlobDestination.fromContainer({ ...production, blobName: "labels.json" }),
  contentHeaders: { cacheControl: "max-age=60" },
  dependsOn: [model],
});

new TerraformOutput(stack, "model_url", { value: model.destinationUrl });
new TerraformOutput(stack, "model_etag", { value: model.etag });
new TerraformOutput(stack, "model_bytes", { value: model.bytesCopied });
new TerraformOutput(stack, "labels_url", { value: labels.destinationUrl });

app.synth();
