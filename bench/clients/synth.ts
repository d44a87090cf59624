/**
 * Declares a stack of equal constructs and synthesizes it. Prints the seconds that this took,
 * without the time to load the framework.
 */
import { App, DataResource, TerraformStack } from "cdktf";
import { BlobCopy, BlobDestination, BlobSource, Credential } from "../../lib";

const { KIND = "", COUNT = "", OUT = "", PROGRAM = "" } = process.env;

function declare(stack: TerraformStack, index: number): void {
  if (KIND === "data-resource") {
    new DataResource(stack, `data${index}`, { input: { url: `https://dest.blob.core.windows.net/data/${index}.bin` } });
    return;
  }
  const credential = Credential.connectionStringFromEnvironment("CONNECTION");
  const place = { containerName: "data", blobName: `${index}.bin`, credential };
  new BlobCopy(stack, `copy${index}`, {
    source: BlobSource.fromContainer({ ...place, blobEndpoint: "https://source.blob.core.windows.net/" }),
    destination: BlobDestination.fromContainer({ ...place, blobEndpoint: "https://dest.blob.core.windows.net/" }),
  });
}

const startedAt = performance.now();
// The framework's DataResource starts terraform once for each resource to validate it, which would
// dominate the measurement.
const app = new App({ outdir: OUT, skipValidation: KIND === "data-resource" });
app.node.setContext("cdktf-azure-blob-copy/program", PROGRAM);
const stack = new TerraformStack(app, "stack");
for (let index = 0; index < Number(COUNT); index++) declare(stack, index);
app.synth();
process.stdout.write(`${((performance.now() - startedAt) / 1_000).toFixed(4)}\n`);
