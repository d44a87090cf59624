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
import type { CredentialHolder } from "./blob-store";
import type { WriteResult } from "./requests";
import type { Side } from "../../failure/service-error";

/** A container, as declared. */
export interface ContainerReference {
  readonly blobEndpoint: string;
  readonly containerName: string;
  readonly credential?: CredentialReference;
  /** Of its blobs. */
  readonly encryptionKey?: EncryptionKeyReference;
}

/** What a listing tells of a blob. */
export interface ListedBlob {
  /** Unescaped. */
  readonly name: string;
  /** Quoted. */
  readonly etag: string;
  /** RFC 1123; read as a time only where it decides something. */
  readonly lastModified: string;
  /** Bytes. */
  readonly length: number;
  readonly blobType: BlobType;
  /** Base64. */
  readonly contentMd5: string | undefined;
  readonly tier: string | undefined;
  /** Set while an archived blob is being rehydrated. */
  readonly archiveStatus?: string;
  /** A directory of an account with a hierarchical namespace: not a blob, although it is listed as one. Told by older versions in metadata only. */
  readonly isDirectory?: boolean;
  /** Made by Incremental Copy Blob, so that nothing else can write it. */
  readonly isChain?: boolean;
  readonly keys?: UsedKeys;
  /** Not listed although asked for: what is encrypted with a key that comes with each request, and all by a server that knows no details. */
  readonly metadataIsHidden?: true;
  /** What was asked for besides, in {@link ListRequest.details}. */
  readonly details: ListedDetails | undefined;
}

export interface ListedDetails {
  readonly headers: Readonly<Record<string, string>>;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly copy: CopyProperties | undefined;
  readonly shown?: ShownOptions | undefined;
  /** Set for a snapshot: a listing gives those of a blob before the blob itself, oldest first. */
  readonly snapshot?: string | undefined;
}

/** Parts of a listing that cost the service, the network and this process something. */
export interface WantedDetails {
  readonly headers?: boolean;
  readonly metadata?: boolean;
  readonly tags?: boolean;
  readonly copy?: boolean;
  /** Options that a listing tells of each blob. */
  readonly shown?: boolean;
  /** Holds and policies among them. */
  readonly protection?: boolean;
  /** Snapshots, too: a listing with them has more than one entry for a name. */
  readonly snapshots?: boolean;
}

export interface ListRequest {
  /** Unescaped. */
  readonly prefix: string;
  readonly details?: WantedDetails;
  /** Unescaped; names from this one on. A service that does not know this begins with the prefix all the same, or refuses with 400. */
  readonly startFrom?: string;
  /** Blobs in a page; default and most 5,000. */
  readonly pageSize?: number;
  /** Whether the next page is asked for while a page is worked on, so that memory holds two; default true. */
  readonly readsAhead?: boolean;
  readonly signal?: AbortSignal;
}

/** Blobs of a prefix in pages, in the order of their names. */
export interface BlobListing {
  /** List Blobs, flat. */
  list(request: ListRequest): AsyncIterable<readonly ListedBlob[]>;
}

/** Options of a copy that are the same for all the blobs of a prefix. */
export type CopyOptions = Omit<CopyDeclaration, "source" | "destination">;

/** What is guarded with one Put Blob From URL. */
export interface CopyGuards {
  /** ETag of the source, quoted. */
  readonly sourceEtag: string | undefined;
  readonly destination: ConditionsReference | undefined;
  /** The source's, where none is declared for all: nowhere is documented whether the service copies it. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

/** Put Blob From URL between two containers, as cheap as a request can be: what all of them share is made once. */
export interface BlobCopier {
  /**
   * Repeats what is safe to repeat; rejects with a ServiceError. `rest` is how a request waits that the service throttled, before it is
   * sent again.
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
  /** By the service's clock; undefined from a server that does not tell it. */
  readonly lastModified: Date | undefined;
}

export interface CommittedBlocks {
  readonly etag: string;
  /** None of a blob that was not written by blocks. */
  readonly blockIds: readonly string[];
  /** Bytes. */
  readonly length: number;
}

export interface ReadBlob {
  readonly etag: string;
  readonly lastModified: Date;
  readonly text: AsyncIterable<string>;
}

/** One side of a copy set: a container. Blobs are named by their unescaped names. */
export interface BlobContainer extends BlobListing, CredentialHolder {
  readonly side: Side;
  readonly reference: ContainerReference;
  /** Escaped, without any query and without a slash at its end. */
  readonly url: string;
  /** Equal for two containers of one account. */
  readonly account: string;
  /** Escaped, without any query. */
  urlOf(name: string): string;
  locationOf(name: string): LocationReference;
  /** For copies from `source` to this container; the service may read the source for `lifetimeMilliseconds`. */
  copier(source: BlobContainer, options: CopyOptions, lifetimeMilliseconds: number, signal: AbortSignal): Promise<BlobCopier>;
  /** Get Blob, as text; undefined when there is none. */
  readBlob(name: string, signal: AbortSignal): Promise<ReadBlob | undefined>;
  /** Put Block. */
  putBlock(name: string, blockId: string, text: string, signal: AbortSignal, leaseId?: string): Promise<void>;
  /** Put Block List, all ids `Latest`; undefined from a server that tells no ETag. */
  putBlockList(
    name: string,
    blockIds: readonly string[],
    conditions: ConditionsReference,
    signal: AbortSignal,
    leaseId?: string,
  ): Promise<CommittedText | undefined>;
  /** Get Block List, committed: what was committed last; undefined when there is no blob, or one that has no block list. */
  committedBlocks(name: string, signal: AbortSignal): Promise<CommittedBlocks | undefined>;
  /** Delete Blob, if its ETag is still this one. */
  deleteBlob(name: string, etag: string, signal: AbortSignal, leaseId?: string): Promise<Deleted>;
}

/** What came of a deletion: there was no blob any more, or another one. */
export type Deleted = "deleted" | "gone" | "changed";

/** Where a location is, for sets: a container and a name in it; undefined for files, snapshots, versions and other servers. */
export interface BlobPlace {
  readonly container: BlobContainer;
  readonly name: string;
}

/** What a set needs of the blob store besides single blobs. */
export interface BlobContainers {
  container(reference: ContainerReference, side: Side): BlobContainer;
  placeOf(location: LocationReference, side: Side): BlobPlace | undefined;
  /** Told whenever the service throttles a try of any request: milliseconds that it asked to wait, or 0. */
  onThrottled(listener: (retryAfterMilliseconds: number) => void): () => void;
  /** At most so many requests of this store are in flight from now on, whatever they are for; an abort comes on top. */
  limitRequests(max: number): void;
}
