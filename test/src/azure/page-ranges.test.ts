import { createBlobStore } from "../../../src/azure/create-blob-store";
import { CredentialKind, LocationKind } from "../../../src/intent";
import { Content, FakeBlobService } from "../../support/fake-blob-service";

const MIB = 1024 * 1024;

test("page ranges of a blob that the service cannot look through at once are asked for piece by piece", async () => {
  const service = await FakeBlobService.start();
  const account = service.account("source");
  const content = Content.concat([Content.pattern(3 * MIB), Content.hole(197 * MIB), Content.pattern(2 * MIB, 7)]);
  account.putBlob("data", "disk", { content, type: "PageBlob" });
  const store = createBlobStore({ environment: { KEY: account.key }, clock: { now: () => Date.now(), sleep: () => Promise.resolve() } });
  const location = {
    kind: LocationKind.BLOB,
    blobEndpoint: service.endpoint("source"),
    containerName: "data",
    blobName: "disk",
    credential: { kind: CredentialKind.ACCOUNT_KEY, variable: "KEY" },
  } as const;
  const source = store.source(location);
  const atOnce = await source.getPageRanges();
  expect(atOnce).toEqual([
    { offset: 0, count: 3 * MIB },
    { offset: 200 * MIB, count: 2 * MIB },
  ]);
  expect(await store.destination(location).getPageRanges()).toEqual(atOnce);
  // As long as it is asked for all of it, it takes too long.
  service.script.fault({ operation: "Get Page Ranges", times: 2 }, { kind: "answer", status: 500, code: "OperationTimedOut" });
  const before = service.requestsOf("Get Page Ranges").length;
  expect(await source.getPageRanges()).toEqual(atOnce);
  expect(service.requestsOf("Get Page Ranges").length - before).toBe(2 + 4);
  store.close();
  await service.stop();
});
