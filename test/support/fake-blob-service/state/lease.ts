import type { Call } from "../http/call";
import type { BlobState } from "./blob-state";
import { ServiceFailure } from "../service-failure";

export interface Lease {
  readonly id: string;
  /** Seconds; -1 is infinite. */
  readonly duration: number;
  /** Milliseconds since the epoch; Infinity for an infinite lease. */
  readonly expiresOn: number;
  /** Milliseconds since the epoch at which a broken lease ends. */
  readonly breaksOn?: number;
}

export type LeaseStateName = "available" | "leased" | "expired" | "breaking" | "broken";

export function leaseState(lease: Lease | undefined): LeaseStateName {
  if (lease === undefined) return "available";
  if (lease.breaksOn !== undefined) return Date.now() < lease.breaksOn ? "breaking" : "broken";
  return Date.now() < lease.expiresOn ? "leased" : "expired";
}

export function isLeaseActive(lease: Lease | undefined): boolean {
  const state = leaseState(lease);
  return state === "leased" || state === "breaking";
}

/** Refuses a write without the active lease's id, and any request with another id. */
export function checkLease(call: Call, blob: BlobState | undefined, kind: "read" | "write", infiniteOnly = false): void {
  const id = call.header("x-ms-lease-id");
  const lease = blob?.lease;
  if (!isLeaseActive(lease)) {
    if (id !== undefined) throw new ServiceFailure(lease?.id === id.toLowerCase() ? "LeaseLost" : "LeaseNotPresentWithBlobOperation");
    if (blob && lease && kind === "write") blob.lease = undefined;
    return;
  }
  if (id === undefined) {
    if (kind === "write") throw new ServiceFailure("LeaseIdMissing");
    return;
  }
  if (lease?.id !== id.toLowerCase()) throw new ServiceFailure("LeaseIdMismatchWithBlobOperation");
  if (infiniteOnly && lease.duration !== -1) throw new ServiceFailure("InfiniteLeaseDurationRequired");
}

export const GUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
