import { LocationKind, placeKey, sourceIdentityOfUrl } from "../../intent";

/**
 * Both identities name the same source. The service may show a URL with other escapes or another
 * spelling.
 */
export function sameSource(one: string, other: string): boolean {
  return one === other || (sourceIdentityOfUrl(one) === sourceIdentityOfUrl(other) && hashOf(one) === hashOf(other));
}

/** Both URLs name the same blob. Snapshots and versions of a blob count as the same blob. */
export function sameBlob(one: string, other: string): boolean {
  return placeKey({ kind: LocationKind.URL, url: one }) === placeKey({ kind: LocationKind.URL, url: other });
}

function hashOf(identity: string): string {
  return /#.*$/.exec(identity)?.[0] ?? "";
}
