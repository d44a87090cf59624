/** How do I have the copied blob deleted by `cdktf destroy`? */
import { App, TerraformStack } from "cdktf";
import { BlobCopy, BlobDestination, BlobSource, DestroyPolicy } from "cdktf-azure-blob-copy";
import { destination, source } from "../accounts";

const app = new App();
const stack = new TerraformStack(app, "delete-on-destroy");

// Destroy deletes only the blob that this resource copied. If another client has written to the
// blob since then, it stays.
new BlobCopy(stack, "test-data", {
  source: BlobSource.fromContainer({ ...source, containerName: "fixtures", blobName: "large/orders.parquet" }),
  destination: BlobDestination.fromContainer({ ...destination, containerName: "data", blobName: "orders.parquet" }),
  onDestroy: DestroyPolicy.DELETE,
});

app.synth();
