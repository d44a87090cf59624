import { COPY_OPTIONS, DestroyPolicy, RecopyPolicy, RollbackPolicy } from "../../src/intent";
import { wellFormedCopies, type WellFormedSet } from "../shapes/copies";
import { NO_OPTION_OF_A_SET, noOptionInAList, noOptionOfACopy } from "../shapes/elsewhere";
import type { Shape, Shapes } from "../shapes/shapes";
import { wellFormed } from "../shapes/shapes";
import type { BlobCopyConfig } from "./blob-copy-config";
import type { BlobCopySetConfig } from "./blob-copy-set-config";
import { CREDENTIAL } from "./places";
import type { SetCopyConfig } from "./set-copy-config";

/** The class of an object is checked where both sides are known. */
const SIDE: Shape = { shape: "side", credential: CREDENTIAL };

const RUN = {
  timeout: { shape: "any" },
  rollback: { shape: "enum", values: RollbackPolicy },
  copyTriggers: { shape: "map" },
  recopy: { shape: "enum", values: RecopyPolicy },
  dependsOn: { shape: "dependencies" },
} as const satisfies Readonly<Record<string, Shape>>;

const WITHOUT_LIFECYCLE = "its resources are replaced and destroyed in a fixed order; remove it";

const META_ARGUMENTS: Readonly<Record<string, string>> = {
  lifecycle: WITHOUT_LIFECYCLE,
  provider: "a copy does not use a provider; remove it",
  provisioners: "it has its own; remove it",
  connection: "a copy does not connect to a machine; remove it",
};

export const BLOB_COPY: Shapes<BlobCopyConfig> = {
  of: "BlobCopy",
  options: {
    source: SIDE,
    destination: SIDE,
    ...COPY_OPTIONS,
    ...RUN,
    wait: { shape: "boolean" },
    onDestroy: { shape: "enum", values: DestroyPolicy },
    forEach: { shape: "iterator" },
  },
  elsewhere: { ...noOptionOfACopy(["atomic", "manifestOut", "report"]), ...META_ARGUMENTS, count: "use forEach with an iterator" },
};

export const BLOB_COPY_SET: Shapes<BlobCopySetConfig> = {
  of: "BlobCopySet",
  options: {
    copies: { shape: "any" },
    from: SIDE,
    to: SIDE,
    include: { shape: "texts" },
    exclude: { shape: "texts" },
    rename: { shape: "map" },
    ...COPY_OPTIONS,
    ...RUN,
    atomic: { shape: "boolean" },
    prune: { shape: "boolean" },
    allowEmpty: { shape: "boolean" },
    onDestroy: { shape: "enum", values: DestroyPolicy },
    maxConcurrency: { shape: "number" },
    maxFailures: { shape: "number" },
    bandwidth: { shape: "any" },
    manifestOut: { shape: "text" },
    report: { shape: "text" },
  },
  elsewhere: {
    ...NO_OPTION_OF_A_SET,
    ...META_ARGUMENTS,
    count: "a set is one run; declare two sets",
    forEach: "it is one of BlobCopy",
  },
};

export const SET_COPY: Shapes<SetCopyConfig> = {
  of: "a copy of a set",
  options: { source: SIDE, destination: SIDE, ...COPY_OPTIONS, key: { shape: "text" } },
  elsewhere: noOptionInAList(["dependsOn", "atomic", "onDestroy", "manifestOut", "report"]),
};

/** Returns the set and each of its copies in the shapes that the rest of the code relies on. */
export function wellFormedSet(given: unknown): WellFormedSet<BlobCopySetConfig> {
  return wellFormedCopies(wellFormed(given, BLOB_COPY_SET), SET_COPY);
}
