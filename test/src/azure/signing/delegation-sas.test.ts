import { BlobSASPermissions, SASProtocol, generateBlobSASQueryParameters } from "@azure/storage-blob";
import { parseLocation } from "../../../../src/azure/address/blob-url";
import { mintDelegatedReadSas } from "../../../../src/azure/signing/delegation-sas";
import { LocationKind } from "../../../../src/intent";

const value = Buffer.from("a key of the identity").toString("base64");
const key = {
  signedObjectId: "11111111-1111-1111-1111-111111111111",
  signedTenantId: "22222222-2222-2222-2222-222222222222",
  signedStart: "2026-05-06T00:00:00Z",
  signedExpiry: "2026-05-12T00:00:00Z",
  signedService: "b",
  signedVersion: "2026-04-06",
  value,
};
const lifetime = { startsOn: new Date("2026-05-06T07:08:09.123Z"), expiresOn: new Date("2026-05-07T07:08:09.987Z") };

test.each([
  ["a blob", {}, "https", SASProtocol.Https],
  ["a blob reached over http", {}, "http", SASProtocol.HttpsAndHttp],
  ["a snapshot", { snapshot: "2026-01-02T03:04:05.0000000Z" }, "https", SASProtocol.Https],
  ["a version", { versionId: "2026-01-02T03:04:05.0000000Z" }, "https", SASProtocol.Https],
])("a user delegation SAS for %s is the one that the SDK makes", (_what, moment, scheme, protocol) => {
  const blobName = "a b/ü #?%+&=.bin";
  const blobEndpoint = `${scheme}://acct.blob.core.windows.net`;
  const source = parseLocation({ kind: LocationKind.BLOB, blobEndpoint, containerName: "data", blobName, ...moment }, "source");
  const { snapshot: snapshotTime, versionId } = source;
  const permissions = BlobSASPermissions.parse("r");
  const values = { containerName: "data", blobName, permissions, protocol, version: "2020-12-06", snapshotTime, versionId, ...lifetime };
  const { signedStart, signedExpiry, ...rest } = key;
  const sdkKey = { ...rest, signedStartsOn: new Date(signedStart), signedExpiresOn: new Date(signedExpiry) };
  const expected = generateBlobSASQueryParameters(values, sdkKey, "acct");
  const minted = mintDelegatedReadSas(key, "acct", source, "content", lifetime);
  expect(new Map(new URLSearchParams(minted))).toEqual(new Map(new URLSearchParams(expected.toString())));
});
