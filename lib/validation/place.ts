import type { LocationReference } from "../../src/intent";
import { LocationKind, addressOf } from "../../src/intent";

/** One text for one blob or file, however it was declared; equal for two declarations of the same one. */
export function placeKey(place: LocationReference): string {
  if (place.kind === LocationKind.URL) {
    const path = place.url.replace(/[?#].*$/s, "");
    return lowerCaseHost(decode(path));
  }
  const endpoint = addressOf(place).replace(/\/+$/, "");
  const name = place.kind === LocationKind.BLOB ? [place.containerName, place.blobName] : [place.shareName, place.filePath];
  return `${lowerCaseHost(endpoint)}/${name.join("/")}`;
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function lowerCaseHost(url: string): string {
  return url.replace(/^(https?):\/\/([^/$]*)/i, (start) => start.toLowerCase()).replace(/^(https:\/\/[^/$]*):443(?=\/|$)/, "$1");
}
