import { CopyFailure } from "../../failure/copy-failure";
import { ExitCode } from "../../failure/exit-code";
import type { BlobProperties, CopyProperties, Encryption, UsedKeys } from "../ports/blob-properties";
import type { DestinationBlob } from "../ports/blob-store";
import type { RequestOptions } from "../ports/requests";
import { defined } from "../../util/defined";
import type { Clock } from "../ports/clock";
import type { Before } from "../ports/journal";
import { tookEffect } from "../../failure/lost-answer";
import { isForbidden, isGone, isUnknownOperation } from "../../failure/service-codes";
import { ServiceError } from "../../failure/service-error";
import { inTime } from "./in-time";
import { sameBlob, sameSource } from "./same-source";
import { type FoundRestorePoint, marked, newTaking, type RestorePointMark, restorePointIn, withoutMarks } from "./marks";

/**
 * Tries of Snapshot Blob. It is sent again if its response was lost and the snapshot is not found.
 */
const SNAPSHOT_TRIES = 3;

/** The destination was last written by a Copy Blob from this restore point. */
export function comesFrom(copy: CopyProperties | undefined, restorePoint: string | undefined): boolean {
  if (copy === undefined || restorePoint === undefined) return false;
  const shown = /[?&]snapshot=([^&#]*)/.exec(copy.source)?.[1];
  return shown === restorePoint || shown === encodeURIComponent(restorePoint);
}

/**
 * The blob was last written by a Copy Blob of its own content, as a rollback does, so its content
 * is older than its times suggest. Returns false where `sourceUrl` declares such a copy.
 */
export function wasPutBack(copy: CopyProperties, destinationUrl: string, sourceUrl: string): boolean {
  return sameBlob(copy.source, destinationUrl) && !sameSource(copy.source, sourceUrl);
}

/** Get Blob Tags, where the blob may have tags: its restore point has to record them. */
export async function tagsToKeep(destination: DestinationBlob, now: BlobProperties, options: RequestOptions = {}): Promise<Before["tags"]> {
  if (now.tagCount > 0) return destination.getTags(options);
  if (now.mayHaveOtherTags !== true) return undefined;
  return destination.getTags(options).catch((error: unknown) => {
    if (isForbidden(error) || isUnknownOperation(error)) return undefined;
    throw error;
  });
}

/** All facts about an existing destination that a restore point does not hold by itself. */
export function describeBefore(properties: BlobProperties, tags: Readonly<Record<string, string>> | undefined): Before {
  return {
    exists: true,
    etag: properties.etag,
    length: properties.length,
    metadata: withoutMarks(properties.metadata),
    shown: properties.shown,
    ...defined({
      tags,
      accessTier: properties.tier,
      accessTierInferred: properties.tier === undefined ? undefined : properties.accessTierInferred,
      copyId: properties.copy?.id,
    }),
  };
}

/**
 * Snapshot Blob, conditional on the state that `before` describes. If the response is lost, the
 * snapshot is looked up by its mark. If `signal` ends the request, a snapshot may exist, and its
 * mark identifies it. A snapshot without a `mark` is known only to the journal.
 */
export async function takeRestorePoint(
  destination: DestinationBlob,
  before: Before,
  mark: Omit<RestorePointMark, "taking"> | undefined,
  { clock, keys, signal }: { readonly clock: Clock; readonly keys: UsedKeys | undefined; readonly signal?: AbortSignal },
): Promise<Before> {
  const { shown: encryption = {} } = before;
  if (keys !== undefined) throw needsKey(destination, keys);
  await checkEncryption(destination, encryption);
  const taking = newTaking();
  const metadata = mark === undefined ? {} : marked(before, { ...mark, taking });
  const findOurs = async () => (await findRestorePoints(destination)).filter((point) => point.taking === taking);
  for (let tries = 1; ; tries++) {
    try {
      const { snapshot, isPerhapsTwice } = await destination.createSnapshot(metadata, {
        ifMatch: before.etag,
        encryption,
        ...defined({ signal }),
      });
      // A snapshot that was not found after an earlier try can exist by now.
      if (tries > 1 || isPerhapsTwice) await removeAllBut(snapshot, await findOurs().catch(() => []), destination, clock);
      return { ...before, restorePoint: snapshot };
    } catch (error) {
      const found = await tookEffect(error, async () => (await findOurs()).at(-1));
      if (found !== undefined) return { ...before, restorePoint: found.snapshot };
      if (tries === SNAPSHOT_TRIES) throw error;
    }
  }
}

async function removeAllBut(kept: string, points: readonly FoundRestorePoint[], destination: DestinationBlob, clock: Clock): Promise<void> {
  for (const { snapshot } of points) if (snapshot !== kept) await removeRestorePoint(destination, snapshot, clock);
}

/**
 * Copy Blob takes no key, and it is documented nowhere whether it may replace a blob that is
 * encrypted with such a key.
 */
function needsKey({ url }: DestinationBlob, { isUsed }: UsedKeys): CopyFailure {
  return new CopyFailure({
    exitCode: ExitCode.COPY_FAILED,
    what: `${url} could not be put back as it is`,
    side: "destination",
    why: `${isUsed ? "it is" : "the copy would be"} encrypted with a key that comes with each request, and Copy Blob, by which a rollback restores it, cannot send one`,
    remedy: "use CopyMethod.PUT_BLOB_FROM_URL or PUT_BLOCK_FROM_URL, which need no restore point, or another blob name",
  });
}

/** A rollback restores by Copy Blob, which encrypts with the container's default. */
async function checkEncryption(destination: DestinationBlob, { encryptionScope }: Encryption): Promise<void> {
  if (encryptionScope === undefined || (await destination.getDefaultScope()) === encryptionScope) return;
  throw new CopyFailure({
    exitCode: ExitCode.COPY_FAILED,
    what: `${destination.url} could not be put back as it is`,
    side: "destination",
    why: `it is in the encryption scope ${encryptionScope}, which is not its container's default, and Copy Blob takes no other`,
    remedy: "use CopyMethod.PUT_BLOB_FROM_URL, which needs no restore point, or make the scope the container's default",
  });
}

/** List Blobs: the restore points of this destination, oldest first. */
export async function findRestorePoints(destination: DestinationBlob, stop?: AbortSignal): Promise<FoundRestorePoint[]> {
  const snapshots = await destination.listSnapshots({ signal: stop });
  // An emulator lists them in another order. Their names are times in one format, so the names can
  // be sorted.
  const byTime = [...snapshots].sort((one, other) => (one.snapshot < other.snapshot ? -1 : 1));
  return byTime.flatMap((snapshot) => restorePointIn(snapshot) ?? []);
}

/**
 * List Blobs: adds the duplicates of these restore points. A duplicate arises if a proxy, for
 * example, sends the request for a restore point again.
 */
export async function withTwins(destination: DestinationBlob, snapshots: readonly string[], clock: Clock): Promise<readonly string[]> {
  if (snapshots.length === 0) return snapshots;
  const points = await inTime(clock, (signal) => findRestorePoints(destination, signal)).catch(() => []);
  const takings = points.filter(({ snapshot, taking }) => taking !== "" && snapshots.includes(snapshot)).map(({ taking }) => taking);
  const twins = points.filter(({ taking }) => takings.includes(taking)).map(({ snapshot }) => snapshot);
  return [...new Set([...snapshots, ...twins])];
}

/**
 * Delete Blob on the snapshot, with several tries, because a restore point must not stay behind.
 * Returns false if it has to stay.
 */
export async function removeRestorePoint(destination: DestinationBlob, snapshot: string, clock: Clock, tries = 5): Promise<boolean> {
  for (let attempt = 1; ; attempt++) {
    try {
      await inTime(clock, (signal) => destination.deleteSnapshot(snapshot, { signal }));
      return true;
    } catch (error) {
      if (isGone(error)) return true;
      if (attempt === tries || isForbidden(error) || !(error instanceof ServiceError)) return false;
      await clock.sleep(250 * 2 ** attempt);
    }
  }
}

/**
 * The restore point holds this state. Tags and tier are compared as well, since they change without
 * the ETag.
 */
export function holdsTheSame({ before: held }: FoundRestorePoint, state: Before): boolean {
  const texts = (tags: Readonly<Record<string, string>> = {}) => new URLSearchParams(tags).toString();
  return held.etag === state.etag && texts(held.tags) === texts(state.tags) && held.accessTier === state.accessTier;
}
