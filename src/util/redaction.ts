/** The URL up to its query, which is where secrets are. */
export function withoutQuery(url: string): string {
  const end = url.search(/[?#]/);
  return end === -1 ? url : url.slice(0, end);
}

/** `x-ms-copy-source` as it may be printed: its query is dropped, but for the two parameters that name a moment of the blob. */
export function withoutSecrets(url: string): string {
  const query = url.split("?", 2)[1] ?? "";
  const kept = query.split("&").filter((parameter) => /^(snapshot|versionid|sharesnapshot)=/i.test(parameter));
  return kept.length === 0 ? withoutQuery(url) : `${withoutQuery(url)}?${kept.join("&")}`;
}

/** Takes secrets out of a sentence that somebody else wrote: queries of URLs, signatures, keys and tokens. */
export function redact(text: string): string {
  return text
    .replace(/(https?:\/\/[^\s"'<>?]+)\?[^\s"'<>]*/gi, "$1")
    .replace(/\b(sig|AccountKey|SharedAccessSignature)=[^\s&;"'<>]+/gi, "$1=REDACTED")
    .replace(/\b(Bearer|SharedKey) [^\s"'<>]+/gi, "$1 REDACTED");
}
