import type { Clues, KnownCause } from "./clues";
import { BLOB_STATE_CAUSES } from "./of-blob-state";
import { IDENTITY_CAUSES } from "./of-identity";
import { NETWORK_CAUSES } from "./of-network";
import { SERVICE_CAUSES } from "./of-service";
import { OTHER_CODES } from "./other-codes";
import { SHARED_ACCESS_CAUSES } from "./of-shared-access";
import { SIGN_IN_CAUSES } from "./of-sign-in";

/** All of them; of those that have a code in common, the first that fits is taken. */
export const KNOWN_CAUSES: readonly KnownCause[] = [
  ...SHARED_ACCESS_CAUSES,
  ...IDENTITY_CAUSES,
  ...NETWORK_CAUSES,
  ...BLOB_STATE_CAUSES,
  ...SERVICE_CAUSES,
  ...SIGN_IN_CAUSES,
  ...Object.entries(OTHER_CODES).map(([code, remedy]) => ({ codes: [code], remedy })),
];

/** Of one failure: why, and what to do. */
export interface Diagnosis {
  /** undefined where the service's own sentence says it. */
  readonly why: string | undefined;
  readonly remedy: string;
}

/** undefined for what nobody has met yet. */
export function diagnose(clues: Clues): Diagnosis | undefined {
  const cause = KNOWN_CAUSES.find(({ codes, isIt }) => codes.includes(clues.code) && isIt?.(clues) !== false);
  if (cause === undefined) return undefined;
  const { title, seen, remedy } = cause;
  return { why: seen?.(clues) ?? title, remedy: typeof remedy === "string" ? remedy : remedy[clues.side] };
}
