import { randomUUID } from "node:crypto";
import { isUnsure } from "../../failure/service-codes";
import { ServiceError } from "../../failure/service-error";
import type { DestinationBlob } from "../ports/blob-store";
import type { Clock } from "../ports/clock";
import type { JournalEntry } from "../ports/journal";
import { inTime } from "./in-time";

/** The longest finite lease that the service gives: what a lost process leaves behind is gone after it. */
const LEASE_SECONDS = 60;

export interface LastWriteRequest<Written> {
  readonly destination: DestinationBlob;
  readonly clock: Clock;
  /** State that is written over. */
  readonly etag: string;
  /** One that a later run can work out without the notes of this process; default: a random one. */
  readonly leaseId?: string | undefined;
  readonly note: (change: Partial<JournalEntry>) => Promise<void>;
  /** Writes, and notes what has come of it. */
  readonly write: (destination: DestinationBlob, isLeased: boolean) => Promise<Written>;
}

/**
 * The last write of a copy takes our mark off, and with it what proves whose the blob is. A lease stands in until its ETag is noted:
 * nobody else writes while it lasts, and later it can be renewed for as long as nobody has written since. Lease Blob (acquire), the write,
 * Lease Blob (release); a blob that cannot be leased is written without.
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
 * Lease Blob (acquire), on one state alone; where its answer was lost, Lease Blob (renew) tells: a write without the lease would be refused.
 * Returns whether it is leased now.
 */
export async function leaseLastWrite({ destination, clock, etag, leaseId }: LastWriteLease): Promise<boolean> {
  try {
    await inTime(clock, (signal) => destination.acquireLease(leaseId, LEASE_SECONDS, { ifMatch: etag, signal }));
    return true;
  } catch (error) {
    return isUnsure(error) && (await isHeld(destination, leaseId, clock).catch(() => false));
  }
}

/** Lease Blob (release); one that cannot be given back ends by itself within its term. */
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
 * Whether the last write of a process that was lost took effect, and its ETag, where the lease proves that. Lease Blob (renew), Get Blob
 * Properties, Lease Blob (release).
 *
 * @returns the entry with what is known now
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

/** The same without notes: the ETag of what the lost process wrote last, which nobody has written since; undefined where that is not proved. */
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
    // Somebody wrote it, leased it or deleted it since.
    if (error instanceof ServiceError && [404, 409, 412].includes(error.status)) return false;
    throw error;
  }
}
