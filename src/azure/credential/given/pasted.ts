import { hostOf, unwrapped } from "../../../intent";
import type { BlobUrl } from "../../address/blob-url";

/** The value of a variable as it is meant: quotes that an env file keeps, and the name before it, are not part of it. */
export function pastedSecret(text: string, variable: string): string {
  const value = unwrapped(text);
  const assigned = value.startsWith(`export ${variable}=`) || value.startsWith(`${variable}=`);
  return assigned ? unwrapped(value.slice(value.indexOf("=") + 1)) : value;
}

/** A SAS as it is meant, without the URL before it; undefined where that URL is of another host than the blob. */
export function pastedSas(text: string, blob: BlobUrl): string | undefined {
  // A terminal breaks long lines, and pages and XML escape the ampersand.
  const oneLine = text.replace(/\s*[\r\n]+\s*/g, "").replaceAll("&amp;", "&");
  const url = /^https?:\/\/[^?#]*\?([^#]*)$/i.exec(oneLine);
  if (url !== null && hostOf(oneLine)?.canonical !== blob.endpoint.canonical) return undefined;
  const query = (url?.[1] ?? oneLine).replace(/^[?&]+|&+$/g, "");
  const unescaped = /^[^=&]*%3d/i.test(query) ? unescapedOnce(query.replace(/^%3f/i, "")) : query;
  // A signature is base64: what is escaped twice, or not at all, can be nothing else.
  return unescaped.replace(/(^|&)(sig=)([^&]*)/i, (_whole, before: string, name: string, signature: string) => {
    const once = signature.includes("%25") ? unescapedOnce(signature) : signature;
    return `${before}${name}${once.replaceAll("+", "%2B")}`;
  });
}

/** The bytes of a key of Azure Storage. */
export const ACCOUNT_KEY_BYTES = 64;
const KEY_WITHOUT_PADDING = 86;

/** A key as it is meant: a terminal breaks it, and cutting a text at `=` takes its end. */
export function pastedKey(text: string): string {
  const key = text.replace(/\s+/g, "");
  return /^[A-Za-z0-9+/]+=?$/.test(key) && key.replace(/=$/, "").length === KEY_WITHOUT_PADDING ? key.replace(/=?$/, "==") : key;
}

function unescapedOnce(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
