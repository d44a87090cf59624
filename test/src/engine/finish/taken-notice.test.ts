import { checkTakenNotice } from "../../../../src/engine/finish/taken-notice";
import type { BlobProperties } from "../../../../src/engine/ports/blob-properties";
import type { CopyEvent } from "../../../../src/engine/ports/events";
import { AccessTier, BlobType, type CopyDeclaration, CopyMethod, LocationKind, OverwritePolicy, SourceGuard } from "../../../../src/intent";
import { DESTINATION, World } from "../support/world";

const place = { kind: LocationKind.URL, url: "https://a.blob.test/c/b" } as const;
const DECLARED: CopyDeclaration = {
  source: place,
  destination: place,
  overwrite: OverwritePolicy.ALWAYS,
  method: CopyMethod.AUTO,
  sourceGuard: SourceGuard.ETAG,
};
const COPIED: BlobProperties = {
  etag: '"1"',
  lastModified: new Date(0),
  length: 3,
  blobType: BlobType.BLOCK,
  contentMd5: "rL0Y20zC+Fzt72VPzMSk2A==",
  headers: {},
  metadata: {},
  tier: "Hot",
  accessTierInferred: true,
  archiveStatus: undefined,
  versionId: undefined,
  tagCount: 0,
  copy: undefined,
  shown: {},
};
const OTHER_MD5 = "1B2M2Y8AsgTpgAmY7PhCfg==";

function check(declared: Partial<CopyDeclaration>, copied: Partial<BlobProperties> = {}): readonly CopyEvent[] {
  const told: CopyEvent[] = [];
  checkTakenNotice({ ...DECLARED, ...declared }, place.url, { ...COPIED, ...copied }, (event) => void told.push(event));
  return told;
}

it.each<[string, Partial<CopyDeclaration>, Partial<BlobProperties>, string]>([
  ["an encryption scope", { encryptionScope: "vault" }, {}, "ignored encryptionScope vault: the blob is in none"],
  ["another scope", { encryptionScope: "vault" }, { shown: { encryptionScope: "other" } }, "the blob is in other"],
  ["a key", {}, { keys: { isUsed: false, isDeclared: false } }, "ignored the encryption key: the blob is encrypted with none"],
  ["a seal", { seal: true }, {}, "ignored seal true: the blob is not sealed"],
  ["no seal", { seal: false }, { shown: { seal: true } }, "ignored seal false: the blob is sealed"],
  ["an MD5", { sourceContentMd5: OTHER_MD5 }, {}, `ignored sourceContentMd5 ${OTHER_MD5}`],
])("a service that ignores %s fails the copy", (_what, declared, copied, why) => {
  expect(() => check(declared, copied)).toThrow(why);
});

it.each<[string, Partial<CopyDeclaration>, Partial<BlobProperties>]>([
  ["that is declared", { encryptionScope: "vault", seal: true }, { shown: { encryptionScope: "vault", seal: true } }],
  ["of the container's", {}, { shown: { encryptionScope: "other" } }],
  ["with the declared key", {}, { keys: { isUsed: true, isDeclared: true } }],
  ["whose MD5 the service does not tell", { sourceContentMd5: OTHER_MD5 }, { contentMd5: undefined }],
  ["of the declared tier", { accessTier: AccessTier.COOL }, { tier: "Cool" }],
  ["of a tier that the service chooses", { accessTier: AccessTier.SMART }, {}],
  [
    "that is on its way out of the archive",
    { accessTier: AccessTier.COOL },
    { tier: "Archive", archiveStatus: "rehydrate-pending-to-cool" },
  ],
])("what is there is right: a blob %s", (_what, declared, copied) => {
  expect(check(declared, copied)).toEqual([]);
});

it("of another tier it is only told", () => {
  const text = `${place.url}: accessTier Cool was declared, but the service ignored it and shows Hot`;
  expect(check({ accessTier: AccessTier.COOL })).toEqual([{ type: "warning", text }]);
});

it("a hold and a policy that do not show undo the copy", async () => {
  const world = new World();
  const forget = () => Object.assign(world.service.name(DESTINATION).blob ?? {}, { legalHold: undefined, immutabilityPolicy: undefined });
  for (const operation of ["Set Blob Legal Hold", "Set Blob Immutability Policy"]) world.service.script(operation, { afterwards: forget });
  const { failure } = await world.run({ legalHold: true, immutabilityPolicy: { until: "2099-01-01" } });
  expect(failure?.message).toContain("ignored legalHold and immutabilityPolicy");
  expect(world.service.name(DESTINATION).blob).toBeUndefined();
});
