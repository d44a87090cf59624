import type { AccountRules } from "./account-rules";
import { Content } from "./content";
import type { Lease } from "./lease";
import type { PendingCopy } from "./pending-copy";

export type BlobType = "BlockBlob" | "PageBlob" | "AppendBlob";
export type CopyStatus = "pending" | "success" | "aborted" | "failed";
export type Pairs = Readonly<Record<string, string>>;

export interface ContentHeaders {
  readonly contentType?: string;
  readonly contentEncoding?: string;
  readonly contentLanguage?: string;
  readonly contentDisposition?: string;
  readonly cacheControl?: string;
  /** Base64. */
  readonly contentMd5?: string;
}

export interface CopyState {
  readonly id: string;
  readonly source: string;
  status: CopyStatus;
  bytesCopied: number;
  readonly bytesTotal: number;
  completedOn?: number;
  statusDescription?: string;
  /** Set when an incremental copy has succeeded. */
  destinationSnapshot?: string;
  /** Only while `status` is pending. */
  pending?: PendingCopy;
}

export interface CommittedBlock {
  readonly id: string;
  readonly content: Content;
}

let etagCounter = 0x8de0_0000_0000;
export function nextEtag(): string {
  return `"0x8DD${(++etagCounter).toString(16).toUpperCase()}"`;
}

let lastTicks = 0n;
/** A timestamp with seven decimals, unique within this process. */
export function nextSnapshotId(): string {
  const ticks = BigInt(Date.now()) * 10_000n;
  lastTicks = ticks > lastTicks ? ticks : lastTicks + 1n;
  const iso = new Date(Number(lastTicks / 10_000n)).toISOString();
  return `${iso.slice(0, -1)}${(lastTicks % 10_000n).toString().padStart(4, "0")}Z`;
}

/** HTTP dates have seconds only. */
export function currentSecond(): number {
  const now = Date.now();
  return now - (now % 1000);
}

let dateSecond = -1;
let dateText = "";
export function httpDate(milliseconds: number): string {
  if (milliseconds !== dateSecond) {
    dateSecond = milliseconds;
    dateText = new Date(milliseconds).toUTCString();
  }
  return dateText;
}

/** Data of Incremental Copy Blob about the snapshots that it has copied. */
export interface Chain {
  /** The blob of the snapshots. */
  readonly source: string;
  /** The latest snapshot that was copied completely. */
  readonly latest: string | undefined;
}

/** One blob or one snapshot, as the service keeps it. */
export class BlobState {
  content = Content.EMPTY;
  etag = nextEtag();
  lastModified = currentSecond();
  createdOn = this.lastModified;
  metadata: Pairs = {};
  tags: Pairs = {};
  headers: ContentHeaders = {};
  /** undefined: the account's default, Hot, inferred. */
  accessTier: string | undefined;
  accessTierChangedOn: number | undefined;
  archiveStatus: string | undefined;
  /** While it is being rehydrated; undefined: Standard. */
  rehydratePriority: string | undefined;
  sequenceNumber = 0;
  appendedBlocks = 0;
  isSealed = false;
  encryptionScope: string | undefined;
  /** SHA-256 of the key of the request that wrote the blob. */
  customerKey: string | undefined;
  /** Only in an account that keeps versions. */
  versionId: string | undefined;
  /**
   * Set for an incremental copy: its base blob cannot be read, and only Incremental Copy Blob
   * writes it.
   */
  chain: Chain | undefined;
  legalHold = false;
  immutabilityPolicy: { readonly until: string; readonly mode: "locked" | "unlocked" } | undefined;
  blocks: readonly CommittedBlock[] = [];
  copy: CopyState | undefined;
  lease: Lease | undefined;

  constructor(readonly type: BlobType) {}

  /** Each write sets a new ETag. */
  touch(): void {
    this.etag = nextEtag();
    this.lastModified = currentSecond();
  }

  get isArchived(): boolean {
    return this.accessTier === "Archive";
  }

  /** State that Snapshot Blob keeps: all except lease and tags. */
  clone(): BlobState {
    const copy = Object.assign(new BlobState(this.type), this);
    copy.lease = undefined;
    copy.tags = {};
    copy.legalHold = false;
    copy.immutabilityPolicy = undefined;
    if (this.copy) copy.copy = { ...this.copy };
    return copy;
  }
}

export interface BlobEntry {
  /** undefined while there are only uncommitted blocks. */
  base: BlobState | undefined;
  /** Block id to bytes. */
  readonly uncommitted: Map<string, Content>;
  /** Scope and key of the block that was staged last. */
  uncommittedScope?: string | undefined;
  uncommittedKey?: string | undefined;
  /** Snapshot timestamp to state, oldest first. */
  readonly snapshots: Map<string, BlobState>;
  /** Earlier versions by their ids, oldest first. */
  readonly versions: Map<string, BlobState>;
  /**
   * Deleted versions and snapshots that can be restored, by their ids; the blob itself has an empty
   * id.
   */
  readonly deleted: Map<string, BlobState>;
}

/** The state that a request reads: the blob itself, a snapshot, or a version. */
export function momentOf(
  entry: BlobEntry | undefined,
  { snapshot, versionid }: { readonly snapshot?: string; readonly versionid?: string },
): BlobState | undefined {
  if (snapshot !== undefined) return entry?.snapshots.get(snapshot);
  if (versionid === undefined || entry?.base?.versionId === versionid) return entry?.base;
  return entry?.versions.get(versionid);
}

export class Container {
  readonly etag = nextEtag();
  readonly lastModified = currentSecond();
  private readonly entries = new Map<string, BlobEntry>();
  private names: string[] = [];
  private hasUnsortedNames = false;

  constructor(
    readonly name: string,
    readonly publicAccess: "blob" | "container" | undefined,
    readonly metadata: Pairs,
    readonly defaultEncryptionScope?: string,
    readonly deniesOtherScopes = false,
  ) {}

  /** The entry, after updating a pending copy. */
  entry(name: string): BlobEntry | undefined {
    const entry = this.entries.get(name);
    entry?.base?.copy?.pending?.advance();
    return entry;
  }

  entryOrNew(name: string): BlobEntry {
    let entry = this.entries.get(name);
    if (entry === undefined) {
      entry = { base: undefined, uncommitted: new Map(), snapshots: new Map(), versions: new Map(), deleted: new Map() };
      this.entries.set(name, entry);
      this.names.push(name);
      this.hasUnsortedNames = true;
    }
    return entry;
  }

  remove(name: string): void {
    this.entries.delete(name);
    this.hasUnsortedNames = true;
  }

  /** Ascending; sorted only when a request lists them. */
  sortedNames(): readonly string[] {
    if (this.hasUnsortedNames) {
      this.names = [...this.entries.keys()].sort();
      this.hasUnsortedNames = false;
    }
    return this.names;
  }
}

export interface AccountState {
  readonly rules: AccountRules;
  readonly name: string;
  readonly key: Buffer;
  /** Signs its user delegation keys, so that the keys need not be stored. */
  delegationSecret: Buffer;
  readonly containers: Map<string, Container>;
  readonly encryptionScopes: Set<string>;
  /** Azure Files: `share/path` to a file. */
  readonly files: Map<string, BlobState>;
}
