import { ImmutabilityMode } from "../../intent";
import type { DestinationBlob } from "../ports/blob-store";
import type { Protection } from "../ports/blob-properties";
import type { RequestOptions } from "../ports/requests";

/**
 * A legal hold or an immutability policy, declared or shown, keeps the blob from being changed or
 * deleted.
 */
export function isProtected({ legalHold, immutabilityPolicy }: Protection): boolean {
  return legalHold === true || immutabilityPolicy !== undefined;
}

/** The declaration says whether there is to be a hold or a policy. */
export function declaresProtection({ legalHold, immutabilityPolicy }: Protection): boolean {
  return legalHold !== undefined || immutabilityPolicy !== undefined;
}

/** Picks the hold and the policy from all properties that are declared or shown. */
export function protectionOf({ legalHold, immutabilityPolicy }: Protection): Protection {
  return { legalHold, immutabilityPolicy };
}

/**
 * Set Blob Legal Hold, then Set Blob Immutability Policy, where they are declared. The hold comes
 * first because it can always be removed again.
 */
export async function protect(
  destination: DestinationBlob,
  { legalHold, immutabilityPolicy }: Protection,
  shown: Protection,
  options: RequestOptions & { readonly unmodifiedSince?: Date } = {},
): Promise<void> {
  const { legalHold: isHeld = false } = shown;
  if (legalHold !== undefined && legalHold !== isHeld) await destination.setLegalHold(legalHold, options);
  if (immutabilityPolicy !== undefined) await destination.setImmutabilityPolicy(immutabilityPolicy, options);
}

/**
 * Set Blob Legal Hold, Delete Blob Immutability Policy: removes all protection that can be removed.
 * A locked policy cannot.
 */
export async function liftProtection(
  destination: DestinationBlob,
  { legalHold, immutabilityPolicy }: Protection,
  signal: AbortSignal,
): Promise<void> {
  if (legalHold === true) await destination.setLegalHold(false, { signal });
  if (immutabilityPolicy !== undefined && immutabilityPolicy.mode !== ImmutabilityMode.LOCKED)
    await destination.deleteImmutabilityPolicy({ signal });
}
