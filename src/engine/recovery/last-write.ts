import { randomUUID } from "node:crypto";
import { isUnsure } from "../../failure/service-codes";
import { ServiceError } from "../../failure/service-error";
import type { DestinationBlob } from "../ports/blob-store";
import type { Clock } from "../ports/clock";
import type { JournalEntry } from "../ports/journal";
import { inTime } from "./in-time";

/**
 * The longest finite lease of the service: after this time, a lease that a lost process left behind
 * has ended.
 */
const LEASE_SECONDS = 60;

export interface LastWriteRequest<Written> {
  readonly destination: DestinationBlob;
  readonly clock: Clock;
  /** ETag of the state that is overwritten. */
  readonly etag: string;
  /** An id that a later run can derive without the notes of this process; default: a random one. */
  readonly leaseId?: string | undefined;
  readonly note: (change: Partial<JournalEntry>) => Promise<void>;
  /** Writes, and notes the result. */
  readonly write: (destination: DestinationBlob, isLeased: boolean) => Promise<Written>;
}

/**
 * The last write of a copy removes our mark, and with it the proof that the blob belongs to this
 * deployment. Until the new ETag is noted, a lease is the proof: no other client can write the blob
 * while the lease lasts, and an expired lease can be renewed only if no other client has written
 * the blob in between. Lease Blob (acquire), the write, Lease Blob (release). A blob that cannot be
 * leased is written without a lease.
 */
export async function writeLast<Written>(request: LastWriteRequest<Written>): Promise<Written> {
  const { destination, clock, etag, note, write, leaseId = randomUUID() } = request;
  await note({ lastWriteLease: leaseId });
  const isLeased = await leaseLastWrite({ destination, clock, etag, leaseId });
  try {
    return await write(isLeased ? destination.underLease(leaseId) : destination, isLeased);
  } finally {
    if (isLeased) await giveBack(destination, leaseId, clock);
  }
}

export interface LastWriteLease {
  readonly destination: DestinationBlob;
  readonly clock: Clock;
  readonly etag: string;
  readonly leaseId: string;
}

/**
 * Lease Blob (acquire), conditional on one ETag. If the response is lost, Lease Blob (renew) shows
 * whether the blob is leased, since a write without the lease would then be refused. Returns
 * whether it is leased now.
 */
export async function leaseLastWrite({ destination, clock, etag, leaseId }: LastWriteLease): Promise<boolean> {
  try {
    await inTime(clock, (signal) => destination.acquireLease(leaseId, LEASE_SECONDS, { ifMatch: etag, signal }));
    return true;
  } catch (error) {
    return isUnsure(error) && (await isHeld(destination, leaseId, clock).catch(() => false));
  }
}

/** Lease Blob (release). A lease that cannot be released ends by itself after its term. */
export async function giveBack(destination: DestinationBlob, leaseId: string, clock: Clock): Promise<void> {
  await inTime(clock, (signal) => destination.releaseLease(leaseId, { signal })).catch(() => undefined);
}

export interface ClaimRequest {
  readonly entry: JournalEntry;
  readonly destination: DestinationBlob;
  readonly clock: Clock;
  readonly note: (change: Partial<JournalEntry>) => void | Promise<void>;
}

/**
 * Renews the lease of a process that was lost. If that succeeds, no other client has written the
 * blob since, so its current ETag is noted as the ETag of our last write. Lease Blob (renew), Get
 * Blob Properties, Lease Blob (release).
 *
 * @returns the entry with these changes
 */
export async function claimLastWrite({ entry, destination, clock, note }: ClaimRequest): Promise<JournalEntry> {
  const { lastWriteLease } = entry;
  if (lastWriteLease === undefined) return entry;
  const isOurs = await isHeld(destination, lastWriteLease, clock);
  const now = isOurs ? await readProperties(destination, clock) : undefined;
  const change = { lastWriteLease: undefined, ...(now === undefined ? {} : { etag: now.etag }) };
  await note(change);
  if (isOurs) await giveBack(destination, lastWriteLease, clock);
  return { ...entry, ...change };
}

/**
 * As {@link claimLastWrite}, but without notes. Returns the ETag of the lost process's last write,
 * or undefined where the lease does not prove that no other client has written the blob since.
 */
export async function claimLease(destination: DestinationBlob, leaseId: string, clock: Clock): Promise<string | undefined> {
  if (!(await isHeld(destination, leaseId, clock))) return undefined;
  const now = await readProperties(destination, clock);
  await giveBack(destination, leaseId, clock);
  return now?.etag;
}

function readProperties(destination: DestinationBlob, clock: Clock) {
  return inTime(clock, (signal) => destination.getProperties({ signal }));
}

async function isHeld(destination: DestinationBlob, leaseId: string, clock: Clock): Promise<boolean> {
  try {
    await inTime(clock, (signal) => destination.renewLease(leaseId, { signal }));
    return true;
  } catch (error) {
    // Another client has written, leased or deleted the blob.
    if (error instanceof ServiceError && [404, 409, 412].includes(error.status)) return false;
    throw error;
  }
}
