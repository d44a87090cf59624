import { FakeWorld, type Asked } from "./support/fake-world";
import { RecordedShape } from "./support/shape";

const GUID = "8037b136-8283-4e9f-8d24-84dc40be8e66";
const OTHER_GUID = "91575d29-e660-457c-a8b7-99c446d2d82b";
const NOBODYS_ETAG = '"0x8DA000000000000"';
const FUTURE = "Fri, 27 Jan 2062 23:23:16 GMT";
const POLICY = { "x-ms-immutability-policy-until-date": FUTURE };
const PAGE = "p".repeat(512);
const SEALS_REFUSED: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ["ConditionNotMet", { "if-match": NOBODYS_ETAG }],
  ["AppendPositionConditionNotMet", { "x-ms-blob-condition-appendpos": "9" }],
  ["LeaseIdMismatchWithBlobOperation", { "x-ms-lease-id": OTHER_GUID }],
];
const BLOCK_ID = encodeURIComponent(Buffer.from("block-00").toString("base64"));

interface Situation {
  readonly operation: string;
  readonly status: number;
  readonly code?: string;
  readonly ask: (world: FakeWorld) => Asked | Promise<Asked>;
}

let world: FakeWorld;

beforeEach(async () => {
  world = await FakeWorld.start();
});
afterEach(() => world.stop());

const copyOfOwn = (world: FakeWorld, headers: Record<string, string> = {}): Asked => {
  world.put("source.bin");
  return { headers: { "x-ms-copy-source": world.own("source.bin"), ...headers } };
};
const copyOfForeign = (world: FakeWorld, headers: Record<string, string> = {}): Asked => {
  world.source.putBlob("data", "source.bin", { content: PAGE });
  return { headers: { "x-ms-copy-source": world.foreign("source.bin"), ...headers } };
};
const SYNC = { "x-ms-requires-sync": "true" };
const BLOCK_BLOB = { "x-ms-blob-type": "BlockBlob" };

async function pendingCopy(world: FakeWorld): Promise<string> {
  world.service.script.copies({ neverEnds: true });
  const { headers } = await world.ask(copyOfForeign(world));
  return headers["x-ms-copy-id"] ?? "";
}

const copies: readonly Situation[] = [
  { operation: "Copy Blob", status: 202, ask: (world) => copyOfOwn(world) },
  { operation: "Copy Blob", status: 404, code: "BlobNotFound", ask: (world) => ({ headers: { "x-ms-copy-source": world.own("none") } }) },
  {
    operation: "Copy Blob",
    status: 404,
    code: "CannotVerifyCopySource",
    ask: (world) => ({ headers: { "x-ms-copy-source": world.foreign("none") } }),
  },
  {
    operation: "Copy Blob",
    status: 412,
    code: "SourceConditionNotMet",
    ask: (world) => copyOfOwn(world, { "x-ms-source-if-match": NOBODYS_ETAG }),
  },
  {
    operation: "Copy Blob",
    status: 412,
    code: "SourceConditionNotMet",
    ask: (world) => copyOfOwn(world, { "x-ms-source-if-modified-since": FUTURE }),
  },
  {
    operation: "Copy Blob",
    status: 412,
    code: "TargetConditionNotMet",
    ask: (world) => {
      world.put("blob.bin");
      return copyOfOwn(world, { "if-match": NOBODYS_ETAG });
    },
  },
  {
    operation: "Copy Blob",
    status: 412,
    code: "TargetConditionNotMet",
    ask: (world) => copyOfOwn(world, { "if-none-match": world.put("blob.bin") }),
  },
  {
    operation: "Copy Blob",
    status: 412,
    code: "ConditionNotMet",
    ask: (world) => {
      world.put("blob.bin");
      return copyOfOwn(world, { "x-ms-if-tags": "tag1 = 'val2'" });
    },
  },
  { operation: "Copy Blob", status: 400, code: "InvalidHeaderValue", ask: () => ({ headers: { "x-ms-copy-source": "no URL" } }) },
  { operation: "Copy Blob From URL", status: 202, ask: (world) => copyOfForeign(world, SYNC) },
  {
    operation: "Copy Blob From URL",
    status: 400,
    code: "Md5Mismatch",
    ask: (world) => copyOfForeign(world, { ...SYNC, "x-ms-source-content-md5": "rL0Y20zC+Fzt72VPzMSk2A==" }),
  },
  {
    operation: "Copy Blob From URL",
    status: 412,
    code: "TargetConditionNotMet",
    ask: (world) => {
      world.put("blob.bin");
      return copyOfForeign(world, { ...SYNC, "if-match": NOBODYS_ETAG });
    },
  },
  {
    operation: "Copy Blob From URL",
    status: 412,
    code: "ConditionNotMet",
    ask: (world) => {
      world.put("blob.bin");
      return copyOfForeign(world, { ...SYNC, "x-ms-if-tags": "tag1 = 'val2'" });
    },
  },
  { operation: "Put Blob From URL", status: 201, ask: (world) => copyOfForeign(world, BLOCK_BLOB) },
  {
    operation: "Put Blob From URL",
    status: 412,
    code: "SourceConditionNotMet",
    ask: (world) => copyOfForeign(world, { ...BLOCK_BLOB, "x-ms-source-if-match": NOBODYS_ETAG }),
  },
  {
    operation: "Put Blob From URL",
    status: 412,
    code: "TargetConditionNotMet",
    ask: (world) => {
      world.put("blob.bin");
      return copyOfForeign(world, { ...BLOCK_BLOB, "if-match": NOBODYS_ETAG });
    },
  },
  {
    operation: "Put Blob From URL",
    status: 409,
    code: "BlobAlreadyExists",
    ask: (world) => {
      world.put("blob.bin");
      return copyOfForeign(world, { ...BLOCK_BLOB, "if-none-match": "*" });
    },
  },
  {
    operation: "Put Block From URL",
    status: 201,
    ask: (world) => ({ ...copyOfForeign(world), query: `comp=block&blockid=${BLOCK_ID}` }),
  },
  {
    operation: "Put Page From URL",
    status: 201,
    ask: (world) => {
      world.put("blob.bin", { type: "PageBlob", content: PAGE });
      const range = { "x-ms-range": "bytes=0-511", "x-ms-source-range": "bytes=0-511", "x-ms-page-write": "update" };
      return { ...copyOfForeign(world, range), query: "comp=page" };
    },
  },
  {
    operation: "Append Block From URL",
    status: 201,
    ask: (world) => {
      world.put("blob.bin", { type: "AppendBlob", content: "" });
      return { ...copyOfForeign(world), query: "comp=appendblock" };
    },
  },
  {
    operation: "Append Block From URL",
    status: 412,
    code: "AppendPositionConditionNotMet",
    ask: (world) => {
      world.put("blob.bin", { type: "AppendBlob", content: "" });
      return { ...copyOfForeign(world, { "x-ms-blob-condition-appendpos": "9" }), query: "comp=appendblock" };
    },
  },
];

const aborts: readonly Situation[] = [
  {
    operation: "Abort Copy Blob",
    status: 204,
    ask: async (world) => ({ query: `comp=copy&copyid=${await pendingCopy(world)}`, headers: { "x-ms-copy-action": "abort" } }),
  },
  {
    operation: "Abort Copy Blob",
    status: 409,
    code: "NoPendingCopyOperation",
    ask: (world) => {
      world.put("blob.bin");
      return { query: `comp=copy&copyid=${GUID}`, headers: { "x-ms-copy-action": "abort" } };
    },
  },
  {
    operation: "Abort Copy Blob",
    status: 400,
    code: "MissingRequiredQueryParameter",
    ask: () => ({ query: "comp=copy", headers: { "x-ms-copy-action": "abort" } }),
  },
];

const reads: readonly Situation[] = [
  {
    operation: "Get Blob Properties",
    status: 200,
    ask: (world) => {
      world.put("blob.bin", { tags: { a: "1" } });
      return { method: "HEAD" };
    },
  },
  {
    operation: "Get Blob Properties",
    status: 200,
    ask: async (world) => {
      await pendingCopy(world);
      return { method: "HEAD" };
    },
  },
  { operation: "Get Blob Properties", status: 404, code: "BlobNotFound", ask: () => ({ method: "HEAD" }) },
  {
    operation: "Get Blob Properties",
    status: 304,
    code: "ConditionNotMet",
    ask: (world) => ({ method: "HEAD", headers: { "if-none-match": world.put("blob.bin") } }),
  },
  {
    operation: "Get Blob Properties",
    status: 412,
    code: "ConditionNotMet",
    ask: (world) => {
      world.put("blob.bin");
      return { method: "HEAD", headers: { "if-match": NOBODYS_ETAG } };
    },
  },
  {
    operation: "Get Blob",
    status: 416,
    code: "InvalidRange",
    ask: (world) => {
      world.put("blob.bin", { content: "" });
      return { method: "GET", headers: { "x-ms-range": "bytes=0-10" } };
    },
  },
  {
    operation: "Get Blob",
    status: 206,
    ask: (world) => {
      world.put("blob.bin");
      return { method: "GET", headers: { "x-ms-range": "bytes=0-3" } };
    },
  },
  {
    operation: "Get Blob Tags",
    status: 200,
    ask: (world) => {
      world.put("blob.bin", { tags: { a: "1" } });
      return { method: "GET", query: "comp=tags" };
    },
  },
  {
    operation: "Get Page Ranges",
    status: 200,
    ask: (world) => {
      world.put("blob.bin", { type: "PageBlob", content: PAGE });
      return { method: "GET", query: "comp=pagelist" };
    },
  },
  {
    operation: "List Blobs",
    status: 200,
    ask: (world) => {
      world.put("blob.bin");
      return { method: "GET", blob: "", query: "restype=container&comp=list" };
    },
  },
];

const writes: readonly Situation[] = [
  { operation: "Put Blob", status: 201, ask: () => ({ headers: BLOCK_BLOB, body: "text" }) },
  {
    operation: "Put Blob",
    status: 412,
    code: "ConditionNotMet",
    ask: (world) => {
      world.put("blob.bin");
      return { headers: { ...BLOCK_BLOB, "if-match": NOBODYS_ETAG }, body: "text" };
    },
  },
  {
    operation: "Put Blob",
    status: 409,
    code: "BlobAlreadyExists",
    ask: (world) => {
      world.put("blob.bin");
      return { headers: { ...BLOCK_BLOB, "if-none-match": "*" }, body: "text" };
    },
  },
  { operation: "Put Block", status: 201, ask: () => ({ query: `comp=block&blockid=${BLOCK_ID}`, body: "text" }) },
  {
    operation: "Put Block List",
    status: 201,
    ask: async (world) => {
      await world.ask({ query: `comp=block&blockid=${BLOCK_ID}`, body: "text" });
      return { query: "comp=blocklist", body: `<BlockList><Latest>${decodeURIComponent(BLOCK_ID)}</Latest></BlockList>` };
    },
  },
  {
    operation: "Put Block List",
    status: 400,
    code: "InvalidBlockList",
    ask: () => ({ query: "comp=blocklist", body: "<BlockList><Latest>bm9uZQ==</Latest></BlockList>" }),
  },
  {
    operation: "Set Blob Properties",
    status: 200,
    ask: (world) => {
      world.put("blob.bin", { type: "PageBlob", content: PAGE });
      return { query: "comp=properties", headers: { "x-ms-blob-content-type": "text/html" } };
    },
  },
  {
    operation: "Set Blob Metadata",
    status: 200,
    ask: (world) => {
      world.put("blob.bin");
      return { query: "comp=metadata", headers: { "x-ms-meta-a": "1" } };
    },
  },
  {
    operation: "Append Blob Seal",
    status: 200,
    ask: (world) => {
      world.put("blob.bin", { type: "AppendBlob", content: "" });
      return { query: "comp=seal" };
    },
  },
  ...SEALS_REFUSED.map(([code, headers]) => ({
    operation: "Append Blob Seal",
    status: 412,
    code,
    ask: (world: FakeWorld): Asked => {
      world.put("blob.bin", { type: "AppendBlob", content: "", ...(code.startsWith("Lease") ? { leaseId: GUID } : {}) });
      return { query: "comp=seal", headers };
    },
  })),
  {
    operation: "Append Block",
    status: 409,
    code: "BlobIsSealed",
    ask: (world) => {
      world.put("blob.bin", { type: "AppendBlob", content: "", isSealed: true });
      return { query: "comp=appendblock", body: "text" };
    },
  },
  {
    operation: "Set Blob Legal Hold",
    status: 200,
    ask: (world) => {
      world.put("blob.bin");
      return { query: "comp=legalhold", headers: { "x-ms-legal-hold": "true" } };
    },
  },
  {
    operation: "Set Blob Immutability Policy",
    status: 200,
    ask: (world) => {
      world.put("blob.bin");
      return { query: "comp=immutabilityPolicies", headers: { ...POLICY, "x-ms-immutability-policy-mode": "Unlocked" } };
    },
  },
  {
    operation: "Delete Blob Immutability Policy",
    status: 200,
    ask: (world) => {
      world.put("blob.bin", { immutabilityPolicy: { until: FUTURE, mode: "unlocked" } });
      return { method: "DELETE", query: "comp=immutabilityPolicies" };
    },
  },
  {
    operation: "Delete Blob",
    status: 409,
    code: "BlobImmutableDueToPolicy",
    ask: (world) => {
      world.put("blob.bin", { immutabilityPolicy: { until: FUTURE, mode: "unlocked" } });
      return { method: "DELETE" };
    },
  },
  {
    operation: "Delete Blob",
    status: 409,
    code: "BlobImmutableDueToLegalHold",
    ask: (world) => {
      world.put("blob.bin", { legalHold: true });
      return { method: "DELETE" };
    },
  },
  {
    operation: "Get Blob Properties",
    status: 200,
    ask: (world) => {
      world.put("blob.bin", { legalHold: true, immutabilityPolicy: { until: FUTURE, mode: "unlocked" }, encryptionScope: "vault" });
      return { method: "HEAD" };
    },
  },
  {
    operation: "Set Blob Tags",
    status: 204,
    ask: (world) => {
      world.put("blob.bin");
      return { query: "comp=tags", body: "<Tags><TagSet><Tag><Key>a</Key><Value>1</Value></Tag></TagSet></Tags>" };
    },
  },
  {
    operation: "Set Blob Tags",
    status: 412,
    code: "LeaseIdMissing",
    ask: (world) => {
      world.put("blob.bin", { leaseId: GUID });
      return { query: "comp=tags", body: "<Tags><TagSet><Tag><Key>a</Key><Value>1</Value></Tag></TagSet></Tags>" };
    },
  },
  {
    operation: "Set Blob Tier",
    status: 200,
    ask: (world) => {
      world.put("blob.bin");
      return { query: "comp=tier", headers: { "x-ms-access-tier": "Cool" } };
    },
  },
  {
    operation: "Snapshot Blob",
    status: 201,
    ask: (world) => {
      world.put("blob.bin");
      return { query: "comp=snapshot" };
    },
  },
  { operation: "Snapshot Blob", status: 404, code: "BlobNotFound", ask: () => ({ query: "comp=snapshot" }) },
  {
    operation: "Delete Blob",
    status: 202,
    ask: (world) => {
      world.put("blob.bin");
      return { method: "DELETE" };
    },
  },
  { operation: "Delete Blob", status: 404, code: "BlobNotFound", ask: () => ({ method: "DELETE" }) },
  {
    operation: "Delete Blob",
    status: 409,
    code: "SnapshotsPresent",
    ask: (world) => {
      world.put("blob.bin");
      world.dest.snapshot("data", "blob.bin");
      return { method: "DELETE" };
    },
  },
  {
    operation: "Delete Blob",
    status: 412,
    code: "LeaseIdMissing",
    ask: (world) => {
      world.put("blob.bin", { leaseId: GUID });
      return { method: "DELETE" };
    },
  },
  {
    operation: "Delete Blob",
    status: 412,
    code: "LeaseIdMismatchWithBlobOperation",
    ask: (world) => {
      world.put("blob.bin", { leaseId: GUID });
      return { method: "DELETE", headers: { "x-ms-lease-id": OTHER_GUID } };
    },
  },
  {
    operation: "Lease Blob",
    status: 201,
    ask: (world) => {
      world.put("blob.bin");
      return { query: "comp=lease", headers: { "x-ms-lease-action": "acquire", "x-ms-lease-duration": "15" } };
    },
  },
  {
    operation: "Lease Blob",
    status: 200,
    ask: (world) => {
      world.put("blob.bin", { leaseId: GUID });
      return { query: "comp=lease", headers: { "x-ms-lease-action": "release", "x-ms-lease-id": GUID } };
    },
  },
  {
    operation: "Lease Blob",
    status: 409,
    code: "LeaseAlreadyPresent",
    ask: (world) => {
      world.put("blob.bin", { leaseId: GUID });
      return { query: "comp=lease", headers: { "x-ms-lease-action": "acquire", "x-ms-lease-duration": "15" } };
    },
  },
];

describe("the fake service answers as the real one was recorded to", () => {
  const rows = [...copies, ...aborts, ...reads, ...writes].map((situation) => ({
    ...situation,
    title: `${situation.operation} ${String(situation.status)} ${situation.code ?? ""}`.trim(),
  }));

  it.each(rows)("$title", async ({ operation, status, code, ask }) => {
    const answer = await world.ask(await ask(world));

    expect({ status: answer.status, code: answer.headers["x-ms-error-code"] }).toEqual({ status, code });
    expect(new RecordedShape(operation, status, code).differencesOf(answer)).toEqual([]);
  });
});
