/** A condition of a request cannot name such a state: the service compares only strong ETags. */
export function isWeakEtag(etag: string): boolean {
  return etag.startsWith("W/");
}

/** An ETag that a condition can name; undefined for any other. */
export function strongEtag(etag: string | undefined): string | undefined {
  return etag === undefined || isWeakEtag(etag) ? undefined : etag;
}

/** ETags in a listing have no quotes, and neither do any ETags of some servers. */
export function isSameEtag(one: string, other: string): boolean {
  return one === other || one.replaceAll('"', "") === other.replaceAll('"', "");
}
