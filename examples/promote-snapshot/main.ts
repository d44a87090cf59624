/** How do I bring back an earlier state of a blob, by promoting one of its snapshots? */
import { App, TerraformStack } from "cdktf";
import { BlobCopy, BlobDestination, BlobSource } from "cdktf-azure-blob-copy";
import { destination } from "../accounts";

const settings = {
  ...destination,
  containerName: "settings",
  blobName: "feature-flags.json",
};

const app = new App();
const stack = new TerraformStack(app, "promote-snapshot");

new BlobCopy(stack, "roll-back-flags", {
  source: BlobSource.fromContainer({ ...settings, snapshot: process.env.SNAPSHOT ?? "2026-11-02T08:30:00.0000000Z" }),
  destination: BlobDestination.fromContainer(settings),
});

app.synth();
