import type { Clues, KnownCause } from "./clues";
import { BLOB_STATE_CAUSES } from "./of-blob-state";
import { IDENTITY_CAUSES } from "./of-identity";
import { NETWORK_CAUSES } from "./of-network";
import { SERVICE_CAUSES } from "./of-service";
import { OTHER_CODES } from "./other-codes";
import { SHARED_ACCESS_CAUSES } from "./of-shared-access";
import { SIGN_IN_CAUSES } from "./of-sign-in";

/** All known causes. If several have a code in common, the first one that applies is taken. */
export const KNOWN_CAUSES: readonly KnownCause[] = [
  ...SHARED_ACCESS_CAUSES,
  ...IDENTITY_CAUSES,
  ...NETWORK_CAUSES,
  ...BLOB_STATE_CAUSES,
  ...SERVICE_CAUSES,
  ...SIGN_IN_CAUSES,
  ...Object.entries(OTHER_CODES).map(([code, remedy]) => ({ codes: [code], remedy })),
];

/** Cause and remedy of one failure. */
export interface Diagnosis {
  /** undefined if the service's own sentence is enough. */
  readonly why: string | undefined;
  readonly remedy: string;
}

/** Returns undefined for an unknown failure. */
export function diagnose(clues: Clues): Diagnosis | undefined {
  const cause = KNOWN_CAUSES.find(({ codes, isIt }) => codes.includes(clues.code) && isIt?.(clues) !== false);
  if (cause === undefined) return undefined;
  const { title, seen, remedy } = cause;
  return { why: seen?.(clues) ?? title, remedy: typeof remedy === "string" ? remedy : remedy[clues.side] };
}
