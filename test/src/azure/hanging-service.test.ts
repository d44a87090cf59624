import { createBlobStore } from "../../../src/azure/create-blob-store";
import { Patience } from "../../../src/azure/http/retry";
import type { BlobStore } from "../../../src/engine/ports/blob-store";
import { ServiceError } from "../../../src/failure/service-error";
import { CredentialKind, LocationKind } from "../../../src/intent";
import { Content, FakeBlobService } from "../../support/fake-blob-service";

let service: FakeBlobService;
let store: BlobStore;

beforeEach(async () => {
  jest.replaceProperty(Patience, "SHORT", { ...Patience.SHORT, timeout: 150 });
  jest.replaceProperty(Patience, "MEDIUM", { ...Patience.MEDIUM, timeout: 150 });
  service = await FakeBlobService.start();
  const account = service.account("dest");
  account.createContainer("data");
  account.putBlob("data", "blob", { content: Content.pattern(1_024), type: "PageBlob" });
  store = createBlobStore({ environment: { KEY: account.key } });
});

afterEach(async () => {
  jest.restoreAllMocks();
  store.close();
  await service.stop();
});

const place = () => ({
  kind: LocationKind.BLOB as const,
  blobEndpoint: service.endpoint("dest"),
  containerName: "data",
  blobName: "blob",
  credential: { kind: CredentialKind.ACCOUNT_KEY, variable: "KEY" },
});

const requests = [
  ["Get Blob Properties", () => store.destination(place()).getProperties()],
  ["List Blobs", () => store.destination(place()).listSnapshots()],
  ["Get Page Ranges", () => store.source(place()).getPageRanges()],
] as const;

test.each(requests)("%s is asked again when the first time brings no answer", async (operation, ask) => {
  service.script.fault({ operation }, { kind: "hang" });
  await expect(ask()).resolves.toBeDefined();
  expect(service.requestsOf(operation)).toHaveLength(2);
});

test.each(requests)("%s of a service that never answers is given up in bounded time", async (operation, ask) => {
  service.script.fault({ operation, times: Infinity }, { kind: "hang" });
  const error: unknown = await ask().catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ServiceError);
  expect(error).toMatchObject({ operation, status: 0, code: "ETIMEDOUT", outcomeUnknown: false });
});
