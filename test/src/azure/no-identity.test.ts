import { createBlobStore } from "../../../src/azure/create-blob-store";
import { CopyMethod, CredentialKind, LocationKind } from "../../../src/intent";
import { FakeBlobService } from "../../support/fake-blob-service";

const load = jest.fn();
jest.mock("@azure/identity", () => {
  load("@azure/identity");
  throw new Error("it is not to be loaded");
});

test("a copy of one blob by account keys does not load the identity SDK", async () => {
  const service = await FakeBlobService.start();
  const [from, to] = [service.account("source"), service.account("dest")];
  from.putBlob("data", "x", { content: "hello" });
  to.createContainer("data");
  const store = createBlobStore({ environment: { FROM: from.key, TO: to.key } });
  const place = (blobEndpoint: string, credential: { kind: CredentialKind; variable?: string }) => {
    return { kind: LocationKind.BLOB as const, blobEndpoint, containerName: "data", blobName: "x", credential };
  };
  const source = store.source(place(from.endpoint, { kind: CredentialKind.ACCOUNT_KEY, variable: "FROM" }));
  const destination = store.destination(place(to.endpoint, { kind: CredentialKind.ACCOUNT_KEY, variable: "TO" }));
  await destination.getProperties();
  await source.getProperties();
  await destination.putBlobFromUrl({ source: await source.readable(CopyMethod.PUT_BLOB_FROM_URL, destination.account, 60_000) });
  expect((await destination.getProperties())?.length).toBe(5);
  expect(await destination.listSnapshots()).toEqual([]);
  expect(load).not.toHaveBeenCalled();
  // Proves that the mock would notice the import.
  const identity = store.source(place(from.endpoint, { kind: CredentialKind.DEFAULT_AZURE_CREDENTIAL }));
  await expect(identity.getProperties()).rejects.toThrow();
  expect(load).toHaveBeenCalledWith("@azure/identity");
  store.close();
  await service.stop();
});
