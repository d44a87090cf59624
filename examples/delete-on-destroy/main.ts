/** How do I have the copied blob deleted by `cdktf destroy`? */
import { App, TerraformStack } from "cdktf";
import { BlobCopy, BlobDestination, BlobSource, DestroyPolicy } from "cdktf-azure-blob-copy";

const app = new App();
const stack = new TerraformStack(app, "delete-on-destroy");

// A blob that somebody has written to since stays: destroy deletes what this resource copied, and nothing else.
new BlobCopy(stack, "test-data", {
  source: BlobSource.fromUrl("https://fixtures.blob.core.windows.net/large/orders.parquet"),
  destination: BlobDestination.fromUrl("https://preview.blob.core.windows.net/data/orders.parquet"),
  onDestroy: DestroyPolicy.DELETE,
});

app.synth();
