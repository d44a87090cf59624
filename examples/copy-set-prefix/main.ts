/** How do I copy everything below a prefix, and keep the copy equal to its source? */
import { App, TerraformOutput, TerraformStack } from "cdktf";
import { BlobCopySet, BlobDestination, BlobSource, RecopyPolicy } from "cdktf-azure-blob-copy";
import { destination, source } from "../accounts";

const app = new App();
const stack = new TerraformStack(app, "copy-set-prefix");

// v3/model.onnx becomes current/model.onnx, v3/legacy/labels.json becomes current/labels.json, and
// so on.
const release = new BlobCopySet(stack, "release", {
  from: BlobSource.fromPrefix({ ...source, containerName: "release", prefix: "v3/" }),
  to: BlobDestination.fromPrefix({ ...destination, containerName: "models", prefix: "current/" }),
  include: ["**/*.{onnx,json}"],
  exclude: ["drafts/**"],
  rename: { "legacy/": "" },
  contentHeaders: { cacheControl: "max-age=60" },
  prune: true, // deletes blobs that this set copied and that the source no longer has
  recopy: RecopyPolicy.EVERY_DEPLOY, // each deploy compares the listings and copies differences
  report: "copy-report.html",
});

new TerraformOutput(stack, "copied", { value: release.copied });
new TerraformOutput(stack, "bytes_copied", { value: release.bytesCopied });
new TerraformOutput(stack, "model_etag", { value: release.result("model.onnx").etag });

app.synth();
