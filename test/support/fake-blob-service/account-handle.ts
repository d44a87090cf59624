import { randomBytes } from "node:crypto";
import {
  BlobState,
  Container,
  nextSnapshotId,
  type AccountState,
  type BlobType,
  type ContentHeaders,
  type CopyState,
  type Pairs,
} from "./state/blob-state";
import type { AccountRules } from "./state/account-rules";
import { Content } from "./state/content";
import type { Lease } from "./state/lease";
import type { ChosenWays } from "./ways";
import { mintSas, type SasRequest } from "./http/shared-access-signature";

export interface BlobSeed {
  /** Default: BlockBlob. */
  readonly type?: BlobType;
  readonly content?: Content | Buffer | string;
  readonly metadata?: Pairs;
  readonly tags?: Pairs;
  readonly headers?: ContentHeaders;
  readonly accessTier?: string;
  /** Sizes of the committed blocks of a block blob; default: none, as after Put Blob. */
  readonly blockLengths?: readonly number[];
  /** Id of an infinite lease. */
  readonly leaseId?: string;
  readonly encryptionScope?: string;
  /** Base64 SHA-256 of the customer-provided key, which comes with each request. */
  readonly customerKey?: string;
  readonly isSealed?: boolean;
  readonly legalHold?: boolean;
  readonly immutabilityPolicy?: NonNullable<BlobState["immutabilityPolicy"]>;
  /** Milliseconds since the epoch; default: now. */
  readonly lastModified?: number;
}

export interface ContainerSeed {
  readonly publicAccess?: "blob" | "container";
  readonly metadata?: Pairs;
  readonly defaultEncryptionScope?: string;
  readonly deniesOtherScopes?: boolean;
}

/** The current state of a blob. */
export interface BlobView {
  readonly type: BlobType;
  readonly content: Content;
  readonly etag: string;
  readonly lastModified: Date;
  readonly metadata: Pairs;
  readonly tags: Pairs;
  readonly headers: ContentHeaders;
  /** undefined: the account's default. */
  readonly accessTier: string | undefined;
  readonly archiveStatus: string | undefined;
  readonly copy: Omit<CopyState, "pending"> | undefined;
  readonly lease: Lease | undefined;
  readonly encryptionScope: string | undefined;
  readonly customerKey: string | undefined;
  readonly versionId: string | undefined;
  readonly isSealed: boolean;
  readonly legalHold: boolean;
  readonly immutabilityPolicy: BlobState["immutabilityPolicy"];
  readonly committedBlocks: readonly string[];
  readonly uncommittedBlocks: readonly string[];
  /** Timestamps, oldest first. */
  readonly snapshots: readonly string[];
}

function asContent(content: Content | Buffer | string): Content {
  return content instanceof Content ? content : Content.of(content);
}

function viewOf(state: BlobState, uncommitted: readonly string[], snapshots: readonly string[]): BlobView {
  const {
    type,
    content,
    etag,
    metadata,
    tags,
    headers,
    accessTier,
    archiveStatus,
    copy,
    lease,
    blocks,
    encryptionScope,
    customerKey,
    versionId,
    isSealed,
    legalHold,
    immutabilityPolicy,
  } = state;
  const lastModified = new Date(state.lastModified);
  const committedBlocks = blocks.map((block) => block.id);
  const copied = copy && { ...copy };
  delete copied?.pending;
  return {
    type,
    content,
    etag,
    lastModified,
    metadata,
    tags,
    headers,
    accessTier,
    archiveStatus,
    copy: copied,
    lease,
    encryptionScope,
    customerKey,
    versionId,
    isSealed,
    legalHold,
    immutabilityPolicy,
    committedBlocks,
    uncommittedBlocks: uncommitted,
    snapshots,
  };
}

/** Writes and reads the content of a storage account without HTTP. */
export class AccountHandle {
  constructor(
    private readonly state: AccountState,
    /** Path-style, without a slash at the end. */
    readonly endpoint: string,
    readonly fileEndpoint: string,
    private readonly ways: ChosenWays,
  ) {}

  get name(): string {
    return this.state.name;
  }

  /** Base64. */
  get key(): string {
    return this.state.key.toString("base64");
  }

  get connectionString(): string {
    return `DefaultEndpointsProtocol=${this.endpoint.split(":")[0]};AccountName=${this.name};AccountKey=${this.key};BlobEndpoint=${this.endpoint};`;
  }

  createContainer(name: string, options: ContainerSeed = {}): void {
    const { publicAccess, metadata = {}, defaultEncryptionScope, deniesOtherScopes } = options;
    this.state.containers.set(name, new Container(name, publicAccess, metadata, defaultEncryptionScope, deniesOtherScopes));
  }

  createEncryptionScope(name: string): void {
    this.state.encryptionScopes.add(name);
  }

  containerNames(): readonly string[] {
    return [...this.state.containers.keys()];
  }

  deleteContainer(name: string): void {
    this.state.containers.delete(name);
  }

  /** Adds another kind of container, such as one whose blobs exist by rule. */
  mountContainer(container: Container): void {
    this.state.containers.set(container.name, container);
  }

  /**
   * Creates or replaces a blob without any checks. Snapshots stay. Creates the container if needed.
   */
  putBlob(container: string, name: string, seed: BlobSeed = {}): BlobView {
    if (!this.state.containers.has(container)) this.createContainer(container);
    const entry = this.container(container).entryOrNew(name);
    const state = new BlobState(seed.type ?? "BlockBlob");
    state.content = asContent(seed.content ?? "");
    state.metadata = seed.metadata ?? {};
    state.tags = seed.tags ?? {};
    state.lastModified = seed.lastModified ?? state.lastModified;
    const hasMd5 =
      state.type === "BlockBlob" && (state.content.length > 0 || this.ways.is("empty-blobs-are-listed-with-md5-or-not", "with it"));
    const md5 = hasMd5 ? state.content.md5() : undefined;
    state.headers = { ...(md5 !== undefined && { contentMd5: md5 }), ...seed.headers };
    state.accessTier = seed.accessTier;
    if (seed.accessTier !== undefined) state.accessTierChangedOn = Date.now();
    state.encryptionScope = seed.encryptionScope;
    state.customerKey = seed.customerKey;
    if (this.rules.keepsVersions === true) {
      if (entry.base?.versionId !== undefined) entry.versions.set(entry.base.versionId, entry.base);
      state.versionId = nextSnapshotId();
    }
    state.isSealed = seed.isSealed ?? false;
    state.legalHold = seed.legalHold ?? false;
    state.immutabilityPolicy = seed.immutabilityPolicy;
    state.blocks = blocksOf(state.content, seed.blockLengths ?? []);
    if (state.type === "AppendBlob" && state.content.length > 0) state.appendedBlocks = 1;
    if (seed.leaseId !== undefined) state.lease = { id: seed.leaseId, duration: -1, expiresOn: Infinity };
    entry.base = state;
    entry.uncommitted.clear();
    return viewOf(state, [], [...entry.snapshots.keys()]);
  }

  /**
   * Simulates a minute for the finite leases of a container, or only for those of one duration
   * (seconds) or of some blobs.
   */
  expireLeases(container: string, duration?: number, isMeant: (name: string) => boolean = () => true): void {
    for (const name of this.blobNames(container).filter(isMeant)) {
      const base = this.state.containers.get(container)?.entry(name)?.base;
      if (base?.lease !== undefined && base.lease.duration > 0 && (duration ?? base.lease.duration) === base.lease.duration)
        base.lease = { ...base.lease, expiresOn: 0 };
    }
  }

  /** undefined when there is no committed blob. */
  getBlob(container: string, name: string): BlobView | undefined {
    const entry = this.state.containers.get(container)?.entry(name);
    return entry?.base && viewOf(entry.base, [...entry.uncommitted.keys()], [...entry.snapshots.keys()]);
  }

  /** Lets the pending copy of a blob succeed now. */
  completeCopy(container: string, name: string): void {
    this.state.containers.get(container)?.entry(name)?.base?.copy?.pending?.complete();
  }

  /** Brings a blob online that is being rehydrated, whether its copy has ended or not. */
  endRehydration(container: string, name: string): void {
    const state = this.state.containers.get(container)?.entry(name)?.base;
    if (state?.archiveStatus === undefined) throw new Error(`${container}/${name} is not being rehydrated.`);
    if (state.copy?.pending !== undefined) return state.copy.pending.complete();
    const [, tier = "hot"] = /^rehydrate-pending-to-(.*)$/.exec(state.archiveStatus) ?? [];
    state.accessTier = tier.charAt(0).toUpperCase() + tier.slice(1);
    state.archiveStatus = undefined;
  }

  deleteBlob(container: string, name: string): void {
    this.container(container).remove(name);
  }

  /** Takes a snapshot and returns its timestamp. */
  snapshot(container: string, name: string, metadata?: Pairs): string {
    const entry = this.container(container).entry(name);
    if (entry?.base === undefined) throw new Error(`There is no blob ${container}/${name} to take a snapshot of.`);
    const snapshot = entry.base.clone();
    if (metadata !== undefined) snapshot.metadata = metadata;
    const id = nextSnapshotId();
    entry.snapshots.set(id, snapshot);
    return id;
  }

  /** Timestamp and state, oldest first. */
  snapshots(container: string, name: string): readonly (readonly [string, BlobView])[] {
    const snapshots = this.state.containers.get(container)?.entry(name)?.snapshots ?? new Map<string, BlobState>();
    return [...snapshots].map(([id, state]) => [id, viewOf(state, [], [])] as const);
  }

  /** Adds an uploaded block that is not yet in a block list. */
  putUncommittedBlock(container: string, name: string, id: string, content: string): void {
    this.container(container).entryOrNew(name).uncommitted.set(id, Content.of(content));
  }

  uncommittedBlocks(container: string, name: string): readonly string[] {
    return [...(this.state.containers.get(container)?.entry(name)?.uncommitted.keys() ?? [])];
  }

  /** Names of committed blobs, ascending. */
  blobNames(container: string): readonly string[] {
    const held = this.state.containers.get(container);
    return held?.sortedNames().filter((name) => held.entry(name)?.base !== undefined) ?? [];
  }

  /** Tests may change these. */
  get rules(): AccountRules {
    return this.state.rules;
  }

  /**
   * From now on the service refuses signatures made with the existing user delegation keys. New
   * keys work.
   */
  revokeDelegationKeys(): void {
    this.state.delegationSecret = randomBytes(32);
  }

  /** Puts a file into a share of Azure Files. */
  putFile(share: string, path: string, content: Content | Buffer | string, headers: ContentHeaders = {}): void {
    const state = new BlobState("BlockBlob");
    state.content = asContent(content);
    state.headers = headers;
    this.state.files.set(`${share}/${path}`, state);
  }

  /** A service SAS for a blob or a container, as a query string without `?`. */
  sas(request: SasRequest & { readonly container: string; readonly blob?: string }): string {
    return mintSas(this.state, "blob", request.container, request.blob, request);
  }

  fileSas(request: SasRequest & { readonly share: string; readonly path?: string }): string {
    return mintSas(this.state, "file", request.share, request.path, request);
  }

  blobUrl(container: string, name: string): string {
    return `${this.endpoint}/${container}/${name.split("/").map(encodeURIComponent).join("/")}`;
  }

  fileUrl(share: string, path: string): string {
    return `${this.fileEndpoint}/${share}/${path.split("/").map(encodeURIComponent).join("/")}`;
  }

  private container(name: string): Container {
    const container = this.state.containers.get(name);
    if (container === undefined) throw new Error(`There is no container ${name} in account ${this.name}.`);
    return container;
  }
}

function blocksOf(content: Content, lengths: readonly number[]): BlobState["blocks"] {
  let offset = 0;
  return lengths.map((length, index) => {
    const block = { id: Buffer.from(`block-${String(index).padStart(8, "0")}`).toString("base64"), content: content.slice(offset, length) };
    offset += length;
    return block;
  });
}
