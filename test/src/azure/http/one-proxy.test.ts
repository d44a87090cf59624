import { createServer, type Server } from "node:net";
import type { AddressInfo } from "node:net";
import { createBlobStore } from "../../../../src/azure/create-blob-store";
import type { BlobContainers } from "../../../../src/engine/ports/blob-container";
import type { BlobStore } from "../../../../src/engine/ports/blob-store";
import { CopyMethod, CredentialKind, LocationKind, OverwritePolicy, SourceGuard } from "../../../../src/intent";

const environmentBefore = { ...process.env };
const key = Buffer.from("a key").toString("base64");

let proxy: Server;
/** First line of each connection to the proxy. */
let asked: string[];

beforeEach(async () => {
  asked = [];
  proxy = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", (data) => {
      asked.push(data.toString("latin1"));
      socket.end("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
});

afterEach(async () => {
  process.env = { ...environmentBefore };
  await new Promise((resolve) => proxy.close(resolve));
});

type Store = BlobStore & BlobContainers;

const place = (blobEndpoint: string, kind: CredentialKind) => ({
  kind: LocationKind.BLOB as const,
  blobEndpoint,
  containerName: "data",
  blobName: "x",
  credential: { kind, variable: "KEY" },
});

const KEY = CredentialKind.ACCOUNT_KEY;
const HTTPS = "https://acct.blob.core.windows.net";
const options = { overwrite: OverwritePolicy.ALWAYS, method: CopyMethod.AUTO, sourceGuard: SourceGuard.ETAG };

async function copyOne(store: Store): Promise<void> {
  const container = (side: "source" | "destination") =>
    store.container({ blobEndpoint: HTTPS, containerName: "data", credential: { kind: KEY, variable: "KEY" } }, side);
  const copier = await container("destination").copier(container("source"), options, 1_000, new AbortController().signal);
  await copier.copy("x", "y", { sourceEtag: undefined, destination: undefined });
}

const kinds: readonly [string, string, (store: Store) => Promise<unknown>][] = [
  ["a request of a single copy", "acct.blob.core.windows.net:443", (store) => store.destination(place(HTTPS, KEY)).getProperties()],
  ["a request of a set", "acct.blob.core.windows.net:443", copyOne],
  ["a listing", "acct.blob.core.windows.net:443", (store) => store.destination(place(HTTPS, KEY)).listSnapshots()],
  [
    "a request for a token",
    "login.microsoftonline.com:443",
    (store) => store.destination(place(HTTPS, CredentialKind.DEFAULT_AZURE_CREDENTIAL)).getProperties(),
  ],
];

async function ask(request: (store: Store) => Promise<unknown>, settings: NodeJS.ProcessEnv): Promise<void> {
  const identity = {
    AZURE_TENANT_ID: "44444444-4444-4444-4444-444444444444",
    AZURE_CLIENT_ID: "55555555-5555-5555-5555-555555555555",
    AZURE_CLIENT_SECRET: "a secret of the identity",
    AZURE_TOKEN_CREDENTIALS: "EnvironmentCredential",
  };
  const environment = { ...identity, KEY: key, ...settings };
  Object.assign(process.env, environment);
  const sleep = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds < 60_000 ? 0 : 5_000).unref());
  const store = createBlobStore({ environment, clock: { now: () => Date.now(), sleep } });
  await request(store).catch(() => undefined);
  store.close();
}

const proxyAt = () => `127.0.0.1:${(proxy.address() as AddressInfo).port}`;

test.each(kinds)("%s asks the proxy to connect it to %s, and shows it nothing else", async (_what, target, request) => {
  await ask(request, { HTTPS_PROXY: proxyAt() });
  expect(new Set(asked.map((text) => text.split("\r\n", 1)[0]))).toEqual(new Set([`CONNECT ${target} HTTP/1.1`]));
  expect(asked.join("")).not.toMatch(/^authorization:/im);
});

test.each(kinds)("%s goes past a proxy that is not for it", async (_what, target, request) => {
  const [host = ""] = target.split(":");
  const domain = host.slice(host.indexOf("."));
  for (const NO_PROXY of ["*", domain, host]) await ask(request, { HTTPS_PROXY: proxyAt(), HTTP_PROXY: proxyAt(), NO_PROXY });
  expect(asked).toEqual([]);
});

test("what goes over plain http is never shown to a proxy", async () => {
  const settings = { HTTP_PROXY: proxyAt(), http_proxy: proxyAt(), HTTPS_PROXY: proxyAt(), ALL_PROXY: proxyAt() };
  await ask((store) => store.destination(place("http://blobs.invalid/acct", KEY)).getProperties(), settings);
  expect(asked).toEqual([]);
});
