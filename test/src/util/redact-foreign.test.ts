import { rememberGiven, rememberMade } from "../../../src/util/secrets/known-secrets";
import { redactForeign } from "../../../src/util/secrets/redact-foreign";
import { startedCopy } from "../../../src/azure/rest/response-headers";
import { errorFromAnswer } from "../../../src/azure/rest/error-response";

const SECRET = 'p4ss/w0rd+of&the=proxy<that>"echoes"';
const SIGNATURE = `${"k3y/".repeat(10)}a+c=`;
const TOKEN = `eyJhbGciOiJub25lIn0.${"eyJhYmNkZWZnaGlqayI6MX0".repeat(40)}.${"c2lnbmF0dXJl".repeat(8)}`;
beforeAll(() => {
  rememberGiven(SECRET);
  rememberMade(TOKEN);
});

const lower = (text: string) => text.replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase());
const FORMS: readonly (readonly [string, (secret: string) => string])[] = [
  ["as it is", (secret) => secret],
  ["escaped for a URL", encodeURIComponent],
  ["escaped with small letters", (secret) => lower(encodeURIComponent(secret))],
  ["escaped twice", (secret) => encodeURIComponent(encodeURIComponent(secret))],
  ["escaped twice, with small letters", (secret) => lower(encodeURIComponent(lower(encodeURIComponent(secret))))],
  ["as base64", (secret) => Buffer.from(secret).toString("base64")],
  ["as base64 of more", (secret) => Buffer.from(`user:${secret}`).toString("base64")],
  ["as base64 for a URL", (secret) => Buffer.from(secret).toString("base64url")],
  ["as hexadecimal digits", (secret) => Buffer.from(secret).toString("hex")],
  ["within JSON", (secret) => JSON.stringify(secret)],
  ["broken into lines", (secret) => secret.replace(/(.{20})/g, "$1\n")],
  ["base64 within JSON that is escaped", (secret) => encodeURIComponent(JSON.stringify({ a: Buffer.from(secret).toString("base64") }))],
];

it.each(FORMS)("takes out a secret that is repeated %s", (_what, form) => {
  for (const secret of [SECRET, TOKEN]) {
    const shown = redactForeign(`it was sent ${form(secret)}`);
    expect(shown).toContain("it was sent");
    for (const part of [form(secret).slice(0, 24), form(secret).slice(-24), form(secret).replace(/\s/g, "").slice(30, 50)]) {
      expect(shown.replace(/\s/g, "")).not.toContain(part.replace(/\s/g, ""));
    }
  }
});

it.each(FORMS.slice(0, 5))("takes out a signature that nobody has noted, %s", (_what, form) => {
  expect(redactForeign(`Authorization: SharedKey ${form(`account:${SIGNATURE}`)}`)).not.toContain(SIGNATURE.slice(0, 3));
});

it.each([
  "The specified blob does not exist.",
  "https://account.blob.core.windows.net/data/a%2520name%20with%2Fescapes/model-v3.onnx",
  "8037b136-8283-4e9f-8d24-84dc40be8e66 0x8DBA3C70C864BF4A L2NvbnRhaW5lci9ibG9iL3dpdGgvYS9uYW1l",
  "Start [Thu, 01 Jan 2026 00:00:00 GMT] - Expiry [Sun, 01 Feb 2026 00:00:00 GMT]\nRequestId:1",
])("leaves what is no secret as it is: %s", (text) => {
  expect(redactForeign(text)).toBe(text);
});

it("does not look at megabytes", () => {
  const shown = redactForeign(`${TOKEN} ${"x".repeat(16_000_000)}`);
  expect(shown).toMatch(/^REDACTED x+$/);
  expect(shown.length).toBeLessThan(200_000);
});

it("cuts a long sentence after the secrets are out of it, and never within one", () => {
  const body = `<Error><Code>X</Code><Message>${"y".repeat(490)} ${TOKEN} ${"z ".repeat(600)}${TOKEN}</Message></Error>`;
  const answer = { status: 403, headers: {}, rawHeaders: [], body };
  const { message } = errorFromAnswer({ side: "source", operation: "Get Blob", url: "https://a/b", writes: false }, answer, 0, {
    query: "",
    headers: {},
  });
  expect(message).not.toContain(TOKEN.slice(0, 12));
  expect(message.length).toBeLessThan(600);
});

it.each(["x-ms-request-id", "x-ms-error-code"])("takes no secret for what %s names", (name) => {
  const short = "c0de-of-a-client";
  rememberGiven(short);
  const answer = { status: 403, headers: { [name]: Buffer.from(short).toString("hex") }, rawHeaders: [], body: "" };
  const error = errorFromAnswer({ side: "source", operation: "Get Blob", url: "https://a/b", writes: false }, answer, 0, {
    query: "",
    headers: {},
  });
  expect(JSON.stringify([error.code, error.requestId])).not.toContain(Buffer.from(short).toString("hex"));
});

it("takes no secret for the id of a copy, and any other id as it is", () => {
  const idIn = (id: string) => {
    const headers = { "x-ms-copy-id": id, "x-ms-copy-status": "pending" };
    return startedCopy({ status: 202, headers, rawHeaders: [], body: "" }, "pending").copyId;
  };
  expect([Buffer.from(TOKEN.slice(-30)).toString("hex"), TOKEN.slice(-30)].map(idIn)).toEqual(["", ""]);
  for (const id of ["1f812371-a41d-49e6-b123-f4b542e851c5", "1F812371-A41D-49E6-B123-F4B542E851C5", "of-an-emulator.7"])
    expect(idIn(id)).toBe(id);
});
