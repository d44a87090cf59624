import type { LocationReference } from "../../src/intent";

/** One text for one blob or file, however it was declared; equal for two declarations of the same one. */
export function placeKey(place: LocationReference): string {
  if (typeof place.url === "string") {
    const path = place.url.replace(/[?#].*$/s, "");
    return lowerCaseHost(decode(path));
  }
  const endpoint = String(place.blobEndpoint ?? place.fileEndpoint).replace(/\/+$/, "");
  const name = [place.containerName ?? place.shareName, place.blobName ?? place.filePath].join("/");
  return `${lowerCaseHost(endpoint)}/${name}`;
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
