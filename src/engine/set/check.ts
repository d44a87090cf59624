import { type CopyDeclaration, LocationKind, type LocationReference, type SetIntent } from "../../intent";
import { explain } from "../../failure/explain";
import type { Side } from "../../failure/service-error";
import { readManifest } from "../../intent/parse/read-manifest";
import { type CheckedPart, checkCopy } from "../plan/check-copy";
import type { BlobContainer } from "../ports/blob-container";
import type { PlanContext } from "./plan/context";

/** More would say the same again. */
const MAX_COPIES = 20;

/** One copy for each pair of containers that the set has, as a run would make it; both listings of prefixes. Changes nothing. */
export async function* checkSet(intent: SetIntent, context: PlanContext): AsyncGenerator<CheckedPart> {
  const { prefixes } = intent.set;
  if (prefixes !== undefined) {
    const source = context.store.container(prefixes.source, "source");
    const destination = context.store.container(prefixes.destination, "destination");
    const from = await checkListing(source, prefixes.source.prefix, context.signal);
    yield from.checked;
    const to = await checkListing(destination, prefixes.destination.prefix, context.signal);
    yield to.checked;
    if (from.name === undefined || to.checked.failure !== undefined) return;
    const name = prefixes.destination.prefix + from.name.slice(prefixes.source.prefix.length);
    const declaration = { source: source.locationOf(from.name), destination: destination.locationOf(name), ...prefixes.options };
    yield* checkCopy(declaration, context);
    return;
  }
  for (const declaration of await copiesOfEachPair(intent, context)) yield* checkCopy(declaration, context);
}

/** List Blobs, one. `name`: of the first blob. */
async function checkListing(
  container: BlobContainer,
  prefix: string,
  signal: AbortSignal,
): Promise<{ readonly checked: CheckedPart; readonly name?: string }> {
  const part = { part: container.side, url: container.urlOf(prefix) };
  try {
    for await (const [first] of container.list({ prefix, pageSize: 1, readsAhead: false, signal })) {
      if (first !== undefined) return { checked: { ...part, found: "can be listed" }, name: first.name };
    }
    return { checked: { ...part, found: "can be listed, and is empty" } };
  } catch (error) {
    return { checked: { ...part, found: "not listed", failure: explain(error, `Cannot list the ${container.side} ${container.url}`) } };
  }
}

async function copiesOfEachPair({ set }: SetIntent, { manifestLines }: PlanContext): Promise<readonly CopyDeclaration[]> {
  const found = new Map<string, CopyDeclaration>();
  if (set.manifest === undefined) return [];
  for await (const copy of readManifest(set.manifest, manifestLines(set.manifest.file))) {
    const pair = JSON.stringify([placeOf(copy.source, "source"), placeOf(copy.destination, "destination")]);
    if (!found.has(pair)) found.set(pair, copy);
    if (found.size >= MAX_COPIES) break;
  }
  return [...found.values()];
}

/** Where the same credential opens the same container. */
function placeOf(location: LocationReference, side: Side): unknown {
  const { credential } = location;
  if (location.kind === LocationKind.BLOB) return [side, location.blobEndpoint, location.containerName, credential];
  return [side, location, credential];
}
