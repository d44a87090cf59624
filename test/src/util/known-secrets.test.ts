import { createHmac, randomBytes } from "node:crypto";
import { createRedact } from "../../../src/report/redact";
import { rememberMade } from "../../../src/util/secrets/known-secrets";
import { redact } from "../../../src/util/secrets/redaction";

const KEY = randomBytes(64).toString("base64");
const SIGNATURE = createHmac("sha256", KEY).update("a text").digest("base64");
const CLIENT_SECRET = "xQ38Q~a7Bc.dE-fG2hIjK_lMn4oPqRs5tUvW6xyZ";
const OPAQUE = "0.AAAA-opaque_T0ken~of.This-Run7xY9";
const PASSWORD = 'p4ss/w0rd+of&the=proxy<that>"echoes"é';
const SECRETS = { KEY, SIGNATURE, CLIENT_SECRET, OPAQUE };

beforeAll(() => {
  createRedact({ BLOB_COPY_SECRET_0: KEY, AZURE_CLIENT_SECRET: CLIENT_SECRET, AZURE_CLIENT_CERTIFICATE_PASSWORD: PASSWORD });
  rememberMade(SIGNATURE);
  rememberMade(OPAQUE);
});

const lower = (text: string) => text.replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase());
const encoded = encodeURIComponent;
const base64 = (text: string, encoding: BufferEncoding = "base64") => Buffer.from(text).toString(encoding);
const html = (text: string) => text.replace(/[^\w]/g, (character) => `&#${character.charCodeAt(0)};`);
const FORMS: Readonly<Record<string, (secret: string) => string>> = {
  "as it is": (secret) => secret,
  "escaped for a URL": encoded,
  "escaped with small letters": (secret) => lower(encoded(secret)),
  "escaped twice": (secret) => encoded(encoded(secret)),
  "escaped three times, with small letters": (secret) => lower(encoded(lower(encoded(encoded(secret))))),
  "as base64": (secret) => base64(secret),
  "as base64 behind one character": (secret) => base64(`:${secret}`),
  "as base64 behind two characters": (secret) => base64(`a:${secret}`),
  "as base64 for a URL": (secret) => base64(`user:${secret}`, "base64url"),
  "as base64 of its escaped form": (secret) => base64(`client_secret=${encoded(secret)}&s=x`),
  "as base64 of base64": (secret) => base64(base64(`Basic ${secret}`)),
  "as base64 in lines": (secret) => base64(`user:${secret}`).replace(/(.{19})/g, "$1\r\n"),
  "as base64 within JSON within a URL": (secret) => encoded(JSON.stringify({ a: base64(secret) })),
  "as hexadecimal digits": (secret) => base64(secret, "hex"),
  "as large hexadecimal digits": (secret) => base64(secret, "hex").toUpperCase(),
  "as a printed buffer": (secret) => `<Buffer ${base64(secret, "hex").replace(/(..)(?=.)/g, "$1 ")}>`,
  "within JSON": (secret) => JSON.stringify(secret),
  "within JSON within JSON": (secret) => JSON.stringify(JSON.stringify({ secret })),
  "with slashes escaped": (secret) => JSON.stringify(secret).replaceAll("/", "\\/"),
  "with JSON's numbers": (secret) => secret.replace(/[^\w]/g, (one) => `\\u00${one.charCodeAt(0).toString(16).padStart(2, "0")}`),
  "within HTML": html,
  "within HTML, with names": (secret) => secret.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;"),
  "broken into lines": (secret) => secret.replace(/(.{11})/g, "$1\n  "),
};

/**
 * The parts of a secret in this form that are still shown, without the characters that the form
 * adds to any secret.
 */
function remaining(form: (secret: string) => string, secret: string): string[] {
  const [sent, shown, around] = [form(secret), redact(`it was sent ${form(secret)} here`), form("A".repeat(secret.length))].map((text) =>
    // A secret can begin with a letter of that word.
    text.replace(/\s/g, "").replaceAll("REDACTED", "…"),
  );
  const parts = Array.from({ length: Math.max(0, (sent ?? "").length - 12) }, (_, at) => (sent ?? "").slice(at, at + 13));
  return parts.filter((part) => shown?.includes(part) && !around?.includes(part));
}

describe.each(Object.entries(SECRETS))("a random secret, %s", (_name, secret) => {
  it.each(Object.entries(FORMS))("is found %s, whole and cut", (_form, form) => {
    expect(remaining(form, secret)).toEqual([]);
    expect(redact(`it was sent ${form(secret)} here`)).toMatch(/^it was sent [^]* here$/);
    for (const part of [secret.slice(0, 8), secret.slice(0, 16), secret.slice(-8), secret.slice(9, 21)])
      expect(redact(`it was sent ${form(part)} here`)).toContain("REDACTED");
  });

  it("is found where two prints have a part of it each", () => {
    for (let cut = 8; cut <= secret.length - 8; cut++)
      expect([redact(`a: ${secret.slice(0, cut)}`), redact(`${secret.slice(cut)} b`)]).toEqual(["a: REDACTED", "REDACTED b"]);
  });
});

it.each(Object.entries(FORMS))("a password is found %s", (_form, form) => {
  expect(redact(`it was sent ${form(PASSWORD)} here`)).toContain("REDACTED");
  expect(remaining(form, PASSWORD)).toEqual([]);
});

it("the bytes that a key stands for are found as hexadecimal digits", () => {
  expect(redact(`it was sent ${Buffer.from(KEY, "base64").toString("hex")} here`)).toMatch(/^it was sent .{0,4}REDACTED.{0,4} here$/);
});

it("leaves what only looks a little like a secret", () => {
  const redact = createRedact({
    ARM_CLIENT_SECRET: "storage2024key!",
    ARM_ACCESS_KEY: "abc",
    AZURE_STORAGE_CONNECTION_STRING: `DefaultEndpointsProtocol=https;AccountName=ledger4you;AccountKey=${KEY};EndpointSuffix=core.windows.net`,
    ARM_SAS_TOKEN:
      "?sv=2024-11-04&ss=b&srt=co&se=2026-01-01T00%3A00%3A00Z&skoid=6b1c4f3e-0a5d-4a57-9c35-5d9d4b1f0c11&sig=aB3%2FdE5fG7hI9jK1",
  });
  const text = [
    "https://storage2024.blob.core.windows.net/abc/key-of-storage and https://ledger4you.blob.core.windows.net/DefaultEndpointsProtocol",
    "2024-11-04, 2026-01-01T00:00:00Z, object id 6b1c4f3e-0a5d-4a57-9c35-5d9d4b1f0c11, password of the proxy, xQ38Q~a",
  ].join("\n");
  expect(redact(text)).toBe(text);
});

it("leaves each JSON valid, wherever a secret is in it", () => {
  for (const secret of [PASSWORD, ...Object.values(SECRETS)])
    for (const text of [`"${secret}`, `\\${secret}\\`, `\n${secret}"`, secret.slice(0, 12)])
      for (const json of [JSON.stringify({ text }), JSON.stringify({ text: JSON.stringify({ text }) })])
        expect(() => void JSON.parse(redact(json))).not.toThrow();
});
