import { LocationKind, type LocationReference } from "./location";

/** What a location's URL begins with: the URL itself, or the endpoint of its service. */
export function addressOf(location: LocationReference): string {
  switch (location.kind) {
    case LocationKind.URL:
      return location.url;
    case LocationKind.BLOB:
      return location.blobEndpoint;
    case LocationKind.FILE:
      return location.fileEndpoint;
  }
}
