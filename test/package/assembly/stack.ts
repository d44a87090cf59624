import { App, TerraformIterator, TerraformOutput, TerraformStack, TerraformVariable, Token } from "cdktf";
import {
  AccessTier,
  BlobCopy,
  BlobCopySet,
  BlobDestination,
  BlobSource,
  Credential,
  DestroyPolicy,
  OverwritePolicy,
  RecopyPolicy,
} from "../../../lib";

const SOURCE = "https://source.blob.core.windows.net/";
const DESTINATION = "https://destination.blob.core.windows.net/";

/** Declares the same as stack.py. */
export function synthesizeStack(outdir: string): void {
  const app = new App({ outdir });
  const stack = new TerraformStack(app, "stack");
  const secret = new TerraformVariable(stack, "secret", { type: "string", sensitive: true });

  const model = new BlobCopy(stack, "model", {
    source: BlobSource.fromUrl(`${SOURCE}release/model.onnx`, { credential: Credential.sas(secret.stringValue) }),
    destination: BlobDestination.fromContainer({ blobEndpoint: DESTINATION, containerName: "models", blobName: "current.onnx" }),
    metadata: { stage: "production" },
    contentHeaders: { contentType: "application/octet-stream" },
    accessTier: AccessTier.COOL,
    overwrite: OverwritePolicy.IF_DIFFERENT,
    onDestroy: DestroyPolicy.DELETE,
    timeout: "2h",
  });
  model.moveFromId("earlier");

  const each = TerraformIterator.fromList(["a", "b"]);
  const blobName = Token.asString(each.value);
  new BlobCopy(stack, "each", {
    forEach: each,
    source: BlobSource.fromContainer({ blobEndpoint: SOURCE, containerName: "data", blobName }),
    destination: BlobDestination.fromContainer({ blobEndpoint: DESTINATION, containerName: "data", blobName }),
    dependsOn: [model],
  });

  const prefix = new BlobCopySet(stack, "prefix", {
    from: BlobSource.fromPrefix({ blobEndpoint: SOURCE, containerName: "data", prefix: "v3/" }),
    to: BlobDestination.fromPrefix({ blobEndpoint: DESTINATION, containerName: "live" }),
    include: ["**/*.onnx"],
    rename: { "old/": "new/" },
    prune: true,
    recopy: RecopyPolicy.EVERY_DEPLOY,
    maxConcurrency: 64,
  });

  const copies = new BlobCopySet(stack, "list", {
    copies: [
      { key: "one", source: BlobSource.fromUrl(`${SOURCE}data/one`), destination: BlobDestination.fromUrl(`${DESTINATION}list/one`) },
    ],
  });

  new TerraformOutput(stack, "etag", { value: model.etag });
  new TerraformOutput(stack, "bytes", { value: model.bytesCopied });
  new TerraformOutput(stack, "total", { value: prefix.total });
  new TerraformOutput(stack, "one", { value: copies.result("one").destinationUrl });

  app.synth();
}
