import { BlobSASPermissions, SASProtocol, StorageSharedKeyCredential, generateBlobSASQueryParameters } from "@azure/storage-blob";
import { parseLocation } from "../../../../src/azure/address/blob-url";
import { mintReadSas } from "../../../../src/azure/signing/service-sas";
import { SharedKey } from "../../../../src/azure/signing/shared-key";
import { LocationKind } from "../../../../src/intent";

const accountKey = Buffer.from("a key of the account");
const key = new SharedKey("acct", accountKey);
const lifetime = { startsOn: new Date("2026-05-06T07:08:09.123Z"), expiresOn: new Date("2026-05-07T07:08:09.987Z") };

test("a SAS for a copy that takes the tags along lets its holder read those, too", () => {
  const blob = {
    kind: LocationKind.BLOB as const,
    blobEndpoint: "https://acct.blob.core.windows.net",
    containerName: "data",
    blobName: "b",
  };
  const minted = new URLSearchParams(mintReadSas(key, parseLocation(blob, "source"), "content-and-tags", lifetime));
  expect(minted.get("sp")).toBe("rt");
});

test.each([
  ["a blob", {}, "https", SASProtocol.Https],
  ["a blob reached over http", {}, "http", SASProtocol.HttpsAndHttp],
  ["a snapshot", { snapshot: "2026-01-02T03:04:05.0000000Z" }, "https", SASProtocol.Https],
  ["a version", { versionId: "2026-01-02T03:04:05.0000000Z" }, "https", SASProtocol.Https],
])("a SAS for %s is the one that the SDK makes", (_what, moment, scheme, protocol) => {
  const blobName = "a b/ü #?%+&=.bin";
  const blobEndpoint = `${scheme}://acct.blob.core.windows.net`;
  const source = parseLocation({ kind: LocationKind.BLOB as const, blobEndpoint, containerName: "data", blobName, ...moment }, "source");
  const { snapshot: snapshotTime, versionId } = source;
  const permissions = BlobSASPermissions.parse("r");
  const values = { containerName: "data", blobName, permissions, protocol, version: "2020-12-06", snapshotTime, versionId, ...lifetime };
  const expected = generateBlobSASQueryParameters(values, new StorageSharedKeyCredential("acct", accountKey.toString("base64")));
  expect(new Map(new URLSearchParams(mintReadSas(key, source, "content", lifetime)))).toEqual(
    new Map(new URLSearchParams(expected.toString())),
  );
});
