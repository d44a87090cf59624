/** How do I replace a blob by one of the same name, and only when that makes a difference? */
import { App, TerraformStack } from "cdktf";
import { BlobCopy, BlobDestination, BlobSource, OverwritePolicy } from "cdktf-azure-blob-copy";

const app = new App();
const stack = new TerraformStack(app, "replace-same-name");

// Uncommitted blocks and metadata of the replaced blob are gone afterwards; when the copy fails, all of it is put back.
new BlobCopy(stack, "price-list", {
  source: BlobSource.fromUrl("https://shop.blob.core.windows.net/staging/prices.json"),
  destination: BlobDestination.fromUrl("https://shop.blob.core.windows.net/live/prices.json"),
  overwrite: OverwritePolicy.IF_DIFFERENT,
});

app.synth();
