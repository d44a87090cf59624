import type { ConditionsReference, CopyStatus } from "../../intent";
import type { Encryption, WrittenProperties } from "./blob-properties";

export interface RequestOptions {
  readonly signal?: AbortSignal;
}

/**
 * Parts of a source that the service reads for a copy. Reading the tags needs a SAS permission of
 * its own.
 */
export type SourceAccess = "content" | "content-and-tags";

/** A readable reference to a source, ready for the headers of a copy request. */
export interface ReadableSource {
  /** For `x-ms-copy-source`; may carry a SAS, so it is never printed. */
  readonly url: string;
  /** For `x-ms-copy-source-authorization`, such as `Bearer …`. */
  readonly authorization?: string;
  /** For `x-ms-file-request-intent`, when the source is an Azure file read with a token. */
  readonly fileRequestIntent?: "backup";
  /** For `x-ms-source-encryption-key`, so it is never printed. Base64. */
  readonly encryptionKey?: { readonly key: string; readonly sha256: string };
}

export interface ByteRange {
  readonly offset: number;
  readonly count: number;
}

/**
 * Copy Blob, Copy Blob From URL, Put Blob From URL. Only properties that the operation takes are
 * permitted.
 */
export interface CopyRequest extends RequestOptions {
  readonly source: ReadableSource;
  readonly sourceConditions?: ConditionsReference;
  readonly destinationConditions?: ConditionsReference;
  readonly properties?: WrittenProperties;
}

/** The service's response to a request that wrote the destination. */
export interface WriteResult {
  readonly etag: string;
  readonly lastModified: Date;
  readonly versionId: string | undefined;
  readonly contentMd5: string | undefined;
}

/** The response to Copy Blob and Copy Blob From URL. */
export interface StartedCopy extends WriteResult {
  readonly copyId: string;
  readonly status: CopyStatus;
}

/** Put Block List, Create Page Blob and Create Append Blob, which do not read a source. */
export interface WriteRequest extends RequestOptions {
  readonly destinationConditions?: ConditionsReference;
  readonly properties?: WrittenProperties;
}

export interface RangeRequest extends RequestOptions {
  readonly source: ReadableSource;
  readonly sourceRange: ByteRange;
  readonly sourceConditions?: ConditionsReference;
  /** Encryption of the destination. */
  readonly encryption: Encryption;
}

export interface AppendRequest extends RangeRequest {
  readonly ifMatch?: string;
}

export interface PageRequest extends RangeRequest {
  readonly ifMatch?: string;
  /** Sequence number that the page blob must have. */
  readonly ifSequenceNumber?: number;
}

export interface GuardedRequest extends RequestOptions {
  readonly ifMatch?: string;
}

/** Writes metadata, which is encrypted like its blob. */
export interface MetadataRequest extends GuardedRequest {
  readonly encryption: Encryption;
}

export interface TagsRequest extends GuardedRequest {
  /** Condition: the blob has only this tag. */
  readonly ifTag?: Readonly<Record<string, string>>;
}
