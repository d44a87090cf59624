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

/** What a HEAD request tells of a source, which need not be in Azure. */
export interface SourceProperties {
  /** Quoted; undefined where the server gives none. */
  readonly etag: string | undefined;
  readonly lastModified: Date | undefined;
  /** Bytes; undefined where the server does not say. */
  readonly length: number | undefined;
  /** undefined for anything that is not an Azure blob. */
  readonly blobType: BlobType | undefined;
  /** Base64. */
  readonly contentMd5: string | undefined;
  /** As the service spells it, such as `Hot` or `Archive`. */
  readonly tier: string | undefined;
  /** Set while an archived blob is being rehydrated. */
  readonly archiveStatus?: string;
  readonly headers: ContentHeadersReference;
  readonly metadata: Readonly<Record<string, string>>;
  /** A directory of an account with a hierarchical namespace: the service answers for it as for an empty blob. */
  readonly isDirectory?: boolean;
}

/** The copy properties that the service keeps on a destination until it is written again. */
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
  /** `x-ms-copy-destination-snapshot`: of an incremental copy that has succeeded, the snapshot that it made of the destination. */
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
  /** The tier is the account's default, not one that was set. */
  readonly accessTierInferred: boolean;
  /** Set while an archived blob is being rehydrated. */
  readonly archiveStatus: string | undefined;
  /** Somebody holds a lease on it. */
  readonly isLeased?: boolean;
  readonly versionId: string | undefined;
  /** Of a page blob. */
  readonly sequenceNumber?: number;
  readonly tagCount: number;
  /** The answer leaves out what the service always tells, so that a blob without a count can have tags all the same. */
  readonly mayHaveOtherTags?: true;
  readonly copy: CopyProperties | undefined;
  readonly shown: ShownOptions;
  readonly keys?: UsedKeys;
  /** A directory of an account with a hierarchical namespace: the service answers for it as for an empty blob. */
  readonly isDirectory?: boolean;
  /** `x-ms-incremental-copy`: made by Incremental Copy Blob, so that nobody can read it but by its snapshots, or write it in another way. */
  readonly isChain?: boolean;
}

/** Whether a blob is encrypted with a key that comes with each request. Absent: it has none, and none is declared. */
export interface UsedKeys {
  /** It is encrypted with such a key. */
  readonly isUsed: boolean;
  /** That key is the declared one, or it has none and none is declared. */
  readonly isDeclared: boolean;
}

/** A snapshot of a destination, taken to be able to put it back. */
export interface SnapshotReference {
  /** `x-ms-snapshot`. */
  readonly snapshot: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Everything of a blob but its bytes that a request can set. Absent: the source's, where the request copies from one. */
export type DeclaredProperties = Pick<CopyDeclaration, PropertyOption>;

/** What keeps a blob from being changed or deleted. */
export type Protection = Pick<DeclaredProperties, "legalHold" | "immutabilityPolicy">;

/** How a blob is encrypted: said with each request that writes something of it, or the service refuses that. */
export type Encryption = Pick<DeclaredProperties, "encryptionScope">;

/** What a request writes, by the names under which {@link BlobProperties} shows it. */
export interface WrittenProperties extends Omit<DeclaredProperties, OtherwiseShownOption> {
  /** The service itself reads them, and sets them. */
  readonly tagsOfSource?: boolean;
  readonly headers?: ContentHeadersReference;
  readonly tier?: AccessTier | string;
  /** Base64. */
  readonly contentMd5?: string;
}
