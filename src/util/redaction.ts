import { withoutSecretParts } from "../intent";

export const HIDDEN = "REDACTED";

/** Parts of a query that only say which object is meant. */
const HARMLESS_PARAMETER = /^(?:snapshot|versionid|sharesnapshot)=[\w.:%+-]+$/i;

/** The URL up to its query, which is where secrets are. */
export function withoutQuery(url: string): string {
  const end = url.search(/[?#]/);
  return end === -1 ? url : url.slice(0, end);
}

/** A URL as it may be printed: its query is dropped, but for what names a moment of the blob, and so are user name and password. */
export function withoutSecrets(url: string): string {
  const query = /\?([^#]*)/.exec(url)?.[1] ?? "";
  return `${withoutQuery(url).replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/]*@/i, "$1")}${harmlessQuery(query)}`;
}

/**
 * Takes secrets out of a text that somebody else wrote: queries of URLs and what stands before their hosts, signatures, keys and
 * tokens. Leaves JSON valid.
 */
export function redact(text: string): string {
  const shown = text
    .replace(/(\bhttps?:\/\/[^\s"'<>\\?#]+)\?([^\s"'<>\\]*)/gi, (_, address: string, query: string) => address + harmlessQuery(query))
    .replace(/\b([a-z][a-z0-9+.-]*:\/\/)[^\s"'<>\\/@]+@/gi, `$1${HIDDEN}@`)
    .replace(/\b(Basic|Bearer|SharedKey|SharedKeyLite)\s+[\w.~+/:=-]{8,}/g, `$1 ${HIDDEN}`);
  return withoutSecretParts(shown, HIDDEN);
}

function harmlessQuery(query: string): string {
  const kept = query.split("&").filter((parameter) => HARMLESS_PARAMETER.test(parameter));
  return kept.length > 0 ? `?${kept.join("&")}` : "";
}
