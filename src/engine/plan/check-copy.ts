import { randomBytes } from "node:crypto";
import { BlobType, type CopyDeclaration, CopyMethod } from "../../intent";
import type { CopyFailure } from "../../failure/copy-failure";
import { explain } from "../../failure/explain";
import { methodRefused, sourceChanged } from "../../failure/service-codes";
import { ServiceError } from "../../failure/service-error";
import type { BlobProperties, SourceProperties } from "../ports/blob-properties";
import type { BlobStore, DestinationBlob, SourceObject } from "../ports/blob-store";
import { resultingType } from "../methods/traits";
import type { Clock } from "../ports/clock";
import { chooseMethods } from "./choose-method";
import {
  archivedSource,
  cannotBeReplaced,
  destinationIsDirectory,
  destinationIsLeased,
  isUnreadable,
  otherType,
  sourceIsDirectory,
  sourceIsMissing,
} from "./refusal";

/** One thing that was tried, and what came of it. */
export interface CheckedPart {
  readonly part: "source" | "destination" | "copy";
  /** Without any query. */
  readonly url: string;
  /** Absent when it is in order. */
  readonly failure?: CopyFailure;
  readonly found: string;
}

export interface CheckContext {
  readonly store: BlobStore;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** No blob has it. */
const NOBODYS_ETAG = '"0x0"';
/** For the one request that is made with it. */
const READABLE_MILLISECONDS = 5 * 60_000;

/**
 * Tries each side of a copy as a run would, and whether the service may read the source for the destination. Changes nothing: the
 * only request that could write asks for a source that has an ETag which no blob has.
 */
export async function* checkCopy(declaration: CopyDeclaration, { store, clock, signal }: CheckContext): AsyncGenerator<CheckedPart> {
  const source = store.source(declaration.source);
  const destination = store.destination(declaration.destination, { leaseId: declaration.destinationLeaseId });
  const from = await checkSource(source, declaration, signal);
  yield from.checked;
  const to = await checkDestination(destination, declaration.destinationLeaseId !== undefined, clock.now(), signal);
  yield to.checked;
  if (from.checked.failure !== undefined || to.checked.failure !== undefined) return;
  const failure = unlikeWhatIsThere(declaration, source, destination, from.properties, to.now);
  if (failure !== undefined) {
    yield { part: "copy", url: destination.url, found: "not possible", failure };
    return;
  }
  yield await checkReading(declaration, source, destination, to.now, signal);
}

async function checkSource(
  source: SourceObject,
  declaration: CopyDeclaration,
  signal: AbortSignal,
): Promise<{ readonly checked: CheckedPart; readonly properties?: SourceProperties }> {
  const part = { part: "source", url: source.url } as const;
  try {
    const properties = await source.getProperties({ signal });
    if (properties === undefined) return { checked: { ...part, found: "absent", failure: sourceIsMissing(source.url) } };
    const failure = unusable(source, properties, declaration);
    return { checked: { ...part, found: describe(properties), ...(failure === undefined ? {} : { failure }) }, properties };
  } catch (error) {
    return { checked: { ...part, found: "not seen", failure: explain(error, `Cannot look at the source ${source.url}`) } };
  }
}

function unusable(source: SourceObject, properties: SourceProperties, declaration: CopyDeclaration): CopyFailure | undefined {
  if (properties.isDirectory === true) return sourceIsDirectory(source.url);
  return isUnreadable(properties, declaration) ? archivedSource(source.url) : undefined;
}

function unwritable({ url }: DestinationBlob, now: BlobProperties, isLeaseDeclared: boolean, at: number): CopyFailure | undefined {
  if (now.isDirectory === true) return destinationIsDirectory(url);
  return now.isLeased === true && !isLeaseDeclared ? destinationIsLeased(url) : cannotBeReplaced(url, now, at);
}

/** The method that a run would take first makes another type of blob, or no method does what is declared. */
function unlikeWhatIsThere(
  declaration: CopyDeclaration,
  source: SourceObject,
  destination: DestinationBlob,
  from: SourceProperties | undefined,
  now: BlobProperties | undefined,
): CopyFailure | undefined {
  try {
    const [first] = chooseMethods({
      declaration,
      sourceType: from?.blobType,
      sourceIsArchived: from?.tier === "Archive",
      sourceMetadata: from?.metadata,
      length: from?.length,
      sameAccount: source.account === destination.account,
      wait: true,
    });
    if (first === undefined || now === undefined) return undefined;
    const type = resultingType(first.method, from?.blobType);
    return now.blobType === type ? undefined : otherType(destination.url, now.blobType, type);
  } catch (error) {
    return explain(error, `The copy to ${destination.url} is not possible`);
  }
}

async function checkDestination(
  destination: DestinationBlob,
  isLeaseDeclared: boolean,
  at: number,
  signal: AbortSignal,
): Promise<{ readonly checked: CheckedPart; readonly now: BlobProperties | undefined }> {
  const part = { part: "destination", url: destination.url } as const;
  try {
    const now = await destination.getProperties({ signal });
    if (now === undefined) return { checked: { ...part, found: "absent" }, now };
    const failure = unwritable(destination, now, isLeaseDeclared, at);
    return { checked: { ...part, found: describe(now), ...(failure === undefined ? {} : { failure }) }, now };
  } catch (error) {
    const failure = explain(error, `Cannot look at the destination ${destination.url}`);
    return { checked: { ...part, found: "not seen", failure }, now: undefined };
  }
}

/** Put Block From URL. The condition on the source can be judged only by who can read it, and no source meets it. */
async function checkReading(
  { method }: CopyDeclaration,
  source: SourceObject,
  destination: DestinationBlob,
  now: BlobProperties | undefined,
  signal: AbortSignal,
): Promise<CheckedPart> {
  const part = { part: "copy", url: destination.url } as const;
  const notAsked = (why: string): CheckedPart => ({ ...part, found: `whether the service may read the source was not asked: ${why}` });
  if (source.account === undefined || source.isFile) return notAsked("it is not a blob, and need not know conditions");
  if (now !== undefined && now.blobType !== BlobType.BLOCK) return notAsked(`the destination is a ${now.blobType}`);
  try {
    // Also what Copy Blob needs, where it is declared: a SAS, which not every identity may make.
    if (method === CopyMethod.COPY_BLOB) await source.readable(method, destination.account, READABLE_MILLISECONDS);
    const readable = await source.readable(CopyMethod.PUT_BLOCK_FROM_URL, destination.account, READABLE_MILLISECONDS);
    await destination.putBlockFromUrl(randomBytes(12).toString("base64"), {
      source: readable,
      sourceRange: { offset: 0, count: 1 },
      sourceConditions: { ifMatch: NOBODYS_ETAG },
      encryption: {},
      signal,
    });
    return notAsked("the service took no notice of a condition on the source");
  } catch (error) {
    if (sourceChanged(error)) return { ...part, found: "the service may read the source and write the destination" };
    const refused = error instanceof ServiceError ? methodRefused(error, { sameAccount: false, isEmpty: false }) : undefined;
    if (refused !== undefined && !(error instanceof ServiceError && error.code === "CannotVerifyCopySource")) return notAsked(refused);
    return { ...part, found: "refused", failure: explain(error, `The service would not copy to ${destination.url}`) };
  }
}

function describe({ blobType, length, tier }: Pick<SourceProperties, "blobType" | "length" | "tier">): string {
  return [
    blobType ?? "an object",
    ...(length === undefined ? [] : [`${length} bytes`]),
    ...(tier === undefined ? [] : [`tier ${tier}`]),
  ].join(", ");
}
