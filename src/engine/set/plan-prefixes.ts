import type { PrefixCopies, RecopyPolicy } from "../../intent";
import type { BlobContainers } from "./blob-listing";
import { decide, destinationDetails, sourceDetails } from "./decide";
import { INVENTORY_FOLDER } from "./inventory";
import { mergeJoin } from "./merge-join";
import { nameFilter } from "./name-filter";
import { type ContainerPair, ListedCopy } from "./planned-blob";
import { isInSegment, segmentsOf } from "./segments";

export interface PrefixPlanRequest {
  readonly prefixes: PrefixCopies;
  readonly isAtomic: boolean;
  readonly recopy: RecopyPolicy;
  readonly containers: BlobContainers;
  readonly signal: AbortSignal;
  readonly onLeftOut: ((destinationName: string) => void) | undefined;
}

export function containerPairOf({ source, destination }: PrefixCopies, containers: BlobContainers): ContainerPair {
  return { source: containers.container(source, "source"), destination: containers.container(destination, "destination") };
}

/** List Blobs on both sides, segment by segment; gives what is to be done with each source blob, a page at a time. */
export async function* planPrefixes({
  prefixes,
  recopy,
  isAtomic,
  containers,
  signal,
  onLeftOut,
}: PrefixPlanRequest): AsyncGenerator<readonly ListedCopy[]> {
  const { options } = prefixes;
  const pair = containerPairOf(prefixes, containers);
  const passes = nameFilter(prefixes.include, prefixes.exclude);
  const sameAccount = pair.source.account === pair.destination.account;
  const detailsOfSource = sourceDetails(options, isAtomic);
  const detailsOfDestination = destinationDetails(options, recopy);
  for (const segment of segmentsOf(prefixes)) {
    // One blob is first among those that its name is a prefix of.
    const page = segment.isOneBlob ? { pageSize: 1 } : {};
    const joined = mergeJoin(
      {
        pages: pair.source.list({ prefix: segment.sourcePrefix, signal, ...page, ...(detailsOfSource && { details: detailsOfSource }) }),
        prefix: segment.sourcePrefix,
      },
      {
        pages: pair.destination.list({
          prefix: segment.destinationPrefix,
          signal,
          ...page,
          ...(detailsOfDestination && { details: detailsOfDestination }),
        }),
        prefix: segment.destinationPrefix,
      },
    );
    for await (const blobs of joined) {
      const planned: ListedCopy[] = [];
      for (const { source, destination, relativeName } of blobs) {
        const destinationName = segment.destinationPrefix + relativeName;
        if (!isInSegment(segment, relativeName) || source.name.startsWith(INVENTORY_FOLDER)) continue;
        if (!passes(source.name.slice(prefixes.source.prefix.length))) {
          onLeftOut?.(destinationName);
          continue;
        }
        const key = destinationName.slice(prefixes.destination.prefix.length);
        const decision = decide({
          options,
          recopy,
          sameAccount,
          source,
          destination,
          destinationUrl: () => pair.destination.urlOf(destinationName),
        });
        planned.push(new ListedCopy(key, pair, source, destinationName, destination, options, decision));
      }
      yield planned;
      if (segment.isOneBlob) break;
    }
  }
}
