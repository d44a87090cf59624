import type { DestinationBlob } from "./blob-store";
import type { Clock } from "./clock";
import { patiently } from "./patiently";
import { ServiceError } from "./service-error";

export interface AbortRequest {
  readonly destination: DestinationBlob;
  readonly copyId: string;
  readonly leaseId: string | undefined;
  readonly clock: Clock;
}

/** Abort Copy Blob, insisted upon. `ended`: the copy was no longer pending, or the destination holds another one by now. */
export async function abortCopy({ destination, copyId, leaseId, clock }: AbortRequest): Promise<"aborted" | "ended"> {
  try {
    await patiently(clock, () => destination.abortCopy(copyId, leaseId === undefined ? {} : { leaseId }));
    return "aborted";
  } catch (error) {
    if (
      error instanceof ServiceError &&
      (error.code === "NoPendingCopyOperation" || error.code === "CopyIdMismatch" || error.status === 404)
    )
      return "ended";
    throw error;
  }
}
