import { BlobType, CopyMethod, type CopySet, optionsBeyond, SourceGuard, tagsFitTheHeader } from "../../../intent";
import { unsendableOf } from "../../methods/run/unsendable";
import { isMarkedUnfinished, withoutMarks } from "../../recovery/marks";
import { declaresProtection } from "../../recovery/protection";
import type { BlobContainers, ContainerReference, CopyOptions, ListedBlob } from "../../ports/blob-container";
import { type ContainerPair, containerPairOf } from "../list/container-pair";
import { ListedCopy } from "../plan/planned-blob";

/** A blob of an atomic set, as the log keeps it: everything that its commit and its undo need. */
export interface StagedBlob {
  /** Position in the log. The ids of the blob's blocks contain it. */
  readonly index: number;
  readonly blob: ListedCopy;
}

/**
 * Put Block From URL reads block blobs that are not archived, and a destination of another type
 * takes no blocks. A full copy, which knows every option, handles options that a block and a block
 * list do not carry, and properties that no listing shows.
 */
export function canBeStaged({ source, destination, options }: ListedCopy): boolean {
  return (
    source.blobType === BlobType.BLOCK &&
    source.tier !== "Archive" &&
    source.metadataIsHidden !== true &&
    unsendableOf(propertiesOf(source, options)) === undefined &&
    (destination === undefined || destination.blobType === BlobType.BLOCK) &&
    !isMarkedUnfinished(destination?.details?.metadata ?? {}) &&
    [CopyMethod.AUTO, CopyMethod.PUT_BLOCK_FROM_URL].includes(options.method) &&
    options.sourceGuard === SourceGuard.ETAG &&
    options.sourceConditions === undefined &&
    options.destinationConditions === undefined &&
    optionsBeyond(CopyMethod.PUT_BLOCK_FROM_URL, options).length === 0 &&
    !declaresProtection(options) &&
    tagsFitTheHeader(options.tags)
  );
}

/**
 * Headers and metadata for the block list of a commit: the declared ones, otherwise the source's.
 */
export function propertiesOf({ details }: ListedBlob, { contentHeaders, metadata }: CopyOptions) {
  return { headers: { ...details?.headers, ...contentHeaders }, metadata: metadata ?? withoutMarks(details?.metadata ?? {}) };
}

interface StagedLine {
  readonly stage: number;
  readonly key: string;
  readonly source: ListedBlob;
  readonly to: string;
  readonly destination?: Pick<ListedBlob, "etag" | "length">;
  /** For a manifest, in which each copy has its own. */
  readonly own?: { readonly options: CopyOptions; readonly from: ContainerReference; readonly into: ContainerReference };
}

/**
 * Converts blobs to lines of the log and back. The lines of a prefix omit the values that all its
 * blobs share.
 */
export class StagedLines {
  readonly #shared: { readonly pair: ContainerPair; readonly options: CopyOptions } | undefined;

  constructor(
    { prefixes }: CopySet,
    private readonly containers: BlobContainers,
  ) {
    this.#shared = prefixes === undefined ? undefined : { pair: containerPairOf(prefixes, containers), options: prefixes.options };
  }

  write({ index, blob }: StagedBlob): string {
    const { key, source, destinationName: to, destination, options, pair } = blob;
    const own = this.#shared === undefined ? { options, from: pair.source.reference, into: pair.destination.reference } : undefined;
    const line: StagedLine = {
      stage: index,
      key,
      source,
      to,
      ...(destination === undefined ? {} : { destination: { etag: destination.etag, length: destination.length } }),
      ...(own === undefined ? {} : { own }),
    };
    return JSON.stringify(line);
  }

  /** undefined for a line that a killed writer did not finish: nothing was staged for it. */
  read(line: string): StagedBlob | undefined {
    const parsed = parse(line);
    if (parsed === undefined) return undefined;
    const { stage, key, source, to, destination, own } = parsed;
    const shared = own === undefined ? this.#shared : this.#sharedOf(own);
    if (shared === undefined) throw new Error("a line of the set's log does not say between which containers it copies");
    const before = destination === undefined ? undefined : { ...source, ...destination, name: to, details: undefined };
    const blob = new ListedCopy(key, shared.pair, source, to, before, shared.options, { kind: "one request" });
    return { index: stage, blob };
  }

  #sharedOf({ options, from, into }: NonNullable<StagedLine["own"]>) {
    const pair = { source: this.containers.container(from, "source"), destination: this.containers.container(into, "destination") };
    return { pair, options };
  }
}

function parse(line: string): StagedLine | undefined {
  try {
    return JSON.parse(line) as StagedLine;
  } catch {
    return undefined;
  }
}

export function isStagedLine(line: string): boolean {
  return line.startsWith('{"stage":');
}
