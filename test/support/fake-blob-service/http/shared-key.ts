import { createHmac } from "node:crypto";
import type { Call } from "./call";
import { ServiceFailure } from "../service-failure";

const CLOCK_SKEW_MILLISECONDS = 15 * 60 * 1000;

export function hmac(key: Buffer, text: string): string {
  return createHmac("sha256", key).update(text, "utf8").digest("base64");
}

/**
 * The service's collation ignores hyphens and puts punctuation before digits. Clients that sort by
 * code unit are accepted too.
 */
const collationKeys = new Map<string, string>();
function collationKey(name: string): string {
  let key = collationKeys.get(name);
  if (key === undefined) {
    key = name.replace(/-/g, "").replace(/_/g, "!");
    collationKeys.set(name, key);
  }
  return key;
}

function canonicalizedHeaders(call: Call, names: readonly string[]): string {
  let text = "";
  for (const name of names) text += `${name}:${String(call.headers[name])}\n`;
  return text;
}

function canonicalizedResource(call: Call): string {
  let text = `/${call.account.name}${call.path}`;
  for (const key of Object.keys(call.query).sort()) text += `\n${key}:${call.query[key]}`;
  return text;
}

/** Verifies `Authorization: SharedKey account:signature`. */
export function verifySharedKey(call: Call, authorization: string): void {
  const colon = authorization.indexOf(":");
  const date = call.header("x-ms-date");
  const skew = Math.abs(Date.now() - Date.parse(date ?? call.header("date") ?? ""));
  if (authorization.slice("SharedKey ".length, colon) !== call.account.name || !(skew < CLOCK_SKEW_MILLISECONDS)) {
    throw new ServiceFailure("AuthenticationFailed");
  }
  const of = (name: string) => call.header(name) ?? "";
  const length = of("content-length");
  const head =
    `${call.method}\n${of("content-encoding")}\n${of("content-language")}\n${length === "0" ? "" : length}\n${of("content-md5")}\n${of("content-type")}\n` +
    `${date === undefined ? of("date") : ""}\n${of("if-modified-since")}\n${of("if-match")}\n${of("if-none-match")}\n${of("if-unmodified-since")}\n${of("range")}\n`;
  const resource = canonicalizedResource(call);
  const names = Object.keys(call.headers).filter((name) => name.startsWith("x-ms-"));
  const given = authorization.slice(colon + 1);
  names.sort((one, other) => (collationKey(one) < collationKey(other) ? -1 : 1));
  if (hmac(call.account.key, head + canonicalizedHeaders(call, names) + resource) === given) return;
  if (hmac(call.account.key, head + canonicalizedHeaders(call, names.sort()) + resource) === given) return;
  throw new ServiceFailure("AuthenticationFailed");
}
