/** No condition of a request can name such a state: the service compares strong ETags only. */
export function isWeakEtag(etag: string): boolean {
  return etag.startsWith("W/");
}

/** An ETag that a condition can name; undefined for any other. */
export function strongEtag(etag: string | undefined): string | undefined {
  return etag === undefined || isWeakEtag(etag) ? undefined : etag;
}

/** A listing has ETags without quotes, as some servers have them everywhere. */
export function isSameEtag(one: string, other: string): boolean {
  return one === other || one.replaceAll('"', "") === other.replaceAll('"', "");
}
