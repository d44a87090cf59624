import { createBlobStore } from "../../../src/azure/create-blob-store";
import { explain } from "../../../src/failure/explain";
import { runCopies } from "../../../src/engine/copies/run";
import { systemClock } from "../../../src/engine/ports/clock";
import type { BlobStore, DestinationBlob } from "../../../src/engine/ports/blob-store";
import { type BlobReference, BlobType, CopyMethod, CredentialKind, LocationKind } from "../../../src/intent";
import { parseIntent } from "../../../src/intent/parse/parse-intent";
import { NEVER_ABORTED } from "../../../src/util/abort/never-aborted";
import { MemoryJournal } from "../../support/memory-store/journal";
import { type Azurite, type StorageAccount, startAzurite } from "../../support/azurite";

const ODD_NAMES = ["a b.bin", "ü/ж/漢字", "100%", "a+b&c=d", "question?#hash", "'(!)*'~", "a//b", "ends with /", "%41"];
const HOUR = 3_600_000;

let azurite: Azurite;
let store: BlobStore;

beforeAll(async () => {
  azurite = await startAzurite();
  await azurite.source.service.createContainer("data");
  await azurite.destination.service.createContainer("data");
  store = createBlobStore({ environment: { SOURCE_KEY: azurite.source.key, DESTINATION: azurite.destination.connectionString } });
});

afterAll(async () => {
  store.close();
  await azurite.stop();
});

const location = (account: StorageAccount, blobName: string, containerName = "data"): BlobReference => ({
  kind: LocationKind.BLOB,
  blobEndpoint: account.blobEndpoint,
  containerName,
  blobName,
  credential:
    account === azurite.source
      ? { kind: CredentialKind.ACCOUNT_KEY, variable: "SOURCE_KEY" }
      : { kind: CredentialKind.CONNECTION_STRING, variable: "DESTINATION" },
});
const destinationNamed = (name: string): DestinationBlob => store.destination(location(azurite.destination, name));
const sdkBlob = (account: StorageAccount, name: string) => account.service.getContainerClient("data").getBlockBlobClient(name);

async function seed(name: string, text: string): Promise<void> {
  await sdkBlob(azurite.source, name).upload(text, Buffer.byteLength(text));
}

test.each(ODD_NAMES)("a blob named %j is copied across accounts with a SAS minted for it", async (name) => {
  await seed(name, `content of ${name}`);
  const source = store.source(location(azurite.source, name));
  const destination = destinationNamed(name);
  const found = await source.getProperties();
  expect(found).toMatchObject({ blobType: BlobType.BLOCK, length: Buffer.byteLength(`content of ${name}`) });
  const readable = await source.readable(CopyMethod.COPY_BLOB_FROM_URL, destination.account, HOUR);
  const started = await destination.copyBlobFromUrl({ source: readable, sourceConditions: { ifMatch: found?.etag } });
  expect(started).toMatchObject({ status: "success", copyId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string });
  expect((await sdkBlob(azurite.destination, name).downloadToBuffer()).toString()).toBe(`content of ${name}`);
  expect(await destination.getProperties()).toMatchObject({ etag: started.etag, copy: { id: started.copyId, source: source.url } });
});

test.each(["source", "destination"] as const)("a wrong key at the %s is told as one, and not as a firewall", async (side) => {
  await seed("for whom", "x");
  const SOURCE_KEY = side === "source" ? azurite.destination.key : azurite.source.key;
  const connection = azurite.destination.connectionString;
  const DESTINATION = side === "source" ? connection : connection.replace(azurite.destination.key, azurite.source.key);
  const mistaken = createBlobStore({ environment: { SOURCE_KEY, DESTINATION } });
  const blob =
    side === "source"
      ? mistaken.source(location(azurite.source, "for whom"))
      : mistaken.destination(location(azurite.destination, "for whom"));
  const error: unknown = await blob.getProperties().catch((reason: unknown) => reason);
  const { why, remedy } = explain(error, "Cannot read it");
  expect(why).toContain(`Azurite does not accept the signature of the ${side}'s credential`);
  expect(remedy).toContain("AZURITE_ACCOUNTS");
  mistaken.close();
});

test("Copy Blob within an account needs no SAS", async () => {
  await sdkBlob(azurite.destination, "original").upload("same account", 12);
  const source = store.source(location(azurite.destination, "original"));
  const destination = destinationNamed("pointer copy");
  const readable = await source.readable(CopyMethod.COPY_BLOB, destination.account, HOUR);
  expect(readable).toEqual({ url: source.url });
  await destination.copyBlob({ source: readable });
  expect((await destination.getProperties())?.length).toBe(12);
});

test("metadata is signed in the service's order, keeps its case and loses outer blanks only", async () => {
  const destination = destinationNamed("metadata");
  const metadata = { b: "2", a_b: "x", ab: "y", a1: "z", A_2: "upper", _underscore: "first", long: "two  blanks, and: a colon" };
  await destination.createAppendBlob({ properties: { metadata: { ...metadata, blank: " trimmed " } } });
  expect((await destination.getProperties())?.metadata).toEqual({ ...metadata, blank: "trimmed" });
});

test("content headers, MD5, tags and tier are stored and read back", async () => {
  const destination = destinationNamed("everything");
  const contentHeaders = {
    contentType: "text/plain; charset=utf-8",
    contentEncoding: "identity",
    contentLanguage: "de",
    contentDisposition: 'attachment; filename="a b.txt"',
    cacheControl: "max-age=60",
  };
  const contentMd5 = Buffer.alloc(16, 7).toString("base64");
  const tags = { "key one": "a+b=c", kind: "x/y" };
  await destination.putBlockList([], { properties: { headers: contentHeaders, contentMd5, tags, tier: "Cool" } });
  expect(await destination.getProperties()).toMatchObject({
    headers: contentHeaders,
    contentMd5,
    tagCount: 2,
    tier: "Cool",
    blobType: BlobType.BLOCK,
  });
  expect(await destination.getTags()).toEqual(tags);
  await destination.setTags({ other: "value" });
  expect(await destination.getTags()).toEqual({ other: "value" });
  await destination.setContentHeaders({ contentType: "text/html" }, {});
  await destination.setMetadata({ Only: "this" }, { encryption: {} });
  const now = await destination.getProperties();
  expect(now).toMatchObject({ headers: { contentType: "text/html" }, metadata: { Only: "this" }, tier: "Cool" });
  expect(now?.headers.cacheControl).toBeUndefined();
});

test("blocks read from a URL become a blob at their commit", async () => {
  await seed("blocks", "0123456789");
  const source = store.source(location(azurite.source, "blocks"));
  const destination = destinationNamed("blocks");
  const readable = await source.readable(CopyMethod.PUT_BLOCK_FROM_URL, destination.account, HOUR);
  const ids = ["block/+0", "block/+1"].map((id) => Buffer.from(id).toString("base64"));
  await Promise.all(
    ids.map((id, index) =>
      destination.putBlockFromUrl(id, { source: readable, sourceRange: { offset: index * 5, count: 5 }, encryption: {} }),
    ),
  );
  expect(await destination.getProperties()).toBeUndefined();
  await destination.putBlockList([...ids].reverse(), { destinationConditions: { ifNoneMatch: "*" } });
  expect((await sdkBlob(azurite.destination, "blocks").downloadToBuffer()).toString()).toBe("5678901234");
});

test("snapshots are taken with metadata of their own, listed oldest first, and deleted one by one", async () => {
  const destination = destinationNamed("snap");
  await destination.putBlockList([], {});
  await destinationNamed("snap and more").putBlockList([], {});
  await destinationNamed("snap and more").createSnapshot({}, { encryption: {} });
  const first = await destination.createSnapshot({ Mark: "one" }, { encryption: {} });
  await new Promise((resolve) => setTimeout(resolve, 20));
  const second = await destination.createSnapshot({ Mark: "two" }, { encryption: {} });
  expect(await destination.listSnapshots()).toEqual([
    { snapshot: first.snapshot, metadata: { Mark: "one" } },
    { snapshot: second.snapshot, metadata: { Mark: "two" } },
  ]);
  await expect(destination.deleteBlob({})).rejects.toMatchObject({ status: 409, code: "SnapshotsPresent" });
  await destination.copySnapshotBack(first.snapshot, {});
  await destination.deleteSnapshot(first.snapshot);
  await destination.deleteSnapshot(first.snapshot);
  await destination.deleteSnapshot(second.snapshot);
  await destination.deleteBlob({ ifMatch: (await destination.getProperties())?.etag });
  await destination.deleteBlob({});
  expect(await destination.getProperties()).toBeUndefined();
});

test("the page ranges of a source are those that hold data", async () => {
  const pages = azurite.source.service.getContainerClient("data").getPageBlobClient("pages");
  await pages.create(4096);
  await pages.uploadPages(Buffer.alloc(512, 1), 512, 512);
  await pages.uploadPages(Buffer.alloc(1024, 2), 2048, 1024);
  const source = store.source(location(azurite.source, "pages"));
  expect(await source.getPageRanges()).toEqual([
    { offset: 512, count: 512 },
    { offset: 2048, count: 1024 },
  ]);
  expect(await source.getProperties()).toMatchObject({ blobType: BlobType.PAGE, length: 4096 });
  const { snapshot = "" } = await pages.createSnapshot();
  await pages.clearPages(0, 4096);
  expect(await store.source({ ...location(azurite.source, "pages"), snapshot }).getPageRanges()).toHaveLength(2);
  await expect(store.source(location(azurite.source, "no pages")).getPageRanges()).rejects.toMatchObject({
    side: "source",
    operation: "Get Page Ranges",
    status: 404,
    code: "BlobNotFound",
  });
});

test("an emulator that takes no notice of an encryption scope is told of, and nothing of the copy stays", async () => {
  await seed("unscoped", "secret");
  const declared = { source: location(azurite.source, "unscoped"), destination: location(azurite.destination, "unscoped") };
  const intent = parseIntent({ version: 1, owner: "Stack/copy", copies: [{ ...declared, encryptionScope: "vault" }] });
  const world = { store, clock: systemClock, journal: new MemoryJournal(), emit: () => undefined, signal: NEVER_ABORTED };
  await expect(runCopies(intent, { ...world, commit: () => undefined })).rejects.toThrow("ignored encryptionScope vault");
  expect(await destinationNamed("unscoped").getProperties()).toBeUndefined();
});

test("a lease keeps writers off the source until it is given back", async () => {
  await seed("leased", "x");
  const source = store.source(location(azurite.source, "leased"));
  const leaseId = await source.acquireLease(15);
  await expect(seed("leased", "y")).rejects.toMatchObject({ code: "LeaseIdMissing" });
  await source.renewLease(leaseId);
  await source.releaseLease(leaseId);
  await seed("leased", "y");
});

test("what is not there is told apart: blob, container, source", async () => {
  expect(await destinationNamed("absent").getProperties()).toBeUndefined();
  expect(await store.source(location(azurite.source, "absent")).getProperties()).toBeUndefined();
  const nowhere = store.destination(location(azurite.destination, "x", "nowhere"));
  await expect(nowhere.getProperties()).rejects.toMatchObject({
    name: "ServiceError",
    side: "destination",
    status: 404,
    code: "ContainerNotFound",
  });
});

test("an error has the service's code and sentence, and no query", async () => {
  const destination = destinationNamed("not empty");
  await destination.createAppendBlob({});
  const failing = destination.createAppendBlob({ destinationConditions: { ifNoneMatch: "*" } });
  await expect(failing).rejects.toMatchObject({
    operation: "Put Blob",
    url: destination.url,
    status: 409,
    code: "BlobAlreadyExists",
    message: "The specified blob already exists.",
    requestId: expect.any(String) as string,
    outcomeUnknown: false,
  });
});
