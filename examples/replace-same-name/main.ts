/** How do I replace a blob by one of the same name, and only when they differ? */
import { App, TerraformStack } from "cdktf";
import { BlobCopy, BlobDestination, BlobSource, OverwritePolicy } from "cdktf-azure-blob-copy";
import { destination } from "../accounts";

const app = new App();
const stack = new TerraformStack(app, "replace-same-name");

// The copy removes the metadata and the uncommitted blocks of the blob that it replaces. If the
// copy fails, the replaced blob is restored.
new BlobCopy(stack, "price-list", {
  source: BlobSource.fromContainer({ ...destination, containerName: "staging", blobName: "prices.json" }),
  destination: BlobDestination.fromContainer({ ...destination, containerName: "live", blobName: "prices.json" }),
  overwrite: OverwritePolicy.IF_DIFFERENT,
});

app.synth();
