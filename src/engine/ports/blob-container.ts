import type {
  BlobType,
  ConditionsReference,
  CopyDeclaration,
  CredentialReference,
  EncryptionKeyReference,
  LocationReference,
  ShownOptions,
} from "../../intent";
import type { CopyProperties, UsedKeys } from "./blob-properties";
import type { CredentialHolder } from "./credential-holder";
import type { WriteResult } from "./requests";
import type { Side } from "../../failure/service-error";

/** A container, as declared. */
export interface ContainerReference {
  readonly blobEndpoint: string;
  readonly containerName: string;
  readonly credential?: CredentialReference;
  /** Key of its blobs. */
  readonly encryptionKey?: EncryptionKeyReference;
}

/** A blob of a listing. */
export interface ListedBlob {
  /** Unescaped. */
  readonly name: string;
  /** Quoted. */
  readonly etag: string;
  /** RFC 1123; parsed as a time only where it decides something. */
  readonly lastModified: string;
  /** Bytes. */
  readonly length: number;
  readonly blobType: BlobType;
  /** Base64. */
  readonly contentMd5: string | undefined;
  readonly tier: string | undefined;
  /** Set while an archived blob is being rehydrated. */
  readonly archiveStatus?: string;
  /**
   * A directory of an account with a hierarchical namespace: it is listed as a blob but is not one.
   * Older service versions show this in the metadata only.
   */
  readonly isDirectory?: boolean;
  /** Made by Incremental Copy Blob, so no other operation can write it. */
  readonly isChain?: boolean;
  readonly keys?: UsedKeys;
  /**
   * Requested but not listed: the blob is encrypted with a key that comes with each request, or the
   * server cannot list metadata.
   */
  readonly metadataIsHidden?: true;
  /** Details that were requested in {@link ListRequest.details}. */
  readonly details: ListedDetails | undefined;
}

export interface ListedDetails {
  readonly headers: Readonly<Record<string, string>>;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly copy: CopyProperties | undefined;
  readonly shown?: ShownOptions | undefined;
  /**
   * Set for a snapshot. A listing returns the snapshots of a blob before the blob itself, oldest
   * first.
   */
  readonly snapshot?: string | undefined;
}

/**
 * Parts of a listing that cost time or traffic at the service, on the network and in this process.
 */
export interface WantedDetails {
  readonly headers?: boolean;
  readonly metadata?: boolean;
  readonly tags?: boolean;
  readonly copy?: boolean;
  /** The options that a listing shows for each blob. */
  readonly shown?: boolean;
  /** Also holds and policies. */
  readonly protection?: boolean;
  /** Also snapshots: the listing then has more than one entry for a name. */
  readonly snapshots?: boolean;
}

export interface ListRequest {
  /** Unescaped. */
  readonly prefix: string;
  readonly details?: WantedDetails;
  /**
   * Unescaped; the listing starts at this name. A service that does not know this parameter starts
   * at the prefix, or refuses with 400.
   */
  readonly startFrom?: string;
  /** Blobs in a page; default and maximum 5,000. */
  readonly pageSize?: number;
  /**
   * Requests the next page while the caller processes a page, so that memory holds two pages;
   * default true.
   */
  readonly readsAhead?: boolean;
  readonly signal?: AbortSignal;
}

/** Lists the blobs below a prefix in pages, in the order of their names. */
export interface BlobListing {
  /** List Blobs, flat. */
  list(request: ListRequest): AsyncIterable<readonly ListedBlob[]>;
}

/** Options of a copy that all blobs of a prefix share. */
export type CopyOptions = Omit<CopyDeclaration, "source" | "destination">;

/** Conditions of one Put Blob From URL, and the metadata that it has to send. */
export interface CopyGuards {
  /** ETag of the source, quoted. */
  readonly sourceEtag: string | undefined;
  readonly destination: ConditionsReference | undefined;
  /**
   * Metadata of the source, if none is declared for all blobs: it is not documented whether the
   * service copies metadata.
   */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

/**
 * Put Blob From URL between two containers, as cheap as possible: the parts that all requests share
 * are made once.
 */
export interface BlobCopier {
  /**
   * Repeats only requests that are safe to repeat; rejects with a ServiceError. A request that the
   * service throttled calls `rest` to wait before it is sent again.
   */
  copy(
    sourceName: string,
    destinationName: string,
    guards: CopyGuards,
    rest?: (milliseconds: number, signal: AbortSignal) => Promise<void>,
  ): Promise<WriteResult>;
}

export interface CommittedText {
  readonly etag: string;
  /** By the service's clock; undefined if the server does not return it. */
  readonly lastModified: Date | undefined;
}

export interface CommittedBlocks {
  readonly etag: string;
  /** Empty for a blob that was not written by blocks. */
  readonly blockIds: readonly string[];
  /** Bytes. */
  readonly length: number;
}

export interface ReadBlob {
  readonly etag: string;
  readonly lastModified: Date;
  readonly text: AsyncIterable<string>;
}

/** A container as one side of a copy set. Blobs are named by their unescaped names. */
export interface BlobContainer extends BlobListing, CredentialHolder {
  readonly side: Side;
  readonly reference: ContainerReference;
  /** Escaped, without its query and without a slash at its end. */
  readonly url: string;
  /** Equal for two containers of one account. */
  readonly account: string;
  /** Escaped, without its query. */
  urlOf(name: string): string;
  locationOf(name: string): LocationReference;
  /**
   * Returns a copier from `source` to this container. The service may read the source for
   * `lifetimeMilliseconds`.
   */
  copier(source: BlobContainer, options: CopyOptions, lifetimeMilliseconds: number, signal: AbortSignal): Promise<BlobCopier>;
  /** Get Blob, as text; undefined if the blob does not exist. */
  readBlob(name: string, signal: AbortSignal): Promise<ReadBlob | undefined>;
  /** Put Block. */
  putBlock(name: string, blockId: string, text: string, signal: AbortSignal, leaseId?: string): Promise<void>;
  /** Put Block List, all ids `Latest`; undefined if the server returns no ETag. */
  putBlockList(
    name: string,
    blockIds: readonly string[],
    conditions: ConditionsReference,
    signal: AbortSignal,
    leaseId?: string,
  ): Promise<CommittedText | undefined>;
  /**
   * Get Block List, for committed blocks; undefined if there is no blob, or if the blob has no
   * block list.
   */
  committedBlocks(name: string, signal: AbortSignal): Promise<CommittedBlocks | undefined>;
  /** Delete Blob, conditional on this ETag. */
  deleteBlob(name: string, etag: string, signal: AbortSignal, leaseId?: string): Promise<Deleted>;
}

/**
 * Result of a deletion: `gone` if the blob no longer existed, `changed` if another blob was there.
 */
export type Deleted = "deleted" | "gone" | "changed";

/**
 * Container and name of a location, for sets. Files, snapshots, versions and other servers do not
 * have one.
 */
export interface BlobPlace {
  readonly container: BlobContainer;
  readonly name: string;
}

/** The operations of the blob store that only a set needs. */
export interface BlobContainers {
  container(reference: ContainerReference, side: Side): BlobContainer;
  placeOf(location: LocationReference, side: Side): BlobPlace | undefined;
  /**
   * Calls the listener each time the service throttles a request, with the milliseconds that the
   * service asked to wait, or 0. Returns a function that ends this.
   */
  onThrottled(listener: (retryAfterMilliseconds: number) => void): () => void;
  /**
   * Limits how many requests of this store, of any kind, are in flight. An abort is sent in
   * addition.
   */
  limitRequests(max: number): void;
}
