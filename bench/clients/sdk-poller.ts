/**
 * The SDK's own way to wait for a copy, with its defaults. Prints when it noticed the end, in
 * milliseconds since the epoch.
 */
import { BlobServiceClient } from "@azure/storage-blob";

const { SOURCE_URL = "", DESTINATION_CONNECTION = "", CONTAINER = "", BLOB = "" } = process.env;

async function main(): Promise<void> {
  const blob = BlobServiceClient.fromConnectionString(DESTINATION_CONNECTION).getContainerClient(CONTAINER).getBlobClient(BLOB);
  const poller = await blob.beginCopyFromURL(SOURCE_URL);
  await poller.pollUntilDone();
  process.stdout.write(`${Date.now()}\n`);
}

void main();
