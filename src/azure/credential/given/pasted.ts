import { hostOf, unwrapped } from "../../../intent";
import type { BlobUrl } from "../../address/blob-url";

/**
 * Returns the intended value of a variable: without the quotes and the name before it that an env
 * file keeps.
 */
export function pastedSecret(text: string, variable: string): string {
  const value = unwrapped(text);
  const assigned = value.startsWith(`export ${variable}=`) || value.startsWith(`${variable}=`);
  return assigned ? unwrapped(value.slice(value.indexOf("=") + 1)) : value;
}

/**
 * Returns the intended SAS, without the URL before it; undefined if that URL has another host than
 * the blob.
 */
export function pastedSas(text: string, blob: BlobUrl): string | undefined {
  // A terminal breaks long lines, and web pages and XML escape the ampersand.
  const oneLine = text.replace(/\s*[\r\n]+\s*/g, "").replaceAll("&amp;", "&");
  const url = /^https?:\/\/[^?#]*\?([^#]*)$/i.exec(oneLine);
  if (url !== null && hostOf(oneLine)?.canonical !== blob.endpoint.canonical) return undefined;
  const query = (url?.[1] ?? oneLine).replace(/^[?&]+|&+$/g, "");
  const unescaped = /^[^=&]*%3d/i.test(query) ? unescapedOnce(query.replace(/^%3f/i, "")) : query;
  // A signature is Base64, so one that was escaped twice, or not at all, can be recognised and
  // corrected.
  return unescaped.replace(/(^|&)(sig=)([^&]*)/i, (_whole, before: string, name: string, signature: string) => {
    const once = signature.includes("%25") ? unescapedOnce(signature) : signature;
    return `${before}${name}${once.replaceAll("+", "%2B")}`;
  });
}

/** Length of an Azure Storage key, in bytes. */
export const ACCOUNT_KEY_BYTES = 64;
const KEY_WITHOUT_PADDING = 86;

/**
 * Returns the intended key: without a terminal's line breaks, and with the end that is lost when a
 * text is cut at `=`.
 */
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
