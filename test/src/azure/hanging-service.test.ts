import { createBlobStore } from "../../../src/azure/create-blob-store";
import { RetryPolicy } from "../../../src/azure/http/retry";
import type { BlobStore } from "../../../src/engine/ports/blob-store";
import { runCopies } from "../../../src/engine/copies/run";
import { systemClock } from "../../../src/engine/ports/clock";
import { ServiceError } from "../../../src/failure/service-error";
import { CredentialKind, LocationKind } from "../../../src/intent";
import { Content, FakeBlobService } from "../../support/fake-blob-service";
import { MemoryJournal } from "../../support/memory-store/journal";
import { World } from "../engine/support/world";

let service: FakeBlobService;
let store: BlobStore;

beforeEach(async () => {
  jest.replaceProperty(RetryPolicy, "SHORT", { ...RetryPolicy.SHORT, timeout: 150 });
  jest.replaceProperty(RetryPolicy, "MEDIUM", { ...RetryPolicy.MEDIUM, timeout: 150 });
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
  const statuses = service.requestsOf(operation).map(({ status }) => status);
  // A busy machine may exceed these tests' timeout, and so send one more request.
  expect([statuses.length > 1, statuses[0], statuses.at(-1)]).toEqual([true, 0, 200]);
});

test.each(requests)("%s of a service that never answers is given up in bounded time", async (operation, ask) => {
  service.script.fault({ operation, times: Infinity }, { kind: "hang" });
  const error: unknown = await ask().catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ServiceError);
  expect(error).toMatchObject({ operation, status: 0, code: "ETIMEDOUT", outcomeUnknown: false });
});

test.each([
  ["never answers", 600, { kind: "hang" }, /; the last refusal: Get Blob Properties on \S+ got no answer: ETIMEDOUT/],
  ["is busy all along", 3_000, { kind: "answer", status: 503, code: "ServerBusy" }, /; the last refusal: .* was answered 503 ServerBusy/],
] as const)("a run whose timeout ends while the service %s says so", async (_, timeoutMilliseconds, fault, why) => {
  if (fault.kind === "answer") jest.restoreAllMocks();
  service.script.fault({ operation: "Get Blob Properties", times: Infinity }, fault);
  const intent = new World().intent({ source: place(), destination: place() }, { timeoutMilliseconds });
  const context = { store, clock: systemClock, emit: () => undefined, journal: new MemoryJournal(), commit: () => undefined };
  const run = runCopies(intent, { ...context, signal: new AbortController().signal });
  await expect(run).rejects.toMatchObject({
    exitCode: 124,
    side: expect.stringMatching(/source|destination/) as string,
    why: expect.stringMatching(why) as string,
  });
});
