import type {
  AccessTier,
  BlobType,
  ContentHeadersReference,
  CopyDeclaration,
  CopyStatus,
  OtherwiseShownOption,
  PropertyOption,
  ShownOptions,
} from "../../intent";

/** Result of a HEAD request for a source, which need not be in Azure. */
export interface SourceProperties {
  /** Quoted; undefined if the server does not return one. */
  readonly etag: string | undefined;
  readonly lastModified: Date | undefined;
  /** Bytes; undefined if the server does not return it. */
  readonly length: number | undefined;
  /** undefined for a source that is not an Azure blob. */
  readonly blobType: BlobType | undefined;
  /** Base64. */
  readonly contentMd5: string | undefined;
  /** As the service spells it, such as `Hot` or `Archive`. */
  readonly tier: string | undefined;
  /** Set while an archived blob is being rehydrated. */
  readonly archiveStatus?: string;
  readonly headers: ContentHeadersReference;
  readonly metadata: Readonly<Record<string, string>>;
  /**
   * A directory of an account with a hierarchical namespace: the service answers as for an empty
   * blob.
   */
  readonly isDirectory?: boolean;
}

/** The copy properties of a destination. The service keeps them until the blob is written again. */
export interface CopyProperties {
  readonly id: string;
  readonly status: CopyStatus;
  /** `x-ms-copy-source` as an identity, see {@link SourceObject.identity}. */
  readonly source: string;
  readonly bytesCopied: number | undefined;
  readonly bytesTotal: number | undefined;
  readonly completedOn: Date | undefined;
  /** The service's reason, such as `404 ResourceNotFound "…"`. */
  readonly statusDescription: string | undefined;
  /**
   * `x-ms-copy-destination-snapshot`: the snapshot of the destination that a successful incremental
   * copy made.
   */
  readonly destinationSnapshot?: string;
}

export interface BlobProperties {
  readonly etag: string;
  readonly lastModified: Date;
  readonly length: number;
  readonly blobType: BlobType;
  readonly contentMd5: string | undefined;
  readonly headers: ContentHeadersReference;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tier: string | undefined;
  /** The tier is the account's default and was not set. */
  readonly accessTierInferred: boolean;
  /** Set while an archived blob is being rehydrated. */
  readonly archiveStatus: string | undefined;
  /** A client holds a lease on the blob. */
  readonly isLeased?: boolean;
  readonly versionId: string | undefined;
  /** Of a page blob. */
  readonly sequenceNumber?: number;
  readonly tagCount: number;
  /**
   * The response lacks a header that the service always sends, so a blob without a tag count may
   * still have tags.
   */
  readonly mayHaveOtherTags?: true;
  readonly copy: CopyProperties | undefined;
  readonly shown: ShownOptions;
  readonly keys?: UsedKeys;
  /**
   * A directory of an account with a hierarchical namespace: the service answers as for an empty
   * blob.
   */
  readonly isDirectory?: boolean;
  /**
   * `x-ms-incremental-copy`: made by Incremental Copy Blob, so it can be read only by its
   * snapshots, and no other operation can write it.
   */
  readonly isChain?: boolean;
}

/**
 * Use of a key that comes with each request, in the encryption of a blob. Absent: the blob has no
 * such key, and none is declared.
 */
export interface UsedKeys {
  /** It is encrypted with such a key. */
  readonly isUsed: boolean;
  /** The blob's key is the declared one, or the blob has no key and none is declared. */
  readonly isDeclared: boolean;
}

/** A snapshot of a destination, taken in order to restore it. */
export interface SnapshotReference {
  /** `x-ms-snapshot`. */
  readonly snapshot: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * All properties of a blob that a request can set. An absent property is copied from the source, if
 * the request has one.
 */
export type DeclaredProperties = Pick<CopyDeclaration, PropertyOption>;

/** Settings that keep a blob from being changed or deleted. */
export type Protection = Pick<DeclaredProperties, "legalHold" | "immutabilityPolicy">;

/**
 * Encryption of a blob. Each request that writes to the blob has to state it, or the service
 * refuses the request.
 */
export type Encryption = Pick<DeclaredProperties, "encryptionScope">;

/** Properties that a request writes, named as {@link BlobProperties} shows them. */
export interface WrittenProperties extends Omit<DeclaredProperties, OtherwiseShownOption> {
  /** The service itself reads the source's tags and sets them. */
  readonly tagsOfSource?: boolean;
  readonly headers?: ContentHeadersReference;
  readonly tier?: AccessTier | string;
  /** Base64. */
  readonly contentMd5?: string;
}
