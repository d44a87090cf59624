import { COPY_OPTIONS, DestroyPolicy, RecopyPolicy, RollbackPolicy } from "../../src/intent";
import { ofTheSet, wellFormedCopies, type WellFormedSet } from "../shapes/copies";
import type { Shape, Shapes } from "../shapes/shapes";
import { wellFormed } from "../shapes/shapes";
import type { BlobCopyConfig } from "./blob-copy-config";
import type { BlobCopySetConfig } from "./blob-copy-set-config";
import { CREDENTIAL } from "./places";
import type { SetCopyConfig } from "./set-copy-config";

/** Which class an object must be of is said where both sides are known. */
const SIDE: Shape = { shape: "side", credential: CREDENTIAL };

const RUN = {
  timeout: { shape: "any" },
  rollback: { shape: "enum", values: RollbackPolicy },
  copyTriggers: { shape: "map" },
  recopy: { shape: "enum", values: RecopyPolicy },
  dependsOn: { shape: "dependencies" },
} as const satisfies Readonly<Record<string, Shape>>;

const WITHOUT_LIFECYCLE = "its resources are replaced and destroyed in one order only, so it has none; remove it";

const META_ARGUMENTS: Readonly<Record<string, string>> = {
  lifecycle: WITHOUT_LIFECYCLE,
  provider: "no provider takes part; remove it",
  provisioners: "it has its own; remove it",
  connection: "nothing is connected to; remove it",
};

const NO_PACE = "the service copies as fast as it can; remove it";
const OF_A_PLACE = "it is part of a place";

/** What the options of azurerm_storage_blob and of AzCopy are here. */
const OF_PEERS: Readonly<Record<string, string>> = {
  type: "a copy has the type of its source; remove it",
  blobType: "a copy has the type of its source; remove it",
  contentMd5: "the MD5 that the source must have is sourceContentMd5; that of the copy is the source's",
  size: "a copy is as long as its source; remove it",
  parallelism: NO_PACE,
  blockSizeMb: NO_PACE,
  recursive: "everything below a prefix is copied, whatever has a slash in it; remove it",
  putMd5: "the service keeps the MD5 of the source; remove it",
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
  elsewhere: {
    ...META_ARGUMENTS,
    ...OF_PEERS,
    name: `${OF_A_PLACE}; give destination: BlobDestination.fromContainer({ …, blobName })`,
    storageAccountName: `${OF_A_PLACE}; give destination: BlobDestination.fromContainer({ blobEndpoint, … }), such as account.primaryBlobEndpoint`,
    storageContainerName: `${OF_A_PLACE}; give destination: BlobDestination.fromContainer({ …, containerName })`,
    sourceUri: "give source: BlobSource.fromUrl(url)",
    sourceContent: "nothing is uploaded; give source: BlobSource.fromUrl(url)",
    count: "use forEach with an iterator",
    from: "it is one of BlobCopySet; give source",
    to: "it is one of BlobCopySet; give destination",
    copies: "it is one of BlobCopySet",
    credential: "it is one of the source and of the destination, such as BlobSource.fromUrl(url, { credential })",
  },
};

const OF_BLOB_COPY = "it is one of BlobCopy";

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
    ...META_ARGUMENTS,
    ...OF_PEERS,
    includePattern: "give include, with globs over whole names: **/*.onnx",
    includePath: "give include, with globs over whole names: models/**",
    excludePattern: "give exclude, with globs over whole names: **/*.tmp",
    excludePath: "give exclude, with globs over whole names: tmp/**",
    capMbps: 'give bandwidth, in bytes, such as "25MB/s" for 200 Mbit/s',
    deleteDestination: "give prune: true, which deletes what this set copied and nothing else",
    s2sPreserveAccessTier: "give accessTier, or leave it out for the service's own",
    count: "a set is one run; declare two sets",
    forEach: OF_BLOB_COPY,
    wait: `${OF_BLOB_COPY}, and a set is always waited for`,
    source: "give from, or copies",
    destination: "give to, or copies",
    credential: "it is one of from and of to, such as BlobSource.fromPrefix({ credential, … })",
  },
};

export const SET_COPY: Shapes<SetCopyConfig> = {
  of: "a copy of a set",
  options: { source: SIDE, destination: SIDE, ...COPY_OPTIONS, key: { shape: "text" } },
  elsewhere: ofTheSet([...Object.keys(RUN), "atomic", "prune", "allowEmpty", "onDestroy", "maxConcurrency", "maxFailures", "bandwidth"]),
};

/** A set in the shapes that everything else relies on, with each of its copies. */
export function wellFormedSet(given: unknown): WellFormedSet<BlobCopySetConfig> {
  return wellFormedCopies(wellFormed(given, BLOB_COPY_SET), SET_COPY);
}
