/** How do I make a writable blob from a snapshot, next to the snapshot's blob? */
import { App, TerraformStack } from "cdktf";
import { BlobCopy, BlobDestination, BlobSource } from "cdktf-azure-blob-copy";
import { destination } from "../accounts";

const archive = { ...destination, containerName: "databases" };

const app = new App();
const stack = new TerraformStack(app, "snapshot-to-new-blob");

new BlobCopy(stack, "for-the-auditors", {
  source: BlobSource.fromContainer({ ...archive, blobName: "ledger.db", snapshot: process.env.SNAPSHOT ?? "2026-09-30T23:59:00.0000000Z" }),
  destination: BlobDestination.fromContainer({ ...archive, blobName: "audit/ledger-2026-q3.db" }),
  metadata: { purpose: "audit" },
});

app.synth();
