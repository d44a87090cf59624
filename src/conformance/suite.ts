import { blockAssumptions } from "./assumptions/blocks";
import { conditionAssumptions } from "./assumptions/conditions";
import { copyBlobAssumptions } from "./assumptions/copy-blob";
import { fromUrlAssumptions } from "./assumptions/from-url";
import { incrementalCopyAssumptions } from "./assumptions/incremental-copies";
import { keyAssumptions } from "./assumptions/keys";
import { leaseAssumptions } from "./assumptions/leases";
import { listingAssumptions } from "./assumptions/listings";
import { pageAndAppendAssumptions } from "./assumptions/pages-and-appends";
import { pendingAssumptions } from "./assumptions/pending";
import { readAssumptions } from "./assumptions/reads";
import { snapshotAssumptions } from "./assumptions/snapshots";
import { tierAssumptions } from "./assumptions/tiers";
import type { Check } from "./lab/check";
import { edgePromises } from "./promises/edges";
import { encryptionKeyPromises } from "./promises/encryption-keys";
import { incrementalCopyPromises } from "./promises/incremental-copies";
import { lifePromises } from "./promises/lives";
import { methodPromises } from "./promises/methods";
import { optionPromises } from "./promises/options";
import { protectiveOptionPromises } from "./promises/protective-options";
import { setPromises } from "./promises/sets";

/** Behaviour of the service that the program relies on, tested by single requests. */
export const ASSUMPTIONS: readonly Check[] = [
  ...copyBlobAssumptions,
  ...pendingAssumptions,
  ...fromUrlAssumptions,
  ...blockAssumptions,
  ...pageAndAppendAssumptions,
  ...conditionAssumptions,
  ...snapshotAssumptions,
  ...incrementalCopyAssumptions,
  ...tierAssumptions,
  ...leaseAssumptions,
  ...keyAssumptions,
  ...readAssumptions,
  ...listingAssumptions,
];

/** Behaviour that the program promises its users, tested with its own engine. */
export const PROMISES: readonly Check[] = [
  ...methodPromises,
  ...incrementalCopyPromises,
  ...edgePromises,
  ...lifePromises,
  ...optionPromises,
  ...protectiveOptionPromises,
  ...encryptionKeyPromises,
  ...setPromises,
];

/** All checks, in the order in which they are reported. */
export const SUITE: readonly Check[] = [...ASSUMPTIONS, ...PROMISES];
