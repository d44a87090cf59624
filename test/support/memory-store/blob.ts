import { defined } from "../../../src/util/defined";
import { sourceIdentity } from "../../../src/util/source-identity";
import type { BlobProperties, CopyProperties } from "../../../src/engine/ports/blob-properties";
import { BlobType, type ContentHeadersReference, type CopyStatus, type ShownOptions } from "../../../src/intent";
import type { Content } from "./content";

/** The service's data about the last Copy Blob onto a blob. */
export interface CopyState {
  readonly id: string;
  /** As in the request, including secrets. */
  readonly source: string;
  readonly bytesTotal: number;
  status: CopyStatus;
  bytesCopied: number;
  completedOn?: number;
  statusDescription?: string;
  destinationSnapshot?: string;
}

/** A blob, or one of its snapshots. */
export interface BlobState {
  readonly type: BlobType;
  content: Content;
  etag: string;
  lastModified: number;
  contentHeaders: ContentHeadersReference;
  contentMd5: string | undefined;
  metadata: Readonly<Record<string, string>>;
  tags: Readonly<Record<string, string>>;
  /** undefined: the account's default. */
  tier: string | undefined;
  copy: CopyState | undefined;
  encryptionScope?: string | undefined;
  legalHold?: boolean | undefined;
  isSealed?: boolean | undefined;
  immutabilityPolicy?: ShownOptions["immutabilityPolicy"];
  /** Only for a page blob; absent: 0. */
  sequenceNumber?: number;
  /** URL of the source blob, for a blob made by Incremental Copy Blob from its snapshots. */
  chainOf?: string;
  /** Set for the source of a pending copy: brings the copy up to date. */
  advance?: () => void;
}

/** A name in a container, with its blob (if any), snapshots, uncommitted blocks and lease. */
export interface BlobName {
  readonly url: string;
  blob: BlobState | undefined;
  readonly snapshots: Map<string, BlobState>;
  uncommitted: Map<string, Content>;
  /** Milliseconds; Infinity for an infinite lease. */
  lease: { readonly id: string; readonly seconds: number; endsAt: number } | undefined;
}

export const DEFAULT_TIER = "Hot";

/**
 * The properties of a blob that matter to a user: if they are equal, the blobs count as the same.
 */
export function visible(blob: BlobState | undefined): object | undefined {
  if (blob === undefined) return undefined;
  const { type, content, contentHeaders, contentMd5, metadata, tags, tier } = blob;
  const { shown } = propertiesOf(blob);
  const seen = { type, content: content.toString(), contentHeaders, contentMd5, metadata, tags, tier: tier ?? `${DEFAULT_TIER} (default)` };
  return { ...seen, ...shown };
}

export function propertiesOf(blob: BlobState): BlobProperties {
  return {
    etag: blob.etag,
    // The service reports whole seconds.
    lastModified: wholeSecond(blob.lastModified),
    length: blob.content.length,
    blobType: blob.type,
    contentMd5: blob.contentMd5,
    headers: blob.contentHeaders,
    metadata: blob.metadata,
    tier: blob.tier ?? DEFAULT_TIER,
    accessTierInferred: blob.tier === undefined,
    archiveStatus: undefined,
    versionId: undefined,
    ...(blob.type === BlobType.PAGE ? { sequenceNumber: blob.sequenceNumber ?? 0 } : {}),
    tagCount: Object.keys(blob.tags).length,
    shown: defined({
      encryptionScope: blob.encryptionScope,
      seal: blob.isSealed === true ? true : undefined,
      legalHold: blob.legalHold === true ? true : undefined,
      immutabilityPolicy: blob.immutabilityPolicy,
    } satisfies Record<keyof ShownOptions, unknown>),
    copy: blob.copy === undefined ? undefined : copyPropertiesOf(blob.copy),
    ...(blob.chainOf === undefined ? {} : { isChain: true }),
  };
}

function copyPropertiesOf(copy: CopyState): CopyProperties {
  return {
    id: copy.id,
    status: copy.status,
    source: sourceIdentity(copy.source),
    bytesCopied: copy.bytesCopied,
    bytesTotal: copy.bytesTotal,
    completedOn: copy.completedOn === undefined ? undefined : wholeSecond(copy.completedOn),
    statusDescription: copy.statusDescription,
    ...defined({ destinationSnapshot: copy.destinationSnapshot }),
  };
}

export function wholeSecond(milliseconds: number): Date {
  return new Date(Math.floor(milliseconds / 1_000) * 1_000);
}
