import { CopyFailure } from "../../../../src/failure/copy-failure";
import type { Side } from "../../../../src/failure/service-error";
import { parseLocation } from "../../../../src/azure/address/blob-url";
import type { BlobReference, LocationReference, UrlReference } from "../../../../src/intent";
import { CredentialKind, LocationKind } from "../../../../src/intent";
import { ExitCode } from "../../../../src/failure/exit-code";

const url = (text: string): UrlReference => ({ kind: LocationKind.URL, url: text });
const blob = (blobEndpoint: string, containerName: string, blobName: string): BlobReference => ({
  kind: LocationKind.BLOB,
  blobEndpoint,
  containerName,
  blobName,
});

function refusal(location: LocationReference, side: Side = "source"): CopyFailure {
  try {
    parseLocation(location, side);
  } catch (error) {
    if (error instanceof CopyFailure) return error;
    throw error;
  }
  throw new Error("it was accepted");
}

describe("a location in Azure", () => {
  test.each([
    ["https://acct.blob.core.windows.net/data/a/b.bin", "acct", "data", "a/b.bin"],
    ["https://ACCT.blob.core.windows.net:443/data/x", "acct", "data", "x"],
    ["https://acct.z12.blob.storage.azure.net/data/x", "acct", "data", "x"],
    ["https://acct.blob.core.chinacloudapi.cn/data/x", "acct", "data", "x"],
    ["https://acct-secondary.blob.core.windows.net/data/x", "acct", "data", "x"],
    ["https://acct-microsoftrouting.blob.core.windows.net/data/x", "acct", "data", "x"],
    ["https://acct-internetrouting.blob.core.usgovcloudapi.net/data/x", "acct", "data", "x"],
    ["https://acct-ipv6.z12.blob.storage.azure.net/data/x", "acct", "data", "x"],
    ["https://acct-secondary-dualstack.blob.core.windows.net/data/x", "acct", "data", "x"],
    ["https://acct.privatelink.blob.core.windows.net/data/x", "acct", "data", "x"],
    ["https://acct.blob.core.eaglex.ic.gov/data/x", "acct", "data", "x"],
    ["https://md-hdd-q4x1q5h0.z22.blob.storage.azure.net/wd2kx1/abcd", "md-hdd-q4x1q5h0", "wd2kx1", "abcd"],
    ["https://acct.blob.core.windows.net/$blobchangefeed/log/x", "acct", "$blobchangefeed", "log/x"],
    ["http://devstoreaccount1.blob.localhost:10000/data/x", "devstoreaccount1", "data", "x"],
    ["https://acct.blob.core.windows.net/$root/x", "acct", "$root", "x"],
    ["https://acct.blob.core.windows.net/robots.txt", "acct", "$root", "robots.txt"],
    ["http://127.0.0.1:10000/devstoreaccount1/data/x", "devstoreaccount1", "data", "x"],
    ["http://[::1]:10000/devstoreaccount1/data/x", "devstoreaccount1", "data", "x"],
    ["http://azurite:10000/devstoreaccount1/data/x", "devstoreaccount1", "data", "x"],
  ])("%s tells its account, container and blob", (text, accountName, containerName, blobName) => {
    expect(parseLocation(url(text), "source")).toMatchObject({ kind: "blob", accountName, containerName, blobName });
  });

  test("keeps a blob of the root container where its URL puts it", () => {
    expect(parseLocation(url("https://acct.blob.core.windows.net/robots.txt"), "source").url).toBe(
      "https://acct.blob.core.windows.net/robots.txt",
    );
  });

  test("is the same whether it is given as a URL or in parts, however the URL is escaped", () => {
    const name = "a b/ü #?%+&=.bin";
    const parts = parseLocation(blob("https://acct.blob.core.windows.net/", "data", name), "destination");
    expect(parts.url).toBe("https://acct.blob.core.windows.net/data/a%20b/%C3%BC%20%23%3F%25%2B%26%3D.bin");
    expect(parseLocation(url(parts.url), "destination")).toEqual(parts);
    expect(parseLocation(url("https://acct.blob.core.windows.net/data/a b%2Fü %23%3F%25+&=.bin"), "destination")).toEqual(parts);
  });

  test("has the account of a path-style endpoint in its identity", () => {
    const first = parseLocation(blob("http://127.0.0.1:10000/one", "data", "x"), "destination");
    const second = parseLocation(blob("http://127.0.0.1:10000/two/", "data", "x"), "destination");
    expect(first.account).toBe("localhost:10000/one");
    expect(second.account).toBe("localhost:10000/two");
  });

  test("keeps the snapshot or version that its URL names", () => {
    const snapshot = parseLocation(url("https://acct.blob.core.windows.net/data/x?snapshot=2026-01-02T03:04:05.0000000Z"), "source");
    expect(snapshot).toMatchObject({ snapshot: "2026-01-02T03:04:05.0000000Z", query: "snapshot=2026-01-02T03%3A04%3A05.0000000Z" });
    const version = parseLocation({ ...blob("https://acct.blob.core.windows.net", "data", "x"), versionId: "v 1" }, "source");
    expect(version.query).toBe("versionid=v%201");
  });

  test("can be a file", () => {
    const file = {
      kind: LocationKind.FILE,
      fileEndpoint: "https://acct.file.core.windows.net/",
      shareName: "share",
      filePath: "dir/file 1",
    } as const;
    const parsed = parseLocation(file, "source");
    expect(parsed).toMatchObject({ kind: "file", url: "https://acct.file.core.windows.net/share/dir/file%201", accountName: "acct" });
    expect(parseLocation(url(parsed.url), "source")).toEqual(parsed);
  });

  test("can be behind a custom domain", () => {
    expect(parseLocation(url("https://files.example.com/data/x"), "destination")).toMatchObject({
      kind: "blob",
      account: "files.example.com",
    });
    const withKey = { ...url("https://files.example.com/data/x"), credential: { kind: CredentialKind.ACCOUNT_KEY, variable: "KEY" } };
    expect(parseLocation(withKey, "source")).toMatchObject({ kind: "blob", containerName: "data" });
  });
});

describe("a source outside Azure", () => {
  test.each([
    "https://example.com/a/b/c.bin?download=1",
    "http://127.0.0.1:8080/c.bin",
    "http://localhost/a/b/c?token=1",
    "http://20.30.40.50/dist/Release_1/file.bin",
    "http://build/Nightly/release/file.bin",
    "https://acct.z6.web.core.windows.net/index.html",
  ])("%s is on the web", (text) => {
    const parsed = parseLocation(url(text), "source");
    expect(parsed).toMatchObject({ kind: "web", account: undefined });
    expect(parsed.url).toBe(text.split("?")[0]);
  });
});

describe("a location that would reach something else, or nothing", () => {
  test.each([
    ["a dot segment", blob("https://acct.blob.core.windows.net", "data", "a/../b")],
    ["a way into another container", blob("https://acct.blob.core.windows.net", "data", "../other/x")],
    ["an escaped dot segment", url("https://acct.blob.core.windows.net/data/%2e%2e/other/x")],
    ["a dot segment behind an escaped slash", url("https://acct.blob.core.windows.net/data/a%2F..%2Fx")],
    ["a plain dot segment", url("https://acct.blob.core.windows.net/data/../other/x")],
    ["a backslash", blob("https://acct.blob.core.windows.net", "data", "a\\b")],
    ["an escaped backslash", url("https://acct.blob.core.windows.net/data/a%5Cb")],
    ["a container name with a slash", blob("https://acct.blob.core.windows.net", "data/x", "b")],
    ["an upper-case container name", blob("https://acct.blob.core.windows.net", "Data", "b")],
    ["an empty name", blob("https://acct.blob.core.windows.net", "data", "")],
    ["half of a surrogate pair", blob("https://acct.blob.core.windows.net", "data", "\ud800")],
    ["a name of more than 1024 characters", blob("https://acct.blob.core.windows.net", "data", "n".repeat(1025))],
    ["a wrongly escaped name", url("https://acct.blob.core.windows.net/data/100%")],
    ["a fragment", url("https://acct.blob.core.windows.net/data/a#b")],
    ["another protocol", url("ftp://acct.blob.core.windows.net/data/a")],
    ["a user name", url("https://me:secret@acct.blob.core.windows.net/data/a")],
    ["a Data Lake endpoint", url("https://acct.dfs.core.windows.net/data/a")],
    ["a queue's endpoint", url("https://acct.queue.core.windows.net/data/a")],
    ["a website's endpoint", blob("https://acct.z6.web.core.windows.net", "data", "a")],
    ["a file endpoint with a container", blob("https://acct.file.core.windows.net", "data", "a")],
    ["a segment that ends in a dot", blob("https://acct.blob.core.windows.net", "data", "releases/v1.")],
    ["a segment in the middle that ends in a dot", url("https://acct.blob.core.windows.net/data/v1%2E/a")],
    ["a segment of three dots", blob("https://acct.blob.core.windows.net", "data", "a/.../b")],
    ["a control character", blob("https://acct.blob.core.windows.net", "data", "a\tb")],
    ["more than 254 segments", blob("https://acct.blob.core.windows.net", "data", "a/".repeat(254) + "b")],
    ["an unknown query parameter", url("https://acct.blob.core.windows.net/data/a?comp=metadata")],
    ["a container only", url("https://acct.blob.core.windows.net/")],
    ["an endpoint with a container", blob("https://acct.blob.core.windows.net/a/b", "data", "x")],
    ["letters of another alphabet", blob("https://аcct.blob.core.windows.net", "data", "x")],
  ])("is refused for %s, with a remedy", (_what, location) => {
    expect(refusal(location)).toMatchObject({
      exitCode: ExitCode.BAD_INTENT,
      side: "source",
      remedy: expect.stringMatching(/^[A-Z].*[^.]$/) as string,
    });
  });

  test.each([
    ["a snapshot", url("https://acct.blob.core.windows.net/data/a?snapshot=2026-01-02T03:04:05.0000000Z")],
    [
      "a file",
      { kind: LocationKind.FILE, fileEndpoint: "https://acct.file.core.windows.net/", shareName: "share", filePath: "x" } as const,
    ],
    ["a blob without a container", url("https://acct.blob.core.windows.net/data")],
    ["in a secondary region", url("https://acct-secondary.blob.core.windows.net/data/a")],
    ["in a container that the service writes", blob("https://acct.blob.core.windows.net", "$blobchangefeed", "a")],
    ["a static website", url("https://acct.z6.web.core.windows.net/data/a")],
  ])("is refused as a destination when it is %s", (_what, location) => {
    expect(refusal(location, "destination")).toMatchObject({ exitCode: ExitCode.BAD_INTENT, side: "destination" });
  });

  test.each(["sv=2024-01-01&sig=SECRET%3D", "X-Amz-Signature=SECRET", "sv=2024-01-01&%73ig=SECRET", "private_token=SECRETSECRET"])(
    "is refused with a signature in its URL, which is not repeated: %s",
    (query) => {
      const failure = refusal(url(`https://acct.blob.core.windows.net/data/a?${query}`));
      expect(failure.exitCode).toBe(ExitCode.BAD_INTENT);
      expect(failure.remedy).toContain("environment variable");
      expect(`${failure.message} ${failure.remedy} ${failure.stack ?? ""}`).not.toContain("SECRET");
    },
  );

  test("does not repeat a password", () => {
    const failure = refusal(url("https://me:secret@acct.blob.core.windows.net/data/a"));
    expect(failure.message).not.toContain("secret");
  });
});
