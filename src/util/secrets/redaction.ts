import { withoutSecretParts } from "../../intent";
import { withoutKnownSecrets } from "./known-secrets";

export const HIDDEN = "REDACTED";

/** Parts of a query that only identify the object. */
const HARMLESS_PARAMETER = /^(?:snapshot|versionid|sharesnapshot)=[\w.:%+-]+$/i;

/** The URL without its query, which may contain secrets. */
export function withoutQuery(url: string): string {
  const end = url.search(/[?#]/);
  return end === -1 ? url : url.slice(0, end);
}

/**
 * A URL as it may be printed: without user name, password and query, except for the parameters that
 * name a moment of the blob.
 */
export function withoutSecrets(url: string): string {
  const query = /\?([^#]*)/.exec(url)?.[1] ?? "";
  return `${withoutQuery(url).replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/]*@/i, "$1")}${harmlessQuery(query)}`;
}

/** An HMAC-SHA256 in base64, as in Shared Key and SAS, bare or escaped for a URL. */
const SIGNATURE = /(?:(?<![A-Za-z0-9+=%])|(?<=%[0-9A-F]{2}))(?:[A-Za-z0-9+/]{43}=(?![A-Za-z0-9+/=])|(?:[A-Za-z0-9]|%2[BF]){43}%3D)/gi;

/**
 * The ONE redaction: all text that leaves this process passes through it. It removes the secrets
 * that the process was given, obtained or made, by their values. It removes other secrets by their
 * form: queries of URLs and the part before their hosts, signatures, keys and tokens. Leaves JSON
 * valid.
 */
export function redact(text: string): string {
  const shown = withoutKnownSecrets(text, HIDDEN)
    .replace(/(\bhttps?:\/\/[^\s"'<>\\?#]+)\?([^\s"'<>\\]*)/gi, (_, address: string, query: string) => address + harmlessQuery(query))
    .replace(/\b([a-z][a-z0-9+.-]*:\/\/)[^\s"'<>\\/@]+@/gi, `$1${HIDDEN}@`)
    .replace(/\b(Basic|Bearer|SharedKey|SharedKeyLite)\s+[\w.~+/:=-]{6,}/g, `$1 ${HIDDEN}`)
    .replace(SIGNATURE, HIDDEN);
  return withoutSecretParts(shown, HIDDEN);
}

/** Whether a text contains a secret that is recognisable by its form in any place. */
export function hidesByForm(text: string): boolean {
  return text.search(SIGNATURE) !== -1 || withoutSecretParts(text, HIDDEN) !== text;
}

function harmlessQuery(query: string): string {
  const kept = query.split("&").filter((parameter) => HARMLESS_PARAMETER.test(parameter));
  return kept.length > 0 ? `?${kept.join("&")}` : "";
}
