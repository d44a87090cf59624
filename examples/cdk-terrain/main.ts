/** How do I use the construct with CDK Terrain, the successor of CDK for Terraform? Nothing but the package name differs. */
import { App, TerraformOutput, TerraformStack } from "cdktn";
import { BlobCopy, BlobDestination, BlobSource } from "cdktf-azure-blob-copy/cdktn";

const app = new App();
const stack = new TerraformStack(app, "cdk-terrain");

const model = new BlobCopy(stack, "model", {
  source: BlobSource.fromUrl("https://releases.blob.core.windows.net/release/v3/model.onnx"),
  destination: BlobDestination.fromUrl("https://production.blob.core.windows.net/models/current.onnx"),
});
new TerraformOutput(stack, "model_url", { value: model.destinationUrl });

app.synth();
