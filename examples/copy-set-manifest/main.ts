/**
 * How do I declare many copies with their own options, all or nothing, and use the results of some?
 */
import { App, TerraformOutput, TerraformStack } from "cdktf";
import type { SetCopyConfig } from "cdktf-azure-blob-copy";
import { AccessTier, BlobCopySet, BlobDestination, BlobSource } from "cdktf-azure-blob-copy";
import { destination, source } from "../accounts";

const app = new App();
const stack = new TerraformStack(app, "copy-set-manifest");

const releases = { ...source, containerName: "release" };
const production = { ...destination, containerName: "models" };

const languages = ["de", "en", "fr", "ja"];
const copies = languages.map((language): SetCopyConfig => ({
  key: language,
  source: BlobSource.fromContainer({ ...releases, blobName: `v3/${language}/model.onnx` }),
  destination: BlobDestination.fromContainer({ ...production, blobName: `current/${language}.onnx` }),
  metadata: { language, release: "v3" },
  accessTier: language === "en" ? AccessTier.HOT : AccessTier.COOL,
}));

const models = new BlobCopySet(stack, "models", {
  copies,
  atomic: true, // afterwards, either all languages are v3 or none is
  bandwidth: "500MB/s",
  manifestOut: "copied.ndjson",
});

new TerraformOutput(stack, "english_url", { value: models.result("en").destinationUrl });
new TerraformOutput(stack, "total", { value: models.total });

app.synth();
