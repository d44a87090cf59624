import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createBlobStore } from "../../../src/azure/create-blob-store";
import { TokenCache } from "../../../src/azure/identity/token-cache";
import type { BlobStore } from "../../../src/engine/ports/blob-store";
import { systemClock } from "../../../src/engine/ports/clock";
import { CopyFailure } from "../../../src/failure/copy-failure";
import { CopyMethod, CredentialKind, LocationKind } from "../../../src/intent";
import { ExitCode } from "../../../src/failure/exit-code";
import { FakeBlobService } from "../../support/fake-blob-service";

const HOUR = 3_600_000;
const IDENTITY = { kind: CredentialKind.DEFAULT_AZURE_CREDENTIAL };

let service: FakeBlobService;
let identityServer: Server;
let store: BlobStore;
let tokensGiven: number;
const environmentBefore = { ...process.env };

/** Starts the endpoint that App Service provides for its managed identities. */
beforeEach(async () => {
  tokensGiven = 0;
  identityServer = createServer((_request, response) => {
    tokensGiven++;
    const expiresOn = Math.floor(Date.now() / 1_000) + 3_600;
    response.writeHead(200, { "content-type": "application/json" });
    response.end(
      JSON.stringify({
        access_token: "the-token",
        expires_on: String(expiresOn),
        resource: "https://storage.azure.com",
        token_type: "Bearer",
      }),
    );
  });
  await new Promise<void>((resolve) => identityServer.listen(0, "127.0.0.1", resolve));
  process.env["IDENTITY_ENDPOINT"] = `http://127.0.0.1:${(identityServer.address() as AddressInfo).port}/token`;
  process.env["IDENTITY_HEADER"] = "header";
  process.env["AZURE_TOKEN_CREDENTIALS"] = "ManagedIdentityCredential";
  service = await FakeBlobService.start({ bearerTokens: ["the-token"] });
  service.account("source").putBlob("data", "x", { content: "hello" });
  service.account("dest").createContainer("data");
  store = createBlobStore({ environment: process.env });
});

afterEach(async () => {
  store.close();
  process.env = { ...environmentBefore };
  identityServer.closeAllConnections();
  await new Promise((resolve) => identityServer.close(resolve));
  await service.stop();
});

const place = (account: string, blobName = "x") => ({
  kind: LocationKind.BLOB as const,
  blobEndpoint: service.endpoint(account),
  containerName: "data",
  blobName,
  credential: IDENTITY,
});

test("one token serves destination, source, and the service's own reading of the source", async () => {
  const source = store.source(place("source"));
  const destination = store.destination(place("dest"));
  expect(await destination.getProperties()).toBeUndefined();
  expect(await source.getProperties()).toMatchObject({ length: 5 });
  const readable = await source.readable(CopyMethod.PUT_BLOB_FROM_URL, destination.account, HOUR);
  expect(readable).toEqual({ url: source.url, authorization: "Bearer the-token" });
  await destination.putBlobFromUrl({ source: readable });
  expect(await destination.getProperties()).toMatchObject({ length: 5 });
  expect(tokensGiven).toBeLessThanOrEqual(1); // the identity SDK's own cache outlives a test
});

test("Copy Blob across accounts reads the source with a user delegation SAS, one key for all blobs", async () => {
  service.account("source").putBlob("data", "y", { content: "world" });
  for (const name of ["x", "y"]) {
    const source = store.source(place("source", name));
    const destination = store.destination(place("dest", name));
    const readable = await source.readable(CopyMethod.COPY_BLOB, destination.account, HOUR);
    expect(readable.url).toContain("skoid=");
    await destination.copyBlob({ source: readable });
    expect(await destination.getProperties()).toMatchObject({ length: 5, copy: { source: source.url } });
  }
  expect(service.requestsOf("Get User Delegation Key")).toHaveLength(1);
});

test("a copy that may take longer than any such key shares the key with others, and its SAS ends with that", async () => {
  const { account } = store.destination(place("dest"));
  const source = store.source(place("source"));
  const readables = [await source.readable(CopyMethod.COPY_BLOB, account, 300 * HOUR)];
  const asked = Date.now();
  while (Date.now() === asked) await new Promise(setImmediate);
  readables.push(await source.readable(CopyMethod.COPY_BLOB, account, 300 * HOUR));
  expect(service.requestsOf("Get User Delegation Key")).toHaveLength(1);
  for (const { url } of readables) {
    const { searchParams } = new URL(url);
    expect(searchParams.get("se")).toBe(searchParams.get("ske"));
  }
});

test.each([-29, -14, -1, 1, 14])(
  "a key, and a SAS made with it, are taken where this machine's clock is %i minutes ahead",
  async (minutes) => {
    const clock = { ...systemClock, now: () => Date.now() + minutes * 60_000 };
    const token = { token: "the-token", expiresOnTimestamp: Date.now() + 24 * HOUR };
    const tokens = new Map([["", new TokenCache(() => Promise.resolve(token), clock)]]);
    const there = createBlobStore({ environment: {}, tokens, clock });
    const destination = there.destination(place("dest"));
    // Up to the lifetime of a key, and longer than any key's.
    for (const hours of [1, 167, 300]) {
      const readable = await there.source(place("source")).readable(CopyMethod.COPY_BLOB, destination.account, hours * HOUR);
      await destination.copyBlob({ source: readable });
    }
    there.close();
    expect(service.requestsOf("Get User Delegation Key").map(({ status }) => status)).toEqual([200]);
  },
);

test("Copy Blob within an account needs nothing", async () => {
  const source = store.source(place("source"));
  store.destination(place("source", "y"));
  expect(await source.readable(CopyMethod.COPY_BLOB, source.account ?? "", HOUR)).toEqual({ url: source.url });
});

test("a file is read with a token and its intent, and Copy Blob cannot read it so", async () => {
  service.account("source").putFile("share", "f", "file");
  const { fileEndpoint } = service.account("source");
  const source = store.source({ kind: LocationKind.FILE, fileEndpoint, shareName: "share", filePath: "f", credential: IDENTITY });
  expect(await source.getProperties()).toMatchObject({ length: 4 });
  const destination = store.destination(place("dest", "f"));
  const readable = await source.readable(CopyMethod.PUT_BLOB_FROM_URL, destination.account, HOUR);
  expect(readable.fileRequestIntent).toBe("backup");
  await destination.putBlobFromUrl({ source: readable });
  await expect(source.readable(CopyMethod.COPY_BLOB, destination.account, HOUR)).rejects.toMatchObject({ exitCode: ExitCode.BAD_INTENT });
});

test("a listing is authorised with the same token", async () => {
  service.account("dest").putBlob("data", "x", { content: "hello" });
  const snapshot = service.account("dest").snapshot("data", "x", { mark: "ours" });
  expect(await store.destination(place("dest")).listSnapshots()).toEqual([{ snapshot, metadata: { mark: "ours" } }]);
});

test("who is not signed in is told what to do", async () => {
  process.env["AZURE_TOKEN_CREDENTIALS"] = "EnvironmentCredential";
  const failure: unknown = await store
    .destination(place("dest"))
    .getProperties()
    .catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(CopyFailure);
  expect(failure).toMatchObject({ exitCode: ExitCode.NOT_AUTHORISED, remedy: expect.stringContaining("az login") as string });
});
