/**
 * Advice for option names that belong to something else: the ONE list, for every front end. A front
 * end adds words of its own framework in its own `elsewhere`.
 */

type Elsewhere = Readonly<Record<string, string>>;

const NO_PACE = "the service copies as fast as it can; remove it";
const OF_A_PLACE = "it is part of a place";
const OF_A_SET = "it is one of BlobCopySet";
const OF_A_COPY = "it is one of BlobCopy";
const CREDENTIALS = "it is one of the source and of the destination, such as BlobSource.fromUrl(url, { credential })";
const OF_THE_SOURCE = "it is part of the source; give source: BlobSource.fromContainer({ …";

/** Advice for the options of azurerm_storage_blob and of AzCopy. */
const OF_PEERS: Elsewhere = {
  type: "a copy has the type of its source; remove it",
  blobType: "a copy has the type of its source; remove it",
  contentMd5: "give sourceContentMd5 for the MD5 that the source must have; the copy has the MD5 of its source",
  size: "a copy is as long as its source; remove it",
  parallelism: NO_PACE,
  blockSizeMb: NO_PACE,
  recursive: "everything below a prefix is copied, including names with slashes; remove it",
  putMd5: "the service keeps the MD5 of the source; remove it",
};

/** Options that a set has in every front end, and a single copy does not. */
const SET_NAMES = ["copies", "include", "exclude", "rename", "prune", "allowEmpty", "maxConcurrency", "maxFailures", "bandwidth"];

/** Options that a run has in every front end. */
const RUN_NAMES = ["timeout", "rollback", "copyTriggers", "recopy"];

const OF_PLACES: Elsewhere = {
  name: `${OF_A_PLACE}; give destination: BlobDestination.fromContainer({ …, blobName })`,
  storageAccountName: `${OF_A_PLACE}; give destination: BlobDestination.fromContainer({ blobEndpoint, … }), such as account.primaryBlobEndpoint`,
  storageContainerName: `${OF_A_PLACE}; give destination: BlobDestination.fromContainer({ …, containerName })`,
  sourceUri: "give source: BlobSource.fromUrl(url)",
  sourceContent: "nothing is uploaded; give source: BlobSource.fromUrl(url)",
  snapshot: `${OF_THE_SOURCE}, snapshot })`,
  versionId: `${OF_THE_SOURCE}, versionId })`,
  ...allOf(["credential", "sourceCredential", "destinationCredential"], CREDENTIALS),
};

/**
 * Returns the advice for a single copy.
 *
 * @param names options that a set has in this front end, but not in all of them
 */
export function noOptionOfACopy(names: readonly string[]): Elsewhere {
  return {
    ...OF_PEERS,
    ...OF_PLACES,
    ...allOf([...SET_NAMES, ...names], OF_A_SET),
    from: `${OF_A_SET}; give source`,
    to: `${OF_A_SET}; give destination`,
  };
}

/** Advice for a set as a whole. */
export const NO_OPTION_OF_A_SET: Elsewhere = {
  ...OF_PEERS,
  includePattern: "give include, with globs over whole names: **/*.onnx",
  includePath: "give include, with globs over whole names: models/**",
  excludePattern: "give exclude, with globs over whole names: **/*.tmp",
  excludePath: "give exclude, with globs over whole names: tmp/**",
  capMbps: 'give bandwidth, in bytes, such as "25MB/s" for 200 Mbit/s',
  deleteDestination: "give prune: true, which deletes only blobs that this set copied",
  s2sPreserveAccessTier: "give accessTier, or leave it out for the service's own",
  wait: `${OF_A_COPY}, and a set is always waited for`,
  source: "give from, or copies",
  destination: "give to, or copies",
  prefix: "it is one of from and of to, such as BlobSource.fromPrefix({ …, prefix })",
  key: "it is one of a copy in copies",
  ...allOf(
    ["credential", "sourceCredential", "destinationCredential"],
    "it is one of from and of to, such as BlobSource.fromPrefix({ credential, … })",
  ),
};

/**
 * Returns the advice for one copy in the list of a set.
 *
 * @param names options that a set has in this front end, but not in all of them
 */
export function noOptionInAList(names: readonly string[]): Elsewhere {
  return {
    ...OF_PEERS,
    ...OF_PLACES,
    ...allOf([...SET_NAMES, ...RUN_NAMES, ...names], "it is one of the set as a whole"),
    ...allOf(["wait", "forEach"], OF_A_COPY),
  };
}

function allOf(names: readonly string[], where: string): Elsewhere {
  return Object.fromEntries(names.map((name) => [name, where]));
}
