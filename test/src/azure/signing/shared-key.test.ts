import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { BlobServiceClient, StorageSharedKeyCredential } from "@azure/storage-blob";
import { SharedKey } from "../../../../src/azure/signing/shared-key";

const accountKey = Buffer.from("a key of the account");

/**
 * Standard libraries do not have the service's sort order, so the SDK's signature is the reference.
 */
test("a signature is the one that the SDK makes, whatever the metadata's names", async () => {
  const received: { authorization: string | undefined; path: string; headers: Record<string, string> }[] = [];
  const server = createServer((request, response) => {
    const headers = Object.entries(request.headers).map(([name, value]): [string, string] => [name, String(value)]);
    received.push({ authorization: request.headers.authorization, path: request.url ?? "", headers: Object.fromEntries(headers) });
    response.writeHead(201, { etag: '"1"', "last-modified": new Date().toUTCString() }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/acct`;
  const client = new BlobServiceClient(endpoint, new StorageSharedKeyCredential("acct", accountKey.toString("base64")));
  const metadata = { b: "2", a_b: "x", ab: "y", a1: "z", a: "0", _a: "1", a__b: "2", a_1: "3", aB2: "4", a0: "5", zz: "two  blanks" };
  await client
    .getContainerClient("data")
    .getAppendBlobClient("a b/ü'(#")
    .create({ metadata, conditions: { ifMatch: '"x"' } });
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));

  expect(received).toHaveLength(1);
  for (const { authorization, path, headers } of received) {
    const request = { method: "PUT", path, query: [], contentLength: 0 };
    expect(new SharedKey("acct", accountKey).authorization(request, headers)).toBe(authorization);
  }
});
