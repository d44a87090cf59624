import { createBlobStore } from "../../../src/azure/create-blob-store";
import { CredentialKind, LocationKind } from "../../../src/intent";
import { Content, FakeBlobService } from "../../support/fake-blob-service";

const MIB = 1024 * 1024;

let service: FakeBlobService;
let store: ReturnType<typeof createBlobStore>;
beforeEach(async () => {
  service = await FakeBlobService.start();
  const clock = { now: () => Date.now(), sleep: () => Promise.resolve() };
  store = createBlobStore({ environment: { KEY: service.account("source").key }, clock });
});
afterEach(async () => {
  store.close();
  await service.stop();
});

/** Pages of the blob: the written parts between holes, in MiB. */
function blobOf(...parts: readonly (readonly [kind: "written" | "hole", mebibytes: number])[]) {
  const contents = parts.map(([kind, count]) => (kind === "hole" ? Content.hole(count * MIB) : Content.pattern(count * MIB)));
  service.account("source").putBlob("data", "disk", { content: Content.concat(contents), type: "PageBlob" });
  return {
    kind: LocationKind.BLOB,
    blobEndpoint: service.endpoint("source"),
    containerName: "data",
    blobName: "disk",
    credential: { kind: CredentialKind.ACCOUNT_KEY, variable: "KEY" },
  } as const;
}

const asked = () => service.requestsOf("Get Page Ranges").length;
const SMALL = [
  ["written", 3],
  ["hole", 197],
  ["written", 2],
] as const;
const OF_SMALL = [
  { offset: 0, count: 3 * MIB },
  { offset: 200 * MIB, count: 2 * MIB },
];

/** The service takes too long for a request about the whole blob. */
test.each([
  ["the service says so", { kind: "answer", status: 500, code: "OperationTimedOut" }],
  ["a gateway on the way says so", { kind: "answer", status: 504, code: "GatewayTimeout" }],
] as const)("page ranges of a blob that cannot be looked through at once are asked for piece by piece: %s", async (_, fault) => {
  const location = blobOf(...SMALL);
  expect(await store.destination(location).getPageRanges()).toEqual(OF_SMALL);
  const before = asked();
  service.script.fault({ operation: "Get Page Ranges", times: 2 }, fault);
  expect(await store.source(location).getPageRanges()).toEqual(OF_SMALL);
  expect(asked() - before).toBe(2 + 4);
});

test("a piece that takes too long, too, is cut again, and what is cut in two is one range", async () => {
  const location = blobOf(["hole", 60], ["written", 8], ["hole", 60], ["written", 256], ["hole", 1_664]);
  service.script.fault({ operation: "Get Page Ranges", times: 4 }, { kind: "answer", status: 500, code: "OperationTimedOut" });
  expect(await store.source(location).getPageRanges()).toEqual([
    { offset: 60 * MIB, count: 8 * MIB },
    { offset: 128 * MIB, count: 256 * MIB },
  ]);
  // The whole, its first eighth, that eighth's quarters, and the other eighths.
  expect(asked()).toBe(2 + 2 + 4 + 7);
});

test.each([
  [403, "AuthorizationFailure", 1],
  [404, "BlobNotFound", 1],
])("what fails for something else (%i %s) is not asked for in pieces", async (status, code, times) => {
  const location = blobOf(...SMALL);
  service.script.fault({ operation: "Get Page Ranges", times: Infinity }, { kind: "answer", status, code });
  await expect(store.source(location).getPageRanges()).rejects.toMatchObject({ code });
  expect(asked()).toBe(times);
});
