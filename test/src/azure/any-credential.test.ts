import { createBlobStore } from "../../../src/azure/create-blob-store";
import type { BlobStore, DestinationBlob } from "../../../src/engine/ports/blob-store";
import { CredentialKind, LocationKind } from "../../../src/intent";
import { FakeBlobService } from "../../support/fake-blob-service";

let service: FakeBlobService;
let store: BlobStore;
let destination: DestinationBlob;
let source: DestinationBlob | undefined;

const place = (blobName: string, kind: CredentialKind, variable: string) => ({
  kind: LocationKind.BLOB as const,
  blobEndpoint: service.endpoint("dest"),
  containerName: "data",
  blobName,
  credential: { kind, variable },
});

/** The destination's SAS has expired; the source, in the same account, uses a key. */
beforeEach(async () => {
  service = await FakeBlobService.start();
  const account = service.account("dest");
  account.createContainer("data");
  account.putBlob("data", "kept", { content: "before", metadata: { a: "1" } });
  const ended = account.sas({ container: "data", permissions: "rcwdtl", expiresOn: new Date(Date.now() - 1_000) });
  store = createBlobStore({ environment: { KEY: account.key, ENDED: ended } });
  destination = store.destination(place("kept", CredentialKind.SAS, "ENDED"));
});

afterEach(async () => {
  store.close();
  await service.stop();
});

async function afterwards(): Promise<DestinationBlob> {
  store.source(place("other", CredentialKind.ACCOUNT_KEY, "KEY"));
  source = store.destination(place("kept", CredentialKind.ACCOUNT_KEY, "KEY"));
  return Promise.resolve(destination.byAnyCredential());
}

test.each<[string, (blob: DestinationBlob, snapshot: string) => Promise<unknown>]>([
  ["Get Blob Properties", (blob) => blob.getProperties()],
  ["Copy Blob", (blob, snapshot) => blob.copySnapshotBack(snapshot, {})],
  ["Set Blob Metadata", (blob) => blob.setMetadata({ b: "2" }, { encryption: {} })],
  ["Set Blob Tags", (blob) => blob.setTags({ b: "2" })],
  ["List Blobs", (blob) => blob.listSnapshots()],
  ["Delete Blob", (blob, snapshot) => blob.deleteSnapshot(snapshot)],
])("%s of a rollback goes with the other credential of the account", async (_, send) => {
  await expect(send(destination, "none")).rejects.toMatchObject({ status: 403 });
  const blob = await afterwards();
  const { snapshot } = (await source?.createSnapshot({ mark: "ours" }, { encryption: {} })) ?? { snapshot: "" };
  await expect(send(blob, snapshot)).resolves.not.toThrow();
  await expect(send(destination, snapshot)).rejects.toMatchObject({ status: 403 });
});

test("what no credential allows is refused as the first one was", async () => {
  await expect(destination.byAnyCredential().getProperties()).rejects.toMatchObject({ status: 403 });
});

test("another answer than a refusal is believed", async () => {
  const blob = await afterwards();
  await expect(blob.setMetadata({}, { ifMatch: '"0x1"', encryption: {} })).rejects.toMatchObject({ status: 412 });
});
