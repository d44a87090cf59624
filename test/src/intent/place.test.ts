import { LocationKind, type LocationReference, placeKey, sourceIdentity, sourceIdentityOfUrl } from "../../../src/intent";

const url = (text: string): LocationReference => ({ kind: LocationKind.URL, url: text });
const blob = (blobEndpoint: string, containerName: string, blobName: string): LocationReference => ({
  kind: LocationKind.BLOB,
  blobEndpoint,
  containerName,
  blobName,
});
const file = (fileEndpoint: string, shareName: string, filePath: string): LocationReference => ({
  kind: LocationKind.FILE,
  fileEndpoint,
  shareName,
  filePath,
});
const moment = "2026-01-02T03:04:05.0000000Z";
const snapshotOf = (location: LocationReference, snapshot: string): LocationReference => ({ ...location, snapshot }) as LocationReference;

/** All spellings in a row mean the same blob or file, and different rows mean different ones. */
const places: readonly (readonly [what: string, ...spellings: LocationReference[]])[] = [
  [
    "a blob in the public cloud",
    url("https://acct.blob.core.windows.net/data/a/b.bin"),
    url("HTTPS://acct.blob.core.windows.net/data/a/b.bin"),
    url("https://ACCT.Blob.Core.Windows.Net/data/a/b.bin"),
    url("https://acct.blob.core.windows.net:443/data/a/b.bin"),
    url("http://acct.blob.core.windows.net/data/a/b.bin"),
    url("http://acct.blob.core.windows.net:80/data/a/b.bin"),
    url("https://acct.blob.core.windows.net./data/a/b.bin"),
    url(" https://acct.blob.core.windows.net/data/a/b.bin "),
    url("https://acct.blob.core.windows.net/data/a%2Fb.bin"),
    url("https://acct.blob.core.windows.net/data/%61/b%2Ebin"),
    url("https://acct.blob.core.windows.net/%64ata/a/b.bin"),
    url(`https://acct.blob.core.windows.net/data/a/b.bin?snapshot=${moment}`),
    url("https://acct.blob.core.windows.net/data/a/b.bin#x"),
    url("https://acct-secondary.blob.core.windows.net/data/a/b.bin"),
    url("https://acct-microsoftrouting.blob.core.windows.net/data/a/b.bin"),
    url("https://acct-internetrouting.blob.core.windows.net/data/a/b.bin"),
    url("https://acct-secondary-internetrouting.blob.core.windows.net/data/a/b.bin"),
    url("https://acct-ipv6.blob.core.windows.net/data/a/b.bin"),
    url("https://acct-dualstack.blob.core.windows.net/data/a/b.bin"),
    url("https://acct-secondary-dualstack.blob.core.windows.net/data/a/b.bin"),
    url("https://acct.privatelink.blob.core.windows.net/data/a/b.bin"),
    blob("https://acct.blob.core.windows.net", "data", "a/b.bin"),
    blob("https://acct.blob.core.windows.net/", "data", "a/b.bin"),
    blob("https://acct.blob.core.windows.net//", "data", "a/b.bin"),
    blob("https://ACCT.blob.core.windows.net:443/", "data", "a/b.bin"),
    blob("https://acct-microsoftrouting.blob.core.windows.net/", "data", "a/b.bin"),
  ],
  ["another blob of the same container", blob("https://acct.blob.core.windows.net", "data", "a/B.bin")],
  ["a blob whose name begins with a slash", blob("https://acct.blob.core.windows.net", "data", "/a/b.bin")],
  [
    "a name that looks escaped",
    blob("https://acct.blob.core.windows.net", "data", "a%2Fb.bin"),
    url("https://acct.blob.core.windows.net/data/a%252Fb.bin"),
  ],
  [
    "a name in need of escapes",
    blob("https://acct.blob.core.windows.net", "data", "ä b+%.bin"),
    url("https://acct.blob.core.windows.net/data/%C3%A4%20b+%25.bin"),
    url("https://acct.blob.core.windows.net/data/ä b%2B%25.bin"),
  ],
  [
    "a blob of the root container",
    url("https://acct.blob.core.windows.net/robots.txt"),
    url("https://acct.blob.core.windows.net/$root/robots.txt"),
    url("https://acct.blob.core.windows.net/%24root/robots.txt"),
    blob("https://acct.blob.core.windows.net", "$root", "robots.txt"),
  ],
  [
    "an account in a DNS zone",
    url("https://acct.z12.blob.storage.azure.net/data/x"),
    url("https://acct-secondary.z12.blob.storage.azure.net/data/x"),
    url("https://acct.privatelink.z12.blob.storage.azure.net/data/x"),
    url("https://acct-ipv6.z12.blob.storage.azure.net:443/data/x"),
    blob("https://acct.z12.blob.storage.azure.net/", "data", "x"),
  ],
  ["an account of that name in another zone", url("https://acct.z13.blob.storage.azure.net/data/x")],
  ["an account of that name in the public cloud", url("https://acct.blob.core.windows.net/data/x")],
  [
    "an account of that name in China",
    url("https://acct.blob.core.chinacloudapi.cn/data/x"),
    url("https://acct-internetrouting.blob.core.chinacloudapi.cn/data/x"),
  ],
  [
    "an account of that name for the government",
    url("https://acct.blob.core.usgovcloudapi.net/data/x"),
    blob("https://acct.blob.core.usgovcloudapi.net/", "data", "x"),
  ],
  [
    "an account of a cloud of its own",
    url("https://acct.blob.core.eaglex.ic.gov/data/x"),
    blob("https://ACCT.blob.core.eaglex.ic.gov/", "data", "x"),
  ],
  [
    "the export of a disk",
    url("https://md-hdd-q4x1q5h0.z22.blob.storage.azure.net/wd2kx1/abcd"),
    url(`https://md-hdd-q4x1q5h0.z22.blob.storage.azure.net:443/wd2kx1/abcd?snapshot=${moment}`),
  ],
  [
    "a blob in Azurite",
    url("http://127.0.0.1:10000/devstoreaccount1/data/x"),
    url("http://localhost:10000/devstoreaccount1/data/x"),
    url("http://[::1]:10000/devstoreaccount1/data/x"),
    url("https://127.0.0.1:10000/devstoreaccount1/data/x"),
    url("http://devstoreaccount1.blob.localhost:10000/data/x"),
    blob("http://127.0.0.1:10000/devstoreaccount1", "data", "x"),
    blob("http://127.0.0.1:10000/devstoreaccount1/", "data", "x"),
    blob("http://devstoreaccount1.blob.localhost:10000", "data", "x"),
  ],
  ["another account in Azurite", blob("http://127.0.0.1:10000/other", "data", "x")],
  ["Azurite on another port", blob("http://127.0.0.1:10001/devstoreaccount1", "data", "x")],
  [
    "the root container in Azurite",
    url("http://127.0.0.1:10000/devstoreaccount1/robots.txt"),
    blob("http://localhost:10000/devstoreaccount1", "$root", "robots.txt"),
  ],
  [
    "a blob behind a custom domain",
    url("https://files.example.com/data/x"),
    url("https://FILES.example.com:443/data/x"),
    blob("https://files.example.com/", "data", "x"),
  ],
  ["the same path on another port", url("https://files.example.com:8443/data/x")],
  [
    "a file, whose path has no case",
    file("https://acct.file.core.windows.net/", "share", "dir/File 1"),
    file("https://acct.file.core.windows.net", "share", "Dir/file 1"),
    url("https://acct.file.core.windows.net/share/dir/File%201"),
    url("https://acct-secondary.file.core.windows.net/share/dir/file 1"),
  ],
  [
    "an endpoint that only Terraform knows",
    blob("${azurerm_storage_account.One.primary_blob_endpoint}", "data", "x"),
    url("${azurerm_storage_account.One.primary_blob_endpoint}data/x"),
    url("${azurerm_storage_account.One.primary_blob_endpoint}/data/x"),
  ],
  ["another one", blob("${azurerm_storage_account.one.primary_blob_endpoint}", "data", "x")],
  [
    "an account that only Terraform knows",
    blob("https://${azurerm_storage_account.One.name}.blob.core.windows.net", "data", "x"),
    url("https://${azurerm_storage_account.One.name}.BLOB.core.windows.net:443/data/x"),
  ],
  [
    "a name that only Terraform knows",
    blob("https://acct.blob.core.windows.net", "data", "v${var.Release}/x"),
    url("https://acct.blob.core.windows.net/data/v${var.Release}/x"),
  ],
];

test("the table has many spellings", () => {
  expect(places.flatMap(([, ...spellings]) => spellings).length).toBeGreaterThan(60);
});

test.each(places.map(([what, ...spellings]) => [what, spellings] as const))("%s is one place, however it is spelled", (_, spellings) => {
  expect(new Set(spellings.map((spelling) => placeKey(spelling))).size).toBe(1);
});

test("no two places are the same", () => {
  const keys = places.map(([, first]) => placeKey(first as LocationReference));
  expect(new Set(keys).size).toBe(keys.length);
});

describe("what a source is", () => {
  const identity = sourceIdentityOfUrl;

  test("does not depend on how it is declared", () => {
    const parts = snapshotOf(blob("https://acct.blob.core.windows.net", "data", "x"), moment);
    expect(identity(`https://acct.blob.core.windows.net:443/data/x?snapshot=${encodeURIComponent(moment)}`)).toBe(sourceIdentity(parts));
    expect(identity(`https://acct.blob.core.windows.net/data/x?SNAPSHOT=${moment}`)).toBe(sourceIdentity(parts));
    expect(identity("https://acct.blob.core.windows.net/data/x")).not.toBe(sourceIdentity(parts));
  });

  test.each([
    ["a SAS in Azure", "https://acct.blob.core.windows.net/data/x", "sv=2024-01-01&se=2026-01-01&sr=b&sp=r&sig=abc%3D"],
    [
      "a SAS whose signature the service has taken out",
      "https://acct.blob.core.windows.net/data/x",
      "sv=2024-01-01&se=2026-01-01&sr=b&sp=r",
    ],
    ["a SAS behind a custom domain", "https://files.example.com/data/x", "sv=2024-01-01&se=2026-01-01&sr=b&sp=r&sig=abc"],
    ["a SAS behind a custom domain, without its signature", "https://files.example.com/data/x", "sv=2024-01-01&se=2026-01-01&sr=b&sp=r"],
    ["a presigned URL", "https://bucket.s3.amazonaws.com/x", "X-Amz-Algorithm=A&X-Amz-Date=1&X-Amz-Expires=2&X-Amz-Signature=abc"],
    ["a presigned URL of the old kind", "https://bucket.s3.amazonaws.com/x", "AWSAccessKeyId=A&Expires=1&Signature=abc"],
    ["a URL signed by Google", "https://storage.googleapis.com/bucket/x", "X-Goog-Algorithm=A&X-Goog-Date=1&X-Goog-Signature=abc"],
    ["a URL signed by CloudFront", "https://d111.cloudfront.net/x", "Expires=1&Signature=abc&Key-Pair-Id=K"],
    ["a token", "https://gitlab.example.com/x", "private_token=glpat-abcdefghijklmnopqrst"],
  ])("%s does not count", (_, address, query) => {
    expect(identity(`${address}?${query}`)).toBe(identity(address));
  });

  test.each([
    ["the query of a web source", "https://host.example/download?id=1", "https://host.example/download?id=2"],
    ["the query beside a credential", "https://host.example/download?id=1&Signature=a", "https://host.example/download?id=2&Signature=a"],
    ["a parameter of a SAS that stands alone", "https://host.example/download?se=1", "https://host.example/download?se=2"],
    ["the version of an object", "https://b.s3.amazonaws.com/x?versionId=1", "https://b.s3.amazonaws.com/x?versionId=2"],
    ["a snapshot", "https://acct.blob.core.windows.net/d/x?snapshot=1", "https://acct.blob.core.windows.net/d/x?snapshot=2"],
    [
      "a share's snapshot",
      "https://acct.file.core.windows.net/s/x?sharesnapshot=1",
      "https://acct.file.core.windows.net/s/x?sharesnapshot=2",
    ],
    [
      "the snapshot of an exported disk",
      "https://md-1.z1.blob.storage.azure.net/a/abcd?snapshot=1",
      "https://md-1.z1.blob.storage.azure.net/a/abcd?snapshot=2",
    ],
    ["an ampersand that is a value's", "https://host.example/?a=1%26b=2", "https://host.example/?a=1&b=2"],
  ])("%s counts", (_, one, other) => {
    expect(identity(one)).not.toBe(identity(other));
  });

  test("is the same for a query that comes back escaped in another way", () => {
    expect(identity("https://host.example/d?name=a%20b%2Bc&x=%C3%A4")).toBe(identity("https://host.example/d?name=a b%2bc&x=ä"));
  });
});
