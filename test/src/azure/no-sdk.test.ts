import { createBlobStore } from "../../../src/azure/create-blob-store";
import { CopyMethod, CredentialKind, LocationKind } from "../../../src/intent";
import { FakeBlobService } from "../../support/fake-blob-service";

const load = jest.fn();
jest.mock("@azure/storage-blob", () => {
  load("@azure/storage-blob");
  return jest.requireActual<object>("@azure/storage-blob");
});
jest.mock("@azure/identity", () => {
  load("@azure/identity");
  return jest.requireActual<object>("@azure/identity");
});

test("a copy of one blob across accounts loads no SDK", async () => {
  const service = await FakeBlobService.start();
  const [from, to] = [service.account("source"), service.account("dest")];
  from.putBlob("data", "x", { content: "hello" });
  to.createContainer("data");
  const store = createBlobStore({ environment: { FROM: from.key, TO: to.key } });
  const place = (blobEndpoint: string, variable: string) => {
    const credential = { kind: CredentialKind.ACCOUNT_KEY, variable };
    return { kind: LocationKind.BLOB, blobEndpoint, containerName: "data", blobName: "x", credential };
  };
  const source = store.source(place(from.endpoint, "FROM"));
  const destination = store.destination(place(to.endpoint, "TO"));
  await destination.getProperties();
  await source.getProperties();
  await destination.putBlobFromUrl({ source: await source.readable(CopyMethod.PUT_BLOB_FROM_URL, destination.account, 60_000) });
  expect((await destination.getProperties())?.length).toBe(5);
  expect(load).not.toHaveBeenCalled();
  // The mocks would have noticed:
  await destination.listSnapshots();
  expect(load).toHaveBeenCalledWith("@azure/storage-blob");
  store.close();
  await service.stop();
});
