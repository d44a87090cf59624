import type { Trouble } from "../../failure/timed-out";
import type { ContentHeadersReference, CopyMethod, LocationReference } from "../../intent";
import type { CredentialHolder, SasGrant } from "./credential-holder";
import type { SourceProperties, BlobProperties, SnapshotReference, Protection } from "./blob-properties";
import type {
  AppendRequest,
  RequestOptions,
  SourceAccess,
  ReadableSource,
  ByteRange,
  CopyRequest,
  WriteResult,
  StartedCopy,
  WriteRequest,
  RangeRequest,
  PageRequest,
  GuardedRequest,
  MetadataRequest,
  TagsRequest,
} from "./requests";

/**
 * The only interface between the engine and the service. `src/azure` implements it over HTTP;
 * engine tests implement it in memory.
 *
 * A method rejects with a {@link ServiceError} when the service, or the network before it, refuses
 * a request, and with a {@link CopyFailure} when no request can be sent as declared: without a
 * token, without a source URL that the service may read, or with a header that HTTP cannot carry.
 * It repeats only requests that are safe to repeat, and gives up at once when its `signal` is
 * aborted.
 */
export interface BlobStore {
  /** Parses a destination once; throws {@link CopyFailure} (exit code 2) when it is not a blob. */
  destination(location: LocationReference, options?: DestinationOptions): DestinationBlob;
  /** Parses a source once; throws {@link CopyFailure} (exit code 2) when it cannot be one. */
  source(location: LocationReference): SourceObject;
  /**
   * The current reason why requests wait for the service; absent in a store that does not know it.
   */
  trouble?(): Trouble | undefined;
  /** Closes idle connections, so that the process can end. */
  close(): void;
}

export interface DestinationOptions {
  /**
   * An infinite lease that the user holds and has declared. It is sent with every request for
   * properties and with every write.
   */
  readonly leaseId?: string | undefined;
}

export interface SourceObject {
  /** Escaped, with `snapshot` or `versionid` but without any secret. */
  readonly url: string;
  /** As {@link url}, but different for any two sources whose queries select different content. */
  readonly identity: string;
  /**
   * Lower-case host and, for path-style endpoints, the account. Equal for two objects of one
   * account; undefined outside Azure.
   */
  readonly account: string | undefined;
  readonly isFile: boolean;
  /** A snapshot or version: it is immutable and cannot be leased. */
  readonly isImmutable: boolean;
  /** See {@link CredentialHolder.sasGrant}. */
  readonly sasGrant?: SasGrant | undefined;

  /**
   * Get Blob Properties, Get File Properties or a plain HEAD; undefined if the source does not
   * exist (404).
   */
  getProperties(options?: RequestOptions): Promise<SourceProperties | undefined>;
  /** Get Blob Tags. */
  getTags(options?: RequestOptions): Promise<Record<string, string>>;
  /** Get Page Ranges, of a page-blob source: the ranges that hold data, ascending. */
  getPageRanges(options?: RequestOptions): Promise<readonly ByteRange[]>;
  /**
   * Returns a reference by which the service itself may read the source with `method` into an
   * account. This is a SAS from the environment, a new SAS for `lifetimeMilliseconds` and for only
   * `access` (default: the content), a bearer token, or the bare URL where the destination's own
   * credential is enough.
   */
  readable(method: CopyMethod, destinationAccount: string, lifetimeMilliseconds: number, access?: SourceAccess): Promise<ReadableSource>;
  /** Lease Blob (acquire), finite: 15 to 60 seconds. Returns the lease id. */
  acquireLease(seconds: number, options?: RequestOptions): Promise<string>;
  /** Lease Blob (renew). */
  renewLease(leaseId: string, options?: RequestOptions): Promise<void>;
  /** Lease Blob (release). */
  releaseLease(leaseId: string, options?: RequestOptions): Promise<void>;
}

export interface TakenSnapshot extends SnapshotReference {
  readonly etag: string;
  /** An earlier try seemed to have failed, but may have taken a snapshot as well. */
  readonly isPerhapsTwice?: boolean;
}

/**
 * `not told`: the credential may not ask, such as a SAS for single blobs, or the request failed
 * with a transient error. `not known`: an emulator, or another replacement of the service, lacks
 * that operation and Set Blob Metadata.
 */
export type ContainerRule = boolean | "not told" | "not known";

export interface DestinationBlob extends CredentialHolder {
  /** Escaped, without its query. */
  readonly url: string;
  /** See {@link SourceObject.account}. */
  readonly account: string;

  /** Get Blob Properties; undefined when the blob does not exist. ContainerNotFound rejects. */
  getProperties(options?: RequestOptions): Promise<BlobProperties | undefined>;
  /**
   * Set where one request can read many blobs. As {@link getProperties}, but for a pending copy
   * only the facts about that copy are set.
   */
  readonly pollPending?: (options?: RequestOptions) => Promise<BlobProperties | undefined>;
  /** Get Blob Tags. */
  getTags(options?: RequestOptions): Promise<Record<string, string>>;
  /** Set Blob Tags: does not change the ETag. */
  setTags(tags: Readonly<Record<string, string>>, request?: TagsRequest): Promise<void>;
  /**
   * Get Container Properties, once for all blobs of a container. Returns whether a policy or a
   * legal hold can forbid later changes to a blob that is written there.
   */
  mayBecomeImmutable(options?: RequestOptions): Promise<ContainerRule>;

  /** Copy Blob. It is never retried after a lost response, but rejects with `outcomeUnknown`. */
  copyBlob(request: CopyRequest): Promise<StartedCopy>;
  /**
   * Incremental Copy Blob, as {@link copyBlob}. It takes conditions on the destination only, and no
   * properties.
   */
  incrementalCopyBlob(request: Pick<CopyRequest, "source" | "destinationConditions" | "signal">): Promise<StartedCopy>;
  /** Copy Blob From URL. */
  copyBlobFromUrl(request: CopyRequest): Promise<StartedCopy>;
  /** Put Blob From URL. */
  putBlobFromUrl(request: CopyRequest): Promise<WriteResult>;
  /** Put Block From URL. `blockId` is base64, and all ids of a blob have the same length. */
  putBlockFromUrl(blockId: string, request: RangeRequest): Promise<void>;
  /** Put Block List, all ids `Latest`. */
  putBlockList(blockIds: readonly string[], request: WriteRequest): Promise<WriteResult>;
  /** Put Blob, page, zero-filled. `length` is a multiple of 512 bytes. */
  createPageBlob(length: number, request: WriteRequest & { readonly sequenceNumber?: number }): Promise<WriteResult>;
  /**
   * Put Page From URL, to the same offset as in the source. The conditions are on the destination.
   */
  putPageFromUrl(request: PageRequest): Promise<WriteResult>;
  /** Put Blob, append, empty. */
  createAppendBlob(request: WriteRequest): Promise<WriteResult>;
  /** Get Page Ranges, of a page blob: the ranges that hold data, ascending. */
  getPageRanges(options?: RequestOptions): Promise<readonly ByteRange[]>;
  /** Append Block From URL. `position` is the length that the blob must have. */
  appendBlockFromUrl(position: number, request: AppendRequest): Promise<WriteResult>;

  /**
   * Get Container Properties: the encryption scope of blobs that are written without one; undefined
   * where they are encrypted with the account's key.
   */
  getDefaultScope(options?: RequestOptions): Promise<string | undefined>;

  /** Append Blob Seal: the blob can no longer be appended to. */
  sealAppendBlob(request: GuardedRequest): Promise<WriteResult>;
  /** Abort Copy Blob, on an open connection and ahead of all queued requests. */
  abortCopy(copyId: string, options?: RequestOptions): Promise<void>;
  /** Set Blob Properties: replaces all headers, and clears the copy properties. */
  setContentHeaders(
    headers: ContentHeadersReference & { readonly contentMd5?: string | undefined },
    request: GuardedRequest,
  ): Promise<WriteResult>;
  /** Set Blob Properties, only for the sequence number of a page blob. */
  setSequenceNumber(sequenceNumber: number, request: GuardedRequest): Promise<WriteResult>;
  /** Set Blob Metadata: replaces all metadata. */
  setMetadata(metadata: Readonly<Record<string, string>>, request: MetadataRequest): Promise<WriteResult>;
  /** Set Blob Legal Hold. Does not change the ETag. */
  setLegalHold(isHeld: boolean, options?: RequestOptions): Promise<void>;
  /** Set Blob Immutability Policy. Does not change the ETag. */
  setImmutabilityPolicy(
    policy: NonNullable<Protection["immutabilityPolicy"]>,
    options?: RequestOptions & { readonly unmodifiedSince?: Date },
  ): Promise<void>;
  /**
   * Delete Blob Immutability Policy, of an unlocked policy. Succeeds if the policy does not exist.
   */
  deleteImmutabilityPolicy(options?: RequestOptions): Promise<void>;
  /** Snapshot Blob, with its own metadata. */
  createSnapshot(metadata: Readonly<Record<string, string>>, request: MetadataRequest): Promise<TakenSnapshot>;
  /** List Blobs, `include=snapshots,metadata`: this blob's snapshots, oldest first. */
  listSnapshots(options?: RequestOptions): Promise<readonly SnapshotReference[]>;
  /** Get Blob Properties, of one snapshot of this blob. */
  hasSnapshot(snapshot: string, options?: RequestOptions): Promise<boolean>;
  /** Delete Blob, on one snapshot of this blob. Succeeds if the snapshot does not exist. */
  deleteSnapshot(snapshot: string, options?: RequestOptions): Promise<void>;
  /**
   * Delete Blob. Succeeds if the blob does not exist. Rejects with SnapshotsPresent if it has
   * snapshots.
   */
  deleteBlob(request: GuardedRequest): Promise<void>;
  /** Copy Blob, from one of this blob's snapshots over the blob itself. */
  copySnapshotBack(snapshot: string, request: Omit<CopyRequest, "source">): Promise<StartedCopy>;
  /**
   * Get Block List, for uncommitted blocks: returns the ids of all clients' blocks, or an empty
   * list if there are none.
   */
  uncommittedBlocks(options?: RequestOptions): Promise<readonly string[]>;
  /**
   * Lease Blob (acquire), finite: 15 to 60 seconds. The caller chooses the id, so that the id is
   * known before the lease exists.
   */
  acquireLease(leaseId: string, seconds: number, request: GuardedRequest): Promise<void>;
  /**
   * Lease Blob (renew). This also renews an expired lease, if no client has written or leased the
   * blob since then.
   */
  renewLease(leaseId: string, options?: RequestOptions): Promise<void>;
  /** Lease Blob (release). */
  releaseLease(leaseId: string, options?: RequestOptions): Promise<void>;
  /** The same blob, for the holder of a lease. */
  underLease(leaseId: string): DestinationBlob;
  /**
   * The same blob, for an undo. A request that its credential does not allow is sent with any other
   * credential that the run has for the account.
   */
  byAnyCredential(): DestinationBlob;
}
