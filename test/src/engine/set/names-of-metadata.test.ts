import { SetWorld } from "./set-world";

/**
 * The owner of a blob chooses its metadata names, which a listing shows as elements next to its own
 * elements.
 */
const AS_IN_A_LISTING = [
  ...["Blob", "Blobs", "Name", "Snapshot", "Properties", "Metadata", "OrMetadata", "NextMarker", "EnumerationResults", "Tags", "TagSet"],
  ...[
    "Tag",
    "Key",
    "Value",
    "Etag",
    "BlobType",
    "AccessTier",
    "ArchiveStatus",
    "CopyId",
    "CopyStatus",
    "CopySource",
    "Sealed",
    "LegalHold",
  ],
  ...["ImmutabilityPolicyUntilDate", "ImmutabilityPolicyMode", "EncryptionScope", "CustomerProvidedKeySha256", "IncrementalCopy"],
  "ResourceType",
];
const VALUES: Readonly<Record<string, string>> = {
  AccessTier: "Archive",
  ArchiveStatus: "rehydrate-pending-to-hot",
  BlobType: "PageBlob",
  CopyStatus: "pending",
  ImmutabilityPolicyUntilDate: "Fri, 01 Jan 2100 00:00:00 GMT",
  ResourceType: "directory",
};
const metadata = Object.fromEntries(AS_IN_A_LISTING.map((name) => [name, VALUES[name] ?? "true"]));
const empty = { nothing: "", something: "1" };

let world: SetWorld;
beforeEach(async () => {
  world = await SetWorld.start();
  world.source.putBlob("src", "a", { content: "new", metadata });
  world.source.putBlob("src", "b", { content: "new", metadata: empty });
  world.source.putBlob("src", "c", { content: "", metadata });
  world.source.putBlob("src", "d", { content: "last" });
});
afterEach(() => world.stop());

const seen = (account: "source" | "destination") =>
  ["a", "b", "c", "d"].map((name) => {
    const blob = world[account].getBlob(account === "source" ? "src" : "dst", name);
    return { content: blob?.content.read().toString(), metadata: blob?.metadata, tags: blob?.tags, snapshots: blob?.snapshots };
  });

test.each([
  ["plain", {}, {}, {}],
  ["compared in all that it has", { prune: true }, { seal: false, legalHold: false }, { recopy: "every-deploy" }],
  ["atomic", { atomic: true, prune: true }, {}, {}],
] as const)("names of metadata are no elements of a listing: a set that is %s", async (_what, more, options, intent) => {
  world.destination.putBlob("dst", "a", { content: "old", metadata });
  const set = { ...world.prefixes({ options }), ...more };
  const first = await world.run(set, { intent });
  expect(first.failure).toBeUndefined();
  expect(first.receipt).toMatchObject({ total: 4, copied: 4 });
  expect(seen("destination")).toEqual(seen("source"));
  expect((await world.run(set, { intent })).receipt).toMatchObject({ total: 4, copied: 0 });
});
