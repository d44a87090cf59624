import { LocationKind, placeKey, sourceIdentityOfUrl } from "../../intent";

/** Whether two identities name the same source; the service may show a URL escaped or spelled differently. */
export function sameSource(one: string, other: string): boolean {
  return one === other || (sourceIdentityOfUrl(one) === sourceIdentityOfUrl(other) && hashOf(one) === hashOf(other));
}

/** Whether two URLs name the same blob, whichever of its snapshots or versions they mean. */
export function sameBlob(one: string, other: string): boolean {
  return placeKey({ kind: LocationKind.URL, url: one }) === placeKey({ kind: LocationKind.URL, url: other });
}

function hashOf(identity: string): string {
  return /#.*$/.exec(identity)?.[0] ?? "";
}
