import { createHmac } from "node:crypto";
import { createRedact } from "../../../src/report/redact";
import { rememberMade } from "../../../src/util/secrets/known-secrets";

const KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
const redact = createRedact({});

it.each([
  ["https://a.blob.core.windows.net/c/b?sv=2024-11-04&sr=b&sig=abc%2Bdef%3D", "https://a.blob.core.windows.net/c/b"],
  [
    "https://a.blob.core.windows.net/c/b?snapshot=2024-01-01T00:00:00.0000000Z&sig=abcdef",
    "https://a.blob.core.windows.net/c/b?snapshot=2024-01-01T00:00:00.0000000Z",
  ],
  ["from https://host/x?token=1 to https://host/y?token=2, twice", "from https://host/x to https://host/y twice"],
  ["sp=r&sig=abc%2Bdef%3D&sv=1", "sp=r&sig=REDACTED&sv=1"],
  [
    `DefaultEndpointsProtocol=https;AccountName=a;AccountKey=${KEY};EndpointSuffix=x`,
    "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=REDACTED;EndpointSuffix=x",
  ],
  [`the key ${KEY}.`, "the key REDACTED."],
  ["authorization: Bearer eyJ0eXAi.eyJhdWQi.c2ln", "authorization: Bearer REDACTED"],
  ["GET /x?X-Amz-Credential=AK&X-Amz-Signature=abcdef was refused", "GET /x?X-Amz-Credential=AK&X-Amz-Signature=REDACTED was refused"],
  ["Location: https://me:secret@host.example/x", "Location: https://REDACTED@host.example/x"],
  ["GET /x?private_token=glpat-abcdefghijklmnopqrst", "GET /x?private_token=REDACTED"],
  ["the token ghp_abcdefghijklmnopqrstuvwxyz0123456789 is void", "the token REDACTED is void"],
  ["client_secret=abc~def&client_id=1", "client_secret=REDACTED&client_id=1"],
  ["Authorization: SharedKey account:c2lnbmF0dXJl", "Authorization: SharedKey REDACTED"],
])("takes the secret out of %s", (text, shown) => {
  expect(redact(text)).toBe(shown);
});

it("leaves ordinary text alone", () => {
  const text = 'Copied 4.0 GiB in 13 s, 306 MiB/s: https://a.blob.core.windows.net/c/b%20c, etag "0x8D", is this it?';
  expect(redact(text)).toBe(text);
});

it("takes out the values of secrets of this run, whole, in parts and encoded", () => {
  const own = createRedact(
    {
      BLOB_COPY_SECRET_0: "a+very/secret",
      MY_SAS: "?sv=1&sig=si%2Bgna%2Fture",
      ARM_CLIENT_SECRET: "client~secret",
      HARMLESS: "harmless-value",
      SHORT: "abc",
    },
    ["MY_SAS", "SHORT"],
  );
  expect(own("a+very/secret a%2Bvery%2Fsecret si%2Bgna%2Fture si+gna/ture client~secret")).toBe(
    "REDACTED REDACTED REDACTED REDACTED REDACTED",
  );
  expect(own("harmless-value abc")).toBe("harmless-value abc");
});

it("leaves JSON valid", () => {
  const own = createRedact({ BLOB_COPY_SECRET_0: 'quo"te\\back' });
  const line = JSON.stringify({ why: 'quo"te\\back', url: "https://h/p?sig=abc", text: 'see "https://h/p?sig=abc"' });
  expect(JSON.parse(own(line))).toEqual({ why: "REDACTED", url: "https://h/p", text: 'see "https://h/p"' });
});

describe("what the run itself obtained or made", () => {
  const token = "0.AAAA-opaque_token~of.this-run";
  const signature = createHmac("sha256", "a key").update("a text").digest("base64");

  beforeAll(() => rememberMade(token));

  it.each([
    ["a token", token],
    ["a token in an address", `https://h/p/${encodeURIComponent(token)}`],
    ["a token in JSON", JSON.stringify({ text: token })],
    ["a Shared Key signature", `signature ${signature} did not match`],
    ["an escaped signature", `the signature ${encodeURIComponent(signature)} did not match`],
  ])("is not printed: %s, bare", (_what, text) => {
    const shown = redact(text);
    expect(shown).toContain("REDACTED");
    expect(shown).not.toContain(token);
    expect(shown).not.toContain(signature.slice(0, 20));
  });

  it("is known, however many others there were since the run began", () => {
    createRedact({ BLOB_COPY_SECRET_0: "given at the beginning" });
    for (let count = 0; count < 1_000; count++) rememberMade(`signature number ${count}`);
    expect(redact("given at the beginning, signature number 999")).toBe("REDACTED, REDACTED");
  });
});

it.each([
  ["an MD5", "rL0Y20zC+Fzt72VPzMSk2A=="],
  ["an ETag", '"0x8DD1234567890AB"'],
  ["a name of forty-three letters", "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopq"],
])("leaves %s alone", (_what, text) => {
  expect(redact(text)).toBe(text);
});
