import { URL_SECRET_EXPRESSIONS, secretIn, withoutCredentials } from "../../../src/intent";

const signed = [
  ["https://acct.blob.core.windows.net/data/x?sv=2024-01-01&se=2026-01-01&sr=b&sp=r&sig=abc%3D", "a SAS"],
  ["https://acct.blob.core.windows.net/data/x?SIG=abc", "a SAS"],
  ["https://acct.blob.core.windows.net/data/x?%73ig=abc", "a SAS"],
  ["https://acct.blob.core.windows.net/data/x?s%69%67=abc", "a SAS"],
  ["https://md-1.z22.blob.storage.azure.net/a/abcd?sv=2018-03-28&sr=b&si=0f&sig=abc", "a SAS"],
  ["https://bucket.s3.amazonaws.com/x?X-Amz-Algorithm=A&X-Amz-Credential=AK&X-Amz-Signature=abc", "a presigned Amazon S3 URL"],
  ["https://bucket.s3.amazonaws.com/x?x-amz-security-token=abc", "a presigned Amazon S3 URL"],
  ["https://bucket.s3.amazonaws.com/x?AWSAccessKeyId=AK&Expires=1&Signature=abc", "a signed URL"],
  ["https://storage.googleapis.com/b/x?X-Goog-Algorithm=A&X-Goog-Signature=abc", "a signed Google Cloud Storage URL"],
  ["https://storage.googleapis.com/b/x?GoogleAccessId=a%40b&Expires=1&Signature=abc", "a signed URL"],
  ["https://d111.cloudfront.net/x?Policy=p&Signature=abc&Key-Pair-Id=K", "a signed URL"],
  ["https://gitlab.example.com/api/v4/projects/1/packages/x?private_token=glpat-abcdefghijklmnopqrst", "an access token"],
  ["https://gitlab.example.com/x?job_token=0123456789abcdef", "an access token"],
  ["https://raw.githubusercontent.com/o/r/main/x?token=ABCDEFGHIJ0123456789", "an access token"],
  ["https://host.example/x?access_token=0123456789", "an access token"],
  ["https://f000.backblazeb2.com/file/bucket/x?Authorization=3_2016_0123456789", "an access token"],
  ["https://www.dropbox.com/scl/fi/abc/x?rlkey=0123456789abcdef&dl=1", "an access token"],
  ["https://host.example/x?sessionToken=r%3A0123456789", "an access token"],
  ["https://swift.example/v1/AUTH_a/c/x?temp_url_sig=abc&temp_url_expires=1", "a signed URL"],
  ["https://acct.blob.core.windows.net/data/x%3Fsv=2024-01-01%26sig=abc", "a SAS"],
  ["https://acct.blob.core.windows.net/data/x%3Fsv%3D2024-01-01%26sig%3Dabc", "a SAS"],
  ["https://proxy.example/get?url=https%253A%252F%252Facct.example%252Fx%253Fsv%253D1%2526sig%253Dabc", "a SAS"],
  ["https://cdn.example/x?__token__=exp=1~acl=/*~hmac=abc", "a signed URL"],
  ["https://cdn.example/x?hdnts=exp=1~acl=/*~hmac=abc", "a signed URL"],
] as const;

const harmless = [
  "https://acct.blob.core.windows.net/data/x",
  "https://acct.blob.core.windows.net/data/x?snapshot=2026-01-02T03:04:05.0000000Z",
  "https://acct.blob.core.windows.net/data/x?versionid=2026-01-02T03%3A04%3A05.0000000Z",
  "https://host.example/download?id=1&design=2&page=3&signal=4",
  "https://host.example/download?token=1",
  "https://host.example/sig=1/token=2",
  "https://host.example/100%25design%3D1/a%26b",
  "https://host.example/a%20b/c%2Fd?name=a%20b",
  "https://host.example/x?policy=latest&expires=never",
  "https://host.example/x?key=models%2Fcurrent.onnx&code=42",
];

test.each(signed)("%s is told", (url, what) => {
  expect(secretIn(url)).toBe(what);
});

test.each(harmless)("%s is harmless", (url) => {
  expect(secretIn(url)).toBeUndefined();
});

test.each([
  ["?sv=2024-01-01&sig=abc", "a SAS"],
  ["sv=2024-01-01&sr=b&sig=abcdefghijklmnopqrstuvwxyz%3D", "a SAS"],
  ["sig=abcdefghijklmnopqrstuvwxyz%3D&sv=2024-01-01", "a SAS"],
  ["copied from https://acct.blob.core.windows.net/data/x?sig=abc today", "a SAS"],
  ["postgres://me:secret@host.example/db", "a password"],
  ["ghp_abcdefghijklmnopqrstuvwxyz0123456789", "a GitHub token"],
  ["glpat-abcdefghijklmnopqrst", "a GitLab token"],
  ["hf_abcdefghijklmnopqrstuvwxyzABCDEFGH", "a Hugging Face token"],
  ["https://files.slack.com/x?t=xoxe-1-abcdefghij0123456789", "a Slack token"],
  ["-----BEGIN RSA PRIVATE KEY-----", "a private key"],
  ["abc8Q~abcdefghijklmnopqrstuvwxyz01234567", "a client secret"],
  [`https://app.azurewebsites.net/api/f?code=${"k".repeat(44)}AzFu123456%3D%3D`, "a key of an Azure function"],
  [`https://www.googleapis.com/drive/v3/files/x?alt=media&key=AIza${"k".repeat(35)}`, "a Google API key"],
  [`https://app.azurewebsites.net/api/f?code=${"k".repeat(44)}AzFu123456==`, "a key of an Azure function"],
  [`https://objectstorage.eu-frankfurt-1.oraclecloud.com/p/${"k".repeat(43)}/n/ns/b/data/o/x`, "a pre-authenticated Oracle URL"],
  [`DefaultEndpointsProtocol=https;AccountKey=${"k".repeat(86)}==`, "a storage account key"],
])("%s in any text is told", (text, what) => {
  expect(secretIn(text)).toBe(what);
});

test.each(["sig=1", "design=blue", "git+ssh://git@host.example/x", "12:30@home", "a&b=c"])("%s in a text is harmless", (text) => {
  expect(secretIn(text)).toBeUndefined();
});

describe("what Terraform looks for", () => {
  const found = (url: string) => URL_SECRET_EXPRESSIONS.some((expression) => new RegExp(expression, "i").test(url));

  test.each([...signed.map(([url]) => url), "https://me:secret@host.example/x", "https://token@host.example/x"])("finds %s", (url) => {
    expect(found(url)).toBe(true);
  });

  test.each(harmless)("leaves %s alone", (url) => {
    expect(found(url)).toBe(false);
  });

  test("can be written in a string of Terraform's language, whose regular expressions have no look-around", () => {
    for (const expression of URL_SECRET_EXPRESSIONS) expect(expression).not.toMatch(/["\\]|\$\{|%\{|\(\?[=!<]/);
  });
});

test("a query without its credential keeps the rest as it is written", () => {
  expect(withoutCredentials("id=%31&sv=2024-01-01&sig=a&b")).toBe("id=%31&b");
  expect(withoutCredentials("sv=1&sr=2")).toBe("sv=1&sr=2");
  expect(withoutCredentials("")).toBe("");
});
