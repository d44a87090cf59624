import type { Trouble } from "../../failure/timed-out";
import type { ContentHeadersReference, CopyMethod, LocationReference } from "../../intent";
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
 * The one seam between the engine and the service. `src/azure` implements it over HTTP; engine tests implement it in memory.
 *
 * A method rejects with a {@link ServiceError} when the service, or the network before it, refuses a
 * request, and with a {@link CopyFailure} when no request can be sent as declared: no token, no source
 * URL that the service may read, a header that HTTP cannot carry. It repeats what is safe to repeat,
 * and gives up at once when its `signal` is aborted.
 */
export interface BlobStore {
  /** Parses a destination once; throws {@link CopyFailure} (exit code 2) when it is not a blob. */
  destination(location: LocationReference, options?: DestinationOptions): DestinationBlob;
  /** Parses a source once; throws {@link CopyFailure} (exit code 2) when it cannot be one. */
  source(location: LocationReference): SourceObject;
  /** What the service keeps those who wait for its answers waiting with, at this moment; absent where nobody can say. */
  trouble?(): Trouble | undefined;
  /** Closes idle connections, so that the process can end. */
  close(): void;
}

export interface DestinationOptions {
  /** Infinite lease that its holder has declared: goes with every request for properties and with every write. */
  readonly leaseId?: string | undefined;
}

export interface SourceObject {
  /** Escaped, with `snapshot` or `versionid` but without any secret. */
  readonly url: string;
  /** As {@link url}; of two sources that differ in what their query chooses, it differs too. */
  readonly identity: string;
  /** Lower-case host and, for path-style endpoints, the account: equal for two objects of one account. undefined outside Azure. */
  readonly account: string | undefined;
  readonly isFile: boolean;
  /** A snapshot or version: immutable, cannot be leased. */
  readonly isImmutable: boolean;
  /** See {@link CredentialHolder.sasGrant}. */
  readonly sasGrant?: SasGrant | undefined;

  /** Get Blob Properties, Get File Properties or a plain HEAD; undefined when there is none (404). */
  getProperties(options?: RequestOptions): Promise<SourceProperties | undefined>;
  /** Get Blob Tags. */
  getTags(options?: RequestOptions): Promise<Record<string, string>>;
  /** Get Page Ranges: ranges that hold data, ascending, of a page-blob source. */
  getPageRanges(options?: RequestOptions): Promise<readonly ByteRange[]>;
  /**
   * How the service itself may read the source with `method` into an account: a SAS from the environment or freshly minted
   * for `lifetimeMilliseconds` and for no more than `access` (default: the content), a bearer token, or nothing where the
   * destination's own credential is enough.
   */
  readable(method: CopyMethod, destinationAccount: string, lifetimeMilliseconds: number, access?: SourceAccess): Promise<ReadableSource>;
  /** Lease Blob (acquire), finite: 15 to 60 seconds. Gives the lease id. */
  acquireLease(seconds: number, options?: RequestOptions): Promise<string>;
  /** Lease Blob (renew). */
  renewLease(leaseId: string, options?: RequestOptions): Promise<void>;
  /** Lease Blob (release). */
  releaseLease(leaseId: string, options?: RequestOptions): Promise<void>;
}

/** What a SAS says that it allows. */
export interface SasGrant {
  /** Letters, as in `sp`. */
  readonly permissions: string;
  /** Or of an account; else of a blob alone, which cannot be listed with its container. */
  readonly isOfContainer: boolean;
}

/** `onFailure` is told why it does not succeed. */
export type Renew = (onFailure: (error: unknown) => void) => void;

/** Something that is reached with a credential that may stop working. */
export interface CredentialHolder {
  /** Of a SAS that says itself what it allows; undefined for every other credential, and where a stored access policy says it. */
  readonly sasGrant?: SasGrant | undefined;
  /** When the credential stops working, as far as is known now; undefined for one that does not expire, or is not here yet. */
  readonly credentialExpiresOn: Date | undefined;
  /** Of a credential that can be renewed, as a token can: begins to, unless that is under way. That it succeeds shows in its expiry. */
  readonly renewCredential?: Renew | undefined;
}

export interface TakenSnapshot extends SnapshotReference {
  readonly etag: string;
  /** An earlier try was answered as if it had come to nothing, and may have taken one all the same. */
  readonly isPerhapsTwice?: boolean;
}

/**
 * `not told`: it may not be asked, as with a SAS for blobs alone. `not known`: it is an emulator, or whatever else stands in for the service,
 * without that operation and without Set Blob Metadata.
 */
export type ContainerRule = boolean | "not told" | "not known";

export interface DestinationBlob extends CredentialHolder {
  /** Escaped, without any query. */
  readonly url: string;
  /** See {@link SourceObject.account}. */
  readonly account: string;

  /** Get Blob Properties; undefined when the blob does not exist. ContainerNotFound rejects. */
  getProperties(options?: RequestOptions): Promise<BlobProperties | undefined>;
  /** Where one request can look at many: as {@link getProperties}, but of a copy that is still pending only what it tells of that. */
  readonly pollPending?: (options?: RequestOptions) => Promise<BlobProperties | undefined>;
  /** Get Blob Tags. */
  getTags(options?: RequestOptions): Promise<Record<string, string>>;
  /** Set Blob Tags: leaves the ETag alone. */
  setTags(tags: Readonly<Record<string, string>>, request?: TagsRequest): Promise<void>;
  /**
   * Get Container Properties, once for all blobs of a container: whether a policy or a legal hold can forbid that what is written there
   * is changed again.
   */
  mayBecomeImmutable(options?: RequestOptions): Promise<ContainerRule>;

  /** Copy Blob. Is never retried after a lost answer: rejects with `outcomeUnknown` instead. */
  copyBlob(request: CopyRequest): Promise<StartedCopy>;
  /** Incremental Copy Blob, as {@link copyBlob}. It takes conditions on the destination only, and no properties. */
  incrementalCopyBlob(request: Pick<CopyRequest, "source" | "destinationConditions" | "signal">): Promise<StartedCopy>;
  /** Copy Blob From URL. */
  copyBlobFromUrl(request: CopyRequest): Promise<StartedCopy>;
  /** Put Blob From URL. */
  putBlobFromUrl(request: CopyRequest): Promise<WriteResult>;
  /** Put Block From URL. `blockId` is base64, of one length throughout a blob. */
  putBlockFromUrl(blockId: string, request: RangeRequest): Promise<void>;
  /** Put Block List, all ids `Latest`. */
  putBlockList(blockIds: readonly string[], request: WriteRequest): Promise<WriteResult>;
  /** Put Blob, page, zero-filled. `length` is a multiple of 512 bytes. */
  createPageBlob(length: number, request: WriteRequest & { readonly sequenceNumber?: number }): Promise<WriteResult>;
  /** Put Page From URL, to the same offset as in the source; conditions are on the destination. */
  putPageFromUrl(request: PageRequest): Promise<WriteResult>;
  /** Put Blob, append, empty. */
  createAppendBlob(request: WriteRequest): Promise<WriteResult>;
  /** Get Page Ranges: ranges that hold data, ascending, of a page blob. */
  getPageRanges(options?: RequestOptions): Promise<readonly ByteRange[]>;
  /** Append Block From URL; `position` is the length that the blob must have. */
  appendBlockFromUrl(position: number, request: AppendRequest): Promise<WriteResult>;

  /** Get Container Properties: the encryption scope of what is written without one; undefined where that is the account's key. */
  getDefaultScope(options?: RequestOptions): Promise<string | undefined>;

  /** Append Blob Seal: nothing can be appended any more. */
  sealAppendBlob(request: GuardedRequest): Promise<WriteResult>;
  /** Abort Copy Blob: on a connection that is already warm, before anything else in the queue. */
  abortCopy(copyId: string, options?: RequestOptions): Promise<void>;
  /** Set Blob Properties: replaces all headers, and clears the copy properties. */
  setContentHeaders(
    headers: ContentHeadersReference & { readonly contentMd5?: string | undefined },
    request: GuardedRequest,
  ): Promise<WriteResult>;
  /** Set Blob Properties, on the sequence number of a page blob alone. */
  setSequenceNumber(sequenceNumber: number, request: GuardedRequest): Promise<WriteResult>;
  /** Set Blob Metadata: replaces all of it. */
  setMetadata(metadata: Readonly<Record<string, string>>, request: MetadataRequest): Promise<WriteResult>;
  /** Set Blob Legal Hold. Changes no ETag. */
  setLegalHold(isHeld: boolean, options?: RequestOptions): Promise<void>;
  /** Set Blob Immutability Policy. Changes no ETag. */
  setImmutabilityPolicy(
    policy: NonNullable<Protection["immutabilityPolicy"]>,
    options?: RequestOptions & { readonly unmodifiedSince?: Date },
  ): Promise<void>;
  /** Delete Blob Immutability Policy, of an unlocked one; one that is gone already is fine. */
  deleteImmutabilityPolicy(options?: RequestOptions): Promise<void>;
  /** Snapshot Blob, with metadata of its own. */
  createSnapshot(metadata: Readonly<Record<string, string>>, request: MetadataRequest): Promise<TakenSnapshot>;
  /** List Blobs, `include=snapshots,metadata`: this blob's snapshots, oldest first. */
  listSnapshots(options?: RequestOptions): Promise<readonly SnapshotReference[]>;
  /** Get Blob Properties, on one snapshot of this blob. */
  hasSnapshot(snapshot: string, options?: RequestOptions): Promise<boolean>;
  /** Delete Blob, on one snapshot of this blob; a snapshot that is gone already is fine. */
  deleteSnapshot(snapshot: string, options?: RequestOptions): Promise<void>;
  /** Delete Blob; one that is gone already is fine. Its snapshots, if any, reject with SnapshotsPresent. */
  deleteBlob(request: GuardedRequest): Promise<void>;
  /** Copy Blob, from one of this blob's snapshots over the blob itself. */
  copySnapshotBack(snapshot: string, request: Omit<CopyRequest, "source">): Promise<StartedCopy>;
  /** Get Block List, uncommitted: ids, whoever put the blocks there; none where there is nothing at all. */
  uncommittedBlocks(options?: RequestOptions): Promise<readonly string[]>;
  /** Lease Blob (acquire), finite: 15 to 60 seconds, by an id of the caller's, so that it is known before the lease is there. */
  acquireLease(leaseId: string, seconds: number, request: GuardedRequest): Promise<void>;
  /** Lease Blob (renew). Of a lease that has run out, too, for as long as nobody has written or leased the blob since. */
  renewLease(leaseId: string, options?: RequestOptions): Promise<void>;
  /** Lease Blob (release). */
  releaseLease(leaseId: string, options?: RequestOptions): Promise<void>;
  /** The same blob for the holder of a lease. */
  underLease(leaseId: string): DestinationBlob;
  /** The same blob, for what must be undone: a request that its credential does not allow goes with any other that the run has for the account. */
  byAnyCredential(): DestinationBlob;
}
