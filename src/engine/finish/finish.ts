import { isDeepStrictEqual } from "node:util";
import { addsSnapshot, tagsFitTheHeader, isPrintable } from "../../intent";
import type { ContentHeadersReference, CopyMethod, ReceiptOrigin } from "../../intent";
import { CopyLost } from "../../failure/copy-failure";
import type { BlobProperties } from "../ports/blob-properties";
import { carries } from "../methods/run/traits";
import { protectCopy } from "./protect-copy";
import { checkTakenNotice } from "./taken-notice";
import { verify } from "./verify";
import { withGrace } from "../watch/grace";
import type { MethodRun } from "../methods/run/method-run";
import { setFinalMetadata } from "../methods/unfinished";
import { foundOrWrittenInto } from "../methods/run/written-into";
import { takenMetadata } from "../methods/run/written-properties";
import { isProtected } from "../recovery/protection";
import { isUnfinishedBy, withoutMarks } from "../recovery/marks";
import { haveSameEntries, isSameMetadata } from "../../util/same/same-texts";

type Metadata = Readonly<Record<string, string>>;

const GRACE_MILLISECONDS = 5_000;

export interface Finished {
  readonly now: BlobProperties;
  /** See {@link FinalWrite}. */
  readonly origin: ReceiptOrigin;
}

/** Completes the copy, and protects it last: afterwards the blob cannot be changed. */
export async function finishCopy(run: MethodRun, method: CopyMethod, copied: BlobProperties, found: ReceiptOrigin): Promise<Finished> {
  const { now, origin } = await completeProperties(run, method, copied, found);
  if (origin === "found" && isProtected(run.declaration)) throw unowned(run.destination.url);
  return { now: await protectCopy(run, now), origin };
}

/**
 * Checks the destination against the source, sets what the method's own request could not (headers,
 * long tags, empty metadata), and removes our mark. A copy that is only found (`origin`) is not
 * ours to complete.
 */
async function completeProperties(run: MethodRun, method: CopyMethod, copied: BlobProperties, origin: ReceiptOrigin): Promise<Finished> {
  try {
    await verify(run, copied);
    checkTakenNotice(run.declaration, run.destination.url, copied, run.emit);
  } catch (error) {
    await run.note({ complete: false });
    throw error;
  }
  if (addsSnapshot(method)) return { now: copied, origin };
  const { declaration, destination, stop } = run;
  const metadata = missingMetadata(run, copied);
  const contentHeaders = carries(method, "contentHeaders") ? undefined : declaration.contentHeaders;
  const lacksTags = declaration.tags !== undefined && !tagsFitTheHeader(declaration.tags);
  if (metadata === undefined && contentHeaders === undefined && !lacksTags) return { now: copied, origin };
  if (origin === "found") throw unowned(destination.url);
  // Tags come first, since they do not change the ETag. Our mark goes last, so that an incomplete
  // blob is known to be ours.
  if (lacksTags) await setTags(run, copied, declaration.tags);
  const headed = contentHeaders === undefined ? copied : await setHeaders(run, copied, merged(copied.headers, contentHeaders));
  if (metadata === undefined) {
    const now = await destination.getProperties({ signal: stop });
    if (now?.etag !== headed.etag)
      throw CopyLost.because(`The copy to ${destination.url} is gone`, "another client changed or deleted it meanwhile");
    return { now, origin };
  }
  const last = await setFinalMetadata(run, metadata, headed);
  const { etag, lastModified, versionId } = last;
  return { now: { ...headed, metadata, etag, lastModified, versionId }, origin: last.origin ?? origin };
}

/**
 * The metadata that the blob must still get; undefined where it has that already, or where a
 * request cannot carry it.
 */
function missingMetadata({ declaration, sourceProperties }: MethodRun, { metadata }: BlobProperties): Metadata | undefined {
  const wanted = declaration.metadata ?? takenMetadata(sourceProperties) ?? withoutMarks(metadata);
  return isSameMetadata(wanted, metadata) || !Object.values(wanted).every(isPrintable) ? undefined : wanted;
}

/**
 * Set Blob Tags, only on the blob that we wrote, as its ETag and its only tag prove. If the
 * response is lost, the tags show the result.
 */
async function setTags(run: MethodRun, { etag }: BlobProperties, tags: Metadata): Promise<void> {
  const { destination, tags: mark, stop } = run;
  const request = { ifMatch: etag, ...(mark === undefined ? {} : { ifTag: mark }), signal: stop };
  const find = async () => {
    const now = await destination.getTags({ signal: stop });
    return haveSameEntries(tags, now) ? now : undefined;
  };
  await destination.setTags(tags, request).catch((error: unknown) => foundOrWrittenInto(run, error, find));
}

/**
 * Set Blob Properties. If its response is lost, the destination shows whether it took effect.
 * Returns the properties that it left.
 */
async function setHeaders(run: MethodRun, copied: BlobProperties, headers: ContentHeadersReference): Promise<BlobProperties> {
  const { destination, stop, clock } = run;
  const all = { ...headers, contentMd5: copied.contentMd5 };
  const set = (signal: AbortSignal) => destination.setContentHeaders(all, { ifMatch: copied.etag, signal });
  const find = async () => {
    const now = await destination.getProperties({ signal: stop });
    const isSet = now?.length === copied.length && isDeepStrictEqual({ ...now.headers }, { ...headers });
    const isOurs = isSet && (!run.isMarked || isUnfinishedBy(run.owner, now.metadata));
    return isOurs && now.etag !== copied.etag ? now : undefined;
  };
  const done = await withGrace(set, stop, GRACE_MILLISECONDS, clock).catch((error: unknown) => foundOrWrittenInto(run, error, find));
  const { etag, lastModified, versionId } = done;
  await run.note({ etag });
  return { ...copied, headers, copy: undefined, etag, lastModified, versionId };
}

function unowned(url: string): CopyLost {
  return CopyLost.because(
    `The copy to ${url} is not complete`,
    "the response to its request was lost, and nothing proves that this deployment made the existing blob and may complete it",
    "deploy again",
  );
}

function merged(kept: ContentHeadersReference, declared: ContentHeadersReference): ContentHeadersReference {
  const given = Object.entries(declared).filter(([, value]) => value !== undefined && value !== null);
  return { ...kept, ...Object.fromEntries(given) };
}
