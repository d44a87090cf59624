import { CopyFailure } from "../../../failure/copy-failure";
import { ExitCode } from "../../../failure/exit-code";
import { chooseMethods } from "../../plan/choose-method";
import { unlikeChain } from "../../plan/chain";
import { archivedSource, cannotBeReplaced, isUnreadable, otherType } from "../../plan/refusal";
import { isForArchive, resultingType } from "../../methods/run/traits";
import { BLOBCOPY_FOLDER } from "../../recovery/blobcopy-folder";
import type { CopyOptions, ListedBlob } from "../../ports/blob-container";
import { type ContainerPair, isWithinAccount } from "../list/container-pair";

/** The reason why a copy would certainly be refused. */
export interface Impossible {
  readonly failure: CopyFailure;
  /**
   * Unfinished remains of an earlier run at the destination are not an obstacle, and a listing need
   * not show them.
   */
  readonly unlessCutOff?: true;
}

/** A copy before it begins, as the listings alone show it. */
export interface ListedSides {
  readonly options: CopyOptions;
  readonly isAtomic: boolean;
  readonly pair: ContainerPair;
  readonly source: ListedBlob;
  readonly destinationName: string;
  readonly destination: ListedBlob | undefined;
}

/** Reasons that hold for every method; undefined when no obstacle is known. */
export function whyImpossible({ options, isAtomic, pair, source, destinationName, destination }: ListedSides): Impossible | undefined {
  const destinationUrl = () => pair.destination.urlOf(destinationName);
  if (destinationName.startsWith(BLOBCOPY_FOLDER)) return { failure: ofTheProgram(destinationUrl()) };
  if (destination?.tier === "Archive") {
    const failure = cannotBeReplaced(destinationUrl(), { tier: destination.tier, archiveStatus: destination.archiveStatus }, 0);
    if (failure !== undefined) return { failure };
  }
  if (destination !== undefined && isAtomic && isForArchive(options)) return { failure: archivedWhenCommitted(destinationUrl()) };
  return isUnreadable(source, options) ? { failure: archivedSource(pair.source.urlOf(source.name), source) } : undefined;
}

/**
 * Reasons against a full copy: no method can do what is declared, or the method cannot write the
 * blob that is there.
 */
export function whyNotByItsMethod({ options, pair, source, destinationName, destination }: ListedSides): Impossible | undefined {
  const { blobType: sourceType, tier, length } = source;
  const declaration = {
    ...options,
    source: pair.source.locationOf(source.name),
    destination: pair.destination.locationOf(destinationName),
  };
  const destinationUrl = pair.destination.urlOf(destinationName);
  let failure: CopyFailure | undefined;
  try {
    const circumstances = { declaration, sourceType, sourceIsArchived: tier === "Archive", length, sameAccount: isWithinAccount(pair) };
    const [first] = chooseMethods({ ...circumstances, wait: true });
    if (first === undefined || destination === undefined) return undefined;
    const type = resultingType(first.method, sourceType);
    failure =
      destination.blobType === type
        ? unlikeChain(first.method, destination, destinationUrl)
        : otherType(destinationUrl, destination.blobType, type);
  } catch (error) {
    if (!(error instanceof CopyFailure)) throw error;
    return { failure: error };
  }
  return failure === undefined ? undefined : { failure, unlessCutOff: true };
}

/**
 * Sets find their own records by name. A blob in place of a record would destroy the proof of which
 * blobs belong to whom.
 */
function ofTheProgram(url: string): CopyFailure {
  return new CopyFailure({
    exitCode: ExitCode.COPY_FAILED,
    what: `The destination ${url} is not for copies`,
    side: "destination",
    why: `copy sets keep their inventories and marks in the container of a destination, under names that begin with "${BLOBCOPY_FOLDER}"`,
    remedy: "exclude it, or give the destination a prefix",
  });
}

/** The commit of one blob may have to be undone when another blob fails. */
function archivedWhenCommitted(url: string): CopyFailure {
  return new CopyFailure({
    exitCode: ExitCode.COPY_FAILED,
    what: `The destination ${url} could not be put back`,
    side: "destination",
    why: "the set is atomic and archives what it commits, the destination exists, and the service does not overwrite archived blobs: if another blob failed, this one could not be put back",
    remedy:
      "declare no access tier and archive the blobs when the deploy is complete (az storage blob set-tier --tier Archive), delete the destination first, or leave out atomic",
  });
}
