import { badIntent } from "../../../failure/bad-intent";
import { type KeyedCopy, LocationKind, type LocationReference, type PrefixCopies } from "../../../intent";
import { placeKey } from "../../../intent/place";
import type { BlobContainer } from "../../ports/blob-container";
import { mergeJoin } from "../list/merge-join";
import type { NameFilter } from "./name-filter";
import { NameHashes } from "../list/name-hashes";
import { isInSegment, type Segment } from "./segments";

/**
 * Reads the whole manifest once before anything is copied. Two copies to one destination would undo
 * each other in each deploy. A copy from a blob that another copy writes would depend on their
 * order. Results are found by their keys. Memory holds eight bytes for each side and each key.
 *
 * @throws CopyFailure that names two copies
 */
export async function checkManifest(copies: () => AsyncIterable<KeyedCopy>): Promise<void> {
  const places = new Places();
  const written = new NameHashes();
  const read = new NameHashes();
  const keys = new NameHashes();
  for await (const { key, source, destination } of copies()) {
    keys.add(key);
    const [from, to] = [places.keyOf(source), places.keyOf(destination)];
    written.add(to);
    if (from !== to && mayChange(source)) read.add(from);
  }
  const twice = written.duplicates();
  const both = written.common(read);
  // Two places can have the same hash, so only equal texts count.
  if (twice.size + both.size > 0) await nameClash(copies, places, twice, both);
  const keysTwice = keys.duplicates();
  if (keysTwice.size > 0) await nameKey(copies, keysTwice);
}

/**
 * The key of a place consists of its name and the key of its container, which millions of copies
 * share.
 */
class Places {
  readonly #containers = new Map<string, string>();

  keyOf(location: LocationReference): string {
    if (location.kind !== LocationKind.BLOB) return placeKey(location);
    const { blobEndpoint, containerName, blobName } = location;
    const text = `${blobEndpoint}\n${containerName}`;
    let container = this.#containers.get(text);
    if (container === undefined) this.#containers.set(text, (container = placeKey({ ...location, blobName: "" })));
    return container + blobName;
  }
}

async function nameClash(copies: () => AsyncIterable<KeyedCopy>, places: Places, twice: NameHashes, both: NameHashes): Promise<void> {
  const writers = new Map<string, string>();
  const readers = new Map<string, string>();
  for await (const { key, source, destination } of copies()) {
    const [from, to] = [places.keyOf(source), places.keyOf(destination)];
    if (twice.has(to)) {
      const other = writers.get(to);
      if (other !== undefined) throw badIntent("copy intent", `"${other}" and "${key}" have the same destination`);
    }
    if (twice.has(to) || both.has(to)) writers.set(to, key);
    if (both.has(from) && from !== to && mayChange(source)) readers.set(from, key);
  }
  for (const [place, reader] of readers) {
    const writer = writers.get(place);
    if (writer !== undefined)
      throw badIntent("copy intent", `"${reader}" copies from what "${writer}" writes; let one set depend on the other`);
  }
}

async function nameKey(copies: () => AsyncIterable<KeyedCopy>, twice: NameHashes): Promise<void> {
  const seen = new Set<string>();
  for await (const { key } of copies()) {
    if (!twice.has(key)) continue;
    if (seen.has(key)) throw badIntent("copy intent", `two copies have the key "${key}"; give each copy a key of its own`);
    seen.add(key);
  }
}

/** Snapshots and versions never change. */
function mayChange(source: LocationReference): boolean {
  if (source.kind === LocationKind.BLOB) return source.snapshot === undefined && source.versionId === undefined;
  return source.kind !== LocationKind.URL || !/[?&](snapshot|versionid|sharesnapshot)=/i.test(source.url);
}

/**
 * List Blobs on the source, only where renames can bring two of its names to one destination.
 *
 * @throws CopyFailure that names both
 */
export async function checkRenames(
  { source }: PrefixCopies,
  segments: readonly Segment[],
  container: BlobContainer,
  passes: NameFilter,
  signal: AbortSignal,
): Promise<void> {
  for (const [index, one] of segments.entries()) {
    for (const other of segments.slice(index + 1)) {
      const [wide, narrow] = one.destinationPrefix.length <= other.destinationPrefix.length ? [one, other] : [other, one];
      if (!narrow.destinationPrefix.startsWith(wide.destinationPrefix)) continue;
      const rest = narrow.destinationPrefix.slice(wide.destinationPrefix.length);
      const pages = (prefix: string) => ({ pages: container.list({ prefix, signal, details: { metadata: true } }), prefix });
      // Usually the wider side has no such names, and then nothing else is read.
      for await (const page of mergeJoin(pages(wide.sourcePrefix + rest), pages(narrow.sourcePrefix))) {
        for (const { source: left, destination: right, relativeName } of page) {
          if (
            right === undefined ||
            right.isDirectory === true ||
            !isInSegment(wide, rest + relativeName) ||
            !isInSegment(narrow, relativeName)
          )
            continue;
          const [a, b] = [left, right].map(({ name }) => name.slice(source.prefix.length));
          if (a === undefined || b === undefined || !passes(a) || !passes(b)) continue;
          throw badIntent(
            "copy intent",
            `"${a}" and "${b}" have the same destination "${narrow.destinationPrefix}${relativeName}", as rename says; exclude one of them`,
          );
        }
      }
    }
  }
}
