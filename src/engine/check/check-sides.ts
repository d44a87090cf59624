import type { CopyDeclaration } from "../../intent";
import type { CopyFailure } from "../../failure/copy-failure";
import { explain } from "../../failure/explain";
import type { BlobProperties, SourceProperties } from "../ports/blob-properties";
import type { SourceObject } from "../ports/blob-store";
import { foundAsDeclared, type FoundRequest } from "../plan/found-as-declared";
import {
  anotherCopyIsPending,
  archivedSource,
  cannotBeReplaced,
  destinationIsDirectory,
  destinationIsLeased,
  isUnreadable,
  sourceIsDirectory,
} from "../plan/refusal";
import { isUnfinishedBy } from "../recovery/marks";
import { ownerOf } from "../recovery/ownership";
import { sameSource } from "../recovery/same-source";
import { isSameCopyId } from "../../util/same/same-copy-id";
import type { CheckedPart } from "./checked-part";
import { sourceIsMissing } from "../../failure/source-is-missing";
import { unmetCondition } from "../methods/run/unmet-condition";

export interface CheckedSides extends FoundRequest {
  /** This machine's time, milliseconds since the epoch. */
  readonly at: number;
  readonly signal: AbortSignal;
}

export interface InspectedSource {
  readonly checked: CheckedPart;
  /** Absent if the source cannot be copied. */
  readonly properties?: SourceProperties;
}

export interface InspectedDestination {
  readonly checked: CheckedPart;
  /** undefined when it is absent. */
  readonly now?: BlobProperties | undefined;
  /** Reason why there is nothing to copy. */
  readonly whyNot?: string | undefined;
}

/** Get Blob Properties of the source. */
export async function checkSource({ source, declaration, signal }: CheckedSides): Promise<InspectedSource> {
  const part = { part: "source", url: source.url } as const;
  try {
    const properties = await source.getProperties({ signal });
    if (properties === undefined) return { checked: { ...part, found: "absent", failure: sourceIsMissing(source.url) } };
    const failure = unusable(source, properties, declaration);
    if (failure !== undefined) return { checked: { ...part, found: described(properties), failure } };
    return { checked: { ...part, found: described(properties) }, properties };
  } catch (error) {
    return { checked: { ...part, found: "not seen", failure: explain(error, `Cannot read the source ${source.url}`) } };
  }
}

/** Get Blob Properties of the destination; checks whether its state permits the copy. */
export async function checkDestination(sides: CheckedSides, from: SourceProperties | undefined): Promise<InspectedDestination> {
  const { destination, signal } = sides;
  const part = { part: "destination", url: destination.url } as const;
  let found = "not seen";
  try {
    const now = await destination.getProperties({ signal });
    found = now === undefined ? "absent" : described(now);
    if (now?.isDirectory === true) throw destinationIsDirectory(destination.url);
    const whyNot = now === undefined || from === undefined ? undefined : await foundAsDeclared(sides, from, now);
    const failure = whyNot === undefined ? unwritable(sides, now) : undefined;
    if (failure !== undefined) throw failure;
    return { checked: { ...part, found }, now, whyNot };
  } catch (error) {
    return { checked: { ...part, found, failure: explain(error, `Cannot read the destination ${destination.url}`) } };
  }
}

function unusable({ url }: SourceObject, properties: SourceProperties, declaration: CopyDeclaration): CopyFailure | undefined {
  if (properties.isDirectory === true) return sourceIsDirectory(url);
  if (isUnreadable(properties, declaration)) return archivedSource(url, properties);
  return unmetCondition("source", url, declaration.sourceConditions, properties);
}

function unwritable(sides: CheckedSides, now: BlobProperties | undefined): CopyFailure | undefined {
  const { declaration, intent, source, destination, made, at } = sides;
  const { url } = destination;
  if (now === undefined) return unmetCondition("destination", url, declaration.destinationConditions, now);
  if (now.isLeased === true && declaration.destinationLeaseId === undefined) return destinationIsLeased(url);
  if (now.copy?.status === "pending") {
    const remembered = made?.read(url);
    const isOurs =
      isUnfinishedBy(ownerOf(intent), now.metadata) ||
      (isSameCopyId(remembered?.copyId, now.copy.id) && remembered?.owner === ownerOf(intent));
    const isWanted = isOurs || sameSource(now.copy.source, source.identity);
    return isWanted ? undefined : anotherCopyIsPending(url, now.copy.id, now.copy.source);
  }
  return cannotBeReplaced(url, now, at) ?? unmetCondition("destination", url, declaration.destinationConditions, now);
}

function described({ blobType, length, tier }: Pick<SourceProperties, "blobType" | "length" | "tier">): string {
  return [
    blobType ?? "an object",
    ...(length === undefined ? [] : [`${length} bytes`]),
    ...(tier === undefined ? [] : [`tier ${tier}`]),
  ].join(", ");
}
