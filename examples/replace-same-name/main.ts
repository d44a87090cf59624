/** How do I replace a blob by one of the same name, and only when that makes a difference? */
import { App, TerraformStack } from "cdktf";
import { BlobCopy, BlobDestination, BlobSource, OverwritePolicy } from "cdktf-azure-blob-copy";
import { destination } from "../accounts";

const app = new App();
const stack = new TerraformStack(app, "replace-same-name");

// Uncommitted blocks and metadata of the replaced blob are gone afterwards; when the copy fails, all of it is put back.
new BlobCopy(stack, "price-list", {
  source: BlobSource.fromContainer({ ...destination, containerName: "staging", blobName: "prices.json" }),
  destination: BlobDestination.fromContainer({ ...destination, containerName: "live", blobName: "prices.json" }),
  overwrite: OverwritePolicy.IF_DIFFERENT,
});

app.synth();
