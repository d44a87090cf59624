/**
 * How do I keep a copy up to date with each deploy, when the source changes but my declaration does
 * not?
 */
import { App, TerraformStack } from "cdktf";
import { BlobCopy, BlobDestination, BlobSource, Credential, RecopyPolicy } from "cdktf-azure-blob-copy";
import { destination } from "../accounts";

const app = new App();
const stack = new TerraformStack(app, "every-deploy");

// Each deploy inspects both sides, and copies only if one of them has changed since the last copy.
new BlobCopy(stack, "exchange-rates", {
  source: BlobSource.fromUrl(process.env.RATES_URL ?? "https://data.example.com/rates/latest.json", { credential: Credential.anonymous() }),
  destination: BlobDestination.fromContainer({ ...destination, containerName: "data", blobName: "rates.json" }),
  recopy: RecopyPolicy.EVERY_DEPLOY,
});

app.synth();
