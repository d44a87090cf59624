import type { ReceiptOrigin } from "../../intent";
import { CopyLost } from "../../failure/copy-failure";
import { isUnknownOperation } from "../../failure/service-codes";
import { hasEntries, isSameMetadata, withType } from "../../util/same/same-texts";
import type { BlobProperties, WrittenProperties } from "../ports/blob-properties";
import type { JournalEntry } from "../ports/journal";
import type { DestinationBlob } from "../ports/blob-store";
import type { GuardedRequest, WriteRequest, WriteResult } from "../ports/requests";
import { inTime } from "../recovery/in-time";
import { writeLast } from "../recovery/last-write";
import { isUnfinishedBy, unfinishedMark, withoutMarks } from "../recovery/marks";
import { RANGE_GRACE_MILLISECONDS, withGrace } from "../watch/grace";
import { MarkStays } from "./run/mark-stays";
import { foundOrKeptOut } from "./run/kept-out";
import { type MethodResult, type MethodRun, noteResult } from "./run/method-run";
import { foundOrWrittenInto, writtenInto } from "./run/written-into";
import { creation } from "./run/written-properties";
import { isSameCopyId } from "../../util/same/same-copy-id";

const GRACE_MILLISECONDS = 5_000;

/**
 * Put Blob: the first request of a method that writes bit by bit. If its response is lost, the blob
 * is found by our mark. `isOfThisRun` distinguishes the blob from one that an earlier run of this
 * deployment had begun. `noted`: what is noted with the request.
 */
export async function createMarked(
  run: MethodRun,
  properties: WrittenProperties,
  create: (request: WriteRequest) => Promise<WriteResult>,
  isOfThisRun: (now: BlobProperties) => boolean,
  noted: Partial<JournalEntry>,
): Promise<Pick<WriteResult, "etag">> {
  const { destination, stop, clock, owner, etagBefore } = run;
  const request = creation(run, properties, unfinishedMark(owner));
  const find = async () => {
    const now = await destination.getProperties({ signal: stop });
    const isOurs = now !== undefined && now.etag !== etagBefore && isUnfinishedBy(owner, now.metadata) && isOfThisRun(now);
    return isOurs ? now : undefined;
  };
  await run.note({ touched: true, ...noted });
  const send = (signal: AbortSignal) => create({ ...request, signal });
  const created = await withGrace(send, stop, RANGE_GRACE_MILLISECONDS, clock).catch((error: unknown) => foundOrKeptOut(run, error, find));
  await run.note({ etag: created.etag });
  return created;
}

/**
 * Set Blob Metadata: the last step of a method that wrote the blob bit by bit. It changes only a
 * state that the method left, as the `etags` of its responses prove (undefined: they had none).
 * `prepare` runs right before it, and returns the ETag that it left.
 */
export async function removeUnfinishedMark(
  run: MethodRun,
  properties: WrittenProperties,
  etags: ReadonlySet<string> | undefined,
  prepare: (guarded: GuardedRequest & { readonly ifMatch: string }) => Promise<string>,
): Promise<MethodResult> {
  const { destination, stop, clock } = run;
  const { metadata = {}, contentMd5 } = properties;
  const written = await destination.getProperties({ signal: stop });
  if (written === undefined || !isUnfinishedBy(run.owner, written.metadata)) throw replaced(destination.url);
  if (etags?.has(written.etag) === false || !isAsSent(written, properties)) return writtenInto(run);
  await run.note({ etag: written.etag });
  const prepared = await withGrace((signal) => prepare({ ifMatch: written.etag, signal }), stop, GRACE_MILLISECONDS, clock);
  await run.note({ etag: prepared });
  const done = await setFinalMetadata(run, metadata, { ...written, etag: prepared, contentMd5 });
  return { ...done, status: "success", copyId: "" };
}

/**
 * Pages are written in parallel, so the last ETag is ours even where another client has set headers
 * or metadata between two of them.
 */
function isAsSent(now: BlobProperties, { headers = {}, metadata = {} }: WrittenProperties): boolean {
  // An intermediary may add headers that were not sent.
  return hasEntries(withType({ ...headers }), withType({ ...now.headers })) && isSameMetadata(metadata, withoutMarks(now.metadata));
}

/**
 * Get Blob Properties, for a copy that fails halfway. If the blob carries our mark in a state that
 * none of our responses (`etags`) had, another client has written into it.
 */
export async function noteOtherState(run: MethodRun, properties: WrittenProperties, etags: ReadonlySet<string>): Promise<void> {
  const now = await inTime(run.clock, (signal) => run.destination.getProperties({ signal })).catch(() => undefined);
  if (now !== undefined && isUnfinishedBy(run.owner, now.metadata) && !(etags.has(now.etag) && isAsSent(now, properties)))
    await run.note({ isWrittenInto: true });
}

/**
 * Result of the last step. `found`: its response was lost, and nothing proves that the whole blob
 * is ours.
 */
export interface FinalWrite extends WriteResult {
  readonly origin?: ReceiptOrigin;
}

/**
 * Set Blob Metadata, only on the state `written`: removes our mark, and notes the result. If its
 * response is lost, the destination shows the result.
 */
export async function setFinalMetadata(
  run: MethodRun,
  metadata: Readonly<Record<string, string>>,
  written: BlobProperties,
): Promise<FinalWrite> {
  const noted = async (result: FinalWrite) => {
    await noteResult(run, { ...result, status: "success", copyId: "" });
    return result;
  };
  const isOurs = false;
  if (!run.mayBeUndoneLater) {
    await run.note({ isEnding: true });
    return noted(await setMetadata(run, run.destination, { metadata, written, isOurs }).catch(markStays));
  }
  return writeLast({
    destination: run.destination,
    clock: run.clock,
    etag: written.etag,
    leaseId: run.lastWriteLease,
    note: (change) => run.note(change),
    write: async (destination, isLeased) =>
      noted(await setMetadata(run, destination, { metadata, written, isOurs: isLeased }).catch(markStays)),
  });

  function markStays(error: unknown): never {
    throw run.isMarked && isUnknownOperation(error) ? new MarkStays(run.destination.url, error) : error;
  }
}

interface FinalMetadata {
  readonly metadata: Readonly<Record<string, string>>;
  readonly written: BlobProperties;
  /** No other client can write meanwhile. */
  readonly isOurs: boolean;
}

function setMetadata(
  run: Pick<MethodRun, "stop" | "clock" | "note">,
  destination: DestinationBlob,
  { metadata, written, isOurs }: FinalMetadata,
): Promise<FinalWrite> {
  const { stop, clock } = run;
  const set = (signal: AbortSignal): Promise<FinalWrite> =>
    destination.setMetadata(metadata, { ifMatch: written.etag, encryption: written.shown, signal });
  const find = async (): Promise<FinalWrite | undefined> => {
    const now = await destination.getProperties({ signal: stop });
    const isSame = now?.length === written.length && now.contentMd5 === written.contentMd5 && isSameMetadata(metadata, now.metadata);
    if (!isSame || now.etag === written.etag) return undefined;
    const { etag, lastModified, versionId, contentMd5, copy } = now;
    // The service keeps a copy's id until other content is written.
    const isProven = isOurs || isSameCopyId(copy?.id, written.copy?.id);
    return { etag, lastModified, versionId, contentMd5, ...(isProven ? {} : { origin: "found" }) };
  };
  return withGrace(set, stop, GRACE_MILLISECONDS, clock).catch((error: unknown) => foundOrWrittenInto(run, error, find));
}

/**
 * Set Blob Properties, once all bytes are there: sets the source's MD5, and repeats the headers
 * that the blob was created with.
 */
export async function setMd5(
  run: MethodRun,
  { headers, contentMd5 }: WrittenProperties,
  guarded: GuardedRequest & { readonly ifMatch: string },
): Promise<string> {
  const { destination } = run;
  if (contentMd5 === undefined) return guarded.ifMatch;
  const set = () => destination.setContentHeaders({ ...headers, contentMd5 }, guarded);
  return prepared(run, guarded, set, (now) => now.contentMd5 === contentMd5);
}

/**
 * A request that changes a blob while it carries our mark. If its response is lost, the destination
 * shows whether it took effect. Returns the new ETag.
 */
export async function prepared(
  run: MethodRun,
  { ifMatch }: { readonly ifMatch: string },
  send: () => Promise<WriteResult>,
  isDone: (now: BlobProperties) => boolean,
): Promise<string> {
  const { destination, owner, stop } = run;
  const find = async () => {
    const now = await destination.getProperties({ signal: stop });
    return now !== undefined && now.etag !== ifMatch && isUnfinishedBy(owner, now.metadata) && isDone(now) ? now : undefined;
  };
  const { etag } = await send().catch((error: unknown) => foundOrWrittenInto(run, error, find));
  return etag;
}

/** The blob no longer carries our mark, although the copy had not ended. */
export function replaced(url: string): CopyLost {
  return CopyLost.because(`The copy to ${url} is gone`, "another client replaced or deleted the destination while it was written");
}
