import { randomUUID } from "node:crypto";
import { type BlobState, httpDate } from "../state/blob-state";
import type { Answer, Call } from "../http/call";
import { checkWriteConditions } from "../state/conditions";
import { destinationOf } from "./destination";
import { GUID, leaseState } from "../state/lease";
import { ServiceFailure } from "../service-failure";

function answer(status: number, blob: BlobState, ...headers: string[]): Answer {
  headers.push("ETag", blob.etag, "Last-Modified", httpDate(blob.lastModified));
  return { status, headers };
}

function expiry(duration: number): number {
  return duration === -1 ? Infinity : Date.now() + duration * 1000;
}

function guidHeader(call: Call, name: string): string | undefined {
  const id = call.header(name);
  if (id !== undefined && !GUID.test(id)) throw new ServiceFailure("InvalidHeaderValue");
  return id?.toLowerCase();
}

function acquire(call: Call, blob: BlobState): Answer {
  const duration = Number(call.header("x-ms-lease-duration"));
  if (duration !== -1 && !(Number.isInteger(duration) && duration >= 15 && duration <= 60)) throw new ServiceFailure("InvalidHeaderValue");
  const proposed = guidHeader(call, "x-ms-proposed-lease-id");
  const state = leaseState(blob.lease);
  if (state === "leased" && blob.lease?.id !== proposed) throw new ServiceFailure("LeaseAlreadyPresent");
  if (state === "breaking")
    throw new ServiceFailure(blob.lease?.id === proposed ? "LeaseIsBreakingAndCannotBeAcquired" : "LeaseAlreadyPresent");
  const id = proposed ?? randomUUID();
  blob.lease = { id, duration, expiresOn: expiry(duration) };
  return answer(201, blob, "x-ms-lease-id", id);
}

function renew(blob: BlobState, id: string): Answer {
  const { lease } = blob;
  if (lease === undefined || lease.id !== id) throw new ServiceFailure("LeaseIdMismatchWithLeaseOperation");
  if (lease.breaksOn !== undefined) throw new ServiceFailure("LeaseIsBrokenAndCannotBeRenewed");
  blob.lease = { id, duration: lease.duration, expiresOn: expiry(lease.duration) };
  return answer(200, blob, "x-ms-lease-id", id);
}

function change(call: Call, blob: BlobState, id: string): Answer {
  const { lease } = blob;
  const proposed = guidHeader(call, "x-ms-proposed-lease-id");
  if (proposed === undefined) throw new ServiceFailure("MissingRequiredHeader");
  const state = leaseState(lease);
  if (lease === undefined || (state !== "leased" && state !== "breaking")) throw new ServiceFailure("LeaseNotPresentWithLeaseOperation");
  if (lease.id !== id && lease.id !== proposed) throw new ServiceFailure("LeaseIdMismatchWithLeaseOperation");
  if (state === "breaking") throw new ServiceFailure("LeaseIsBreakingAndCannotBeChanged");
  blob.lease = { ...lease, id: proposed };
  return answer(200, blob, "x-ms-lease-id", proposed);
}

function release(blob: BlobState, id: string): Answer {
  if (blob.lease?.id !== id) throw new ServiceFailure("LeaseIdMismatchWithLeaseOperation");
  blob.lease = undefined;
  return answer(200, blob);
}

/**
 * Does not need an id. An infinite lease ends at once, a finite one at the end of its term, unless
 * a period is given.
 */
function breakLease(call: Call, blob: BlobState): Answer {
  const { lease } = blob;
  if (lease === undefined) throw new ServiceFailure("LeaseNotPresentWithLeaseOperation");
  const header = call.header("x-ms-lease-break-period");
  const period = header === undefined ? undefined : Number(header);
  if (period !== undefined && !(Number.isInteger(period) && period >= 0 && period <= 60)) throw new ServiceFailure("InvalidHeaderValue");
  const now = Date.now();
  const remaining = lease.breaksOn ?? (lease.duration === -1 ? (period === undefined ? now : Infinity) : lease.expiresOn);
  const breaksOn = Math.max(now, Math.min(remaining, period === undefined ? Infinity : now + period * 1000));
  blob.lease = { ...lease, breaksOn };
  return answer(202, blob, "x-ms-lease-time", String(Math.ceil((breaksOn - now) / 1000)));
}

/** Lease Blob: does not change ETag and Last-Modified. */
export function leaseBlob(call: Call): Answer {
  if (call.query.snapshot !== undefined) throw new ServiceFailure("InvalidOperation");
  const { blob } = destinationOf(call);
  if (blob === undefined) throw new ServiceFailure("BlobNotFound");
  checkWriteConditions(call, blob);
  if (blob.copy?.status === "pending" && call.world.script.ways.is("pending-and-leases", "refused"))
    throw new ServiceFailure("PendingCopyOperation");
  const action = call.header("x-ms-lease-action");
  if (action === "acquire") return acquire(call, blob);
  if (action === "break") return breakLease(call, blob);
  const id = guidHeader(call, "x-ms-lease-id");
  if (id === undefined) throw new ServiceFailure("MissingRequiredHeader");
  if (action === "renew") return renew(blob, id);
  if (action === "change") return change(call, blob, id);
  if (action === "release") return release(blob, id);
  throw new ServiceFailure("InvalidHeaderValue");
}
