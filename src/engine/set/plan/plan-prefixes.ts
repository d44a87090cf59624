import type { PrefixCopies, RecopyPolicy } from "../../../intent";
import type { Clock } from "../../ports/clock";
import type { BlobContainers } from "../../ports/blob-container";
import { decide, destinationDetails, sourceDetails } from "./decide";
import { BLOBCOPY_FOLDER } from "../../recovery/blobcopy-folder";
import { type JoinedBlob, type JoinSide, mergeJoin } from "../list/merge-join";
import { nameFilter } from "./name-filter";
import { containerPairOf } from "../list/container-pair";
import { ListedCopy } from "./planned-blob";
import { type RangedSide, rangedJoin } from "../list/ranged-join";
import { isInSegment, segmentsOf } from "./segments";
import { inspectDoubtful } from "./inspect-doubtful";
import type { PlanContext } from "./context";
import { checkRenames } from "./sole-sources";
import type { BlobStore } from "../../ports/blob-store";

export interface PrefixPlanRequest {
  readonly prefixes: PrefixCopies;
  readonly isAtomic: boolean;
  readonly recopy: RecopyPolicy;
  readonly containers: BlobContainers & Pick<BlobStore, "destination">;
  readonly isUnderWay: PlanContext["isUnderWay"];
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onLeftOut: ((destinationName: string) => void) | undefined;
  readonly showsCopies: boolean;
}

/**
 * List Blobs on both sides, segment by segment. Yields the decision about each source blob, a page
 * at a time and in any order.
 */
export async function* planPrefixes({
  prefixes,
  recopy,
  isAtomic,
  containers,
  clock,
  signal,
  onLeftOut,
  showsCopies,
  isUnderWay,
}: PrefixPlanRequest): AsyncGenerator<readonly ListedCopy[]> {
  const { options } = prefixes;
  const pair = containerPairOf(prefixes, containers);
  const passes = nameFilter(prefixes.include, prefixes.exclude);
  const detailsOfSource = sourceDetails(options, isAtomic, recopy);
  const detailsOfDestination = destinationDetails(options, recopy, showsCopies);
  const segments = segmentsOf(prefixes);
  await checkRenames(prefixes, segments, pair.source, passes, signal);
  for (const segment of segments) {
    const sides = {
      source: { container: pair.source, prefix: segment.sourcePrefix, details: detailsOfSource },
      destination: { container: pair.destination, prefix: segment.destinationPrefix, details: detailsOfDestination },
    };
    const joined = segment.isOneBlob ? firstJoined(sides, signal) : rangedJoin({ ...sides, containers, clock, signal });
    for await (const blobs of joined) {
      const planned: ListedCopy[] = [];
      for (const { source, destination, relativeName } of blobs) {
        const destinationName = segment.destinationPrefix + relativeName;
        if (!isInSegment(segment, relativeName) || source.name.startsWith(BLOBCOPY_FOLDER)) continue;
        if (!passes(source.name.slice(prefixes.source.prefix.length))) {
          onLeftOut?.(destinationName);
          continue;
        }
        const key = destinationName.slice(prefixes.destination.prefix.length);
        const decision = decide({ options, recopy, isAtomic, pair, source, destinationName, destination });
        planned.push(new ListedCopy(key, pair, source, destinationName, destination, options, decision));
      }
      await inspectDoubtful(planned, { store: containers, signal, recopy, isAtomic, isUnderWay });
      yield planned;
    }
  }
}

/** List Blobs for one blob on each side: the blob whose name equals the prefix comes first. */
async function* firstJoined(
  sides: { readonly source: RangedSide; readonly destination: RangedSide },
  signal: AbortSignal,
): AsyncGenerator<readonly JoinedBlob[]> {
  const first = ({ container, prefix, details }: RangedSide): JoinSide => ({
    pages: container.list({ prefix, pageSize: 1, readsAhead: false, signal, ...(details && { details }) }),
    prefix,
  });
  for await (const page of mergeJoin(first(sides.source), first(sides.destination))) {
    // The service may return an empty page with a marker.
    if (page.length === 0) continue;
    yield page;
    return;
  }
}
