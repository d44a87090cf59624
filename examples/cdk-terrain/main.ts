/**
 * How do I use the construct with CDK Terrain, the successor of CDK for Terraform? Only the package
 * name differs.
 */
import { App, TerraformOutput, TerraformStack } from "cdktn";
import { BlobCopy, BlobDestination, BlobSource, Credential } from "cdktf-azure-blob-copy/cdktn";

const app = new App();
const stack = new TerraformStack(app, "cdk-terrain");

const model = new BlobCopy(stack, "model", {
  source: BlobSource.fromContainer({
    blobEndpoint: process.env.SOURCE_BLOB_ENDPOINT ?? "https://releases.blob.core.windows.net/",
    containerName: "release",
    blobName: "v3/model.onnx",
    credential: Credential.connectionStringFromEnvironment("SOURCE_CONNECTION_STRING"),
  }),
  destination: BlobDestination.fromContainer({
    blobEndpoint: process.env.DESTINATION_BLOB_ENDPOINT ?? "https://production.blob.core.windows.net/",
    containerName: "models",
    blobName: "cdk-terrain.onnx",
    credential: Credential.connectionStringFromEnvironment("DESTINATION_CONNECTION_STRING"),
  }),
});
new TerraformOutput(stack, "model_url", { value: model.destinationUrl });

app.synth();
