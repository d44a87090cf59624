import type { BlobProperties, Encryption, SnapshotReference } from "../../../src/engine/ports/blob-properties";
import type {
  AppendRequest,
  ByteRange,
  CopyRequest,
  GuardedRequest,
  MetadataRequest,
  PageRequest,
  RangeRequest,
  RequestOptions,
  StartedCopy,
  TagsRequest,
  WriteRequest,
  WriteResult,
} from "../../../src/engine/ports/requests";
import type { ContainerRule, DestinationBlob } from "../../../src/engine/ports/blob-store";
import type { Renew } from "../../../src/engine/ports/credential-holder";
import { BlobType, type ContentHeadersReference, ImmutabilityMode, type ImmutabilityPolicyReference } from "../../../src/intent";
import { withoutQuery } from "../../../src/util/secrets/redaction";
import { type BlobName, type BlobState, propertiesOf, wholeSecond } from "./blob";
import { Content } from "./content";
import { exchange, type MemoryProcess } from "./exchange";
import { Refusal } from "./script";
import type { MemoryService } from "./service";
import { addedToChain, checkUnprotected, written, writtenCopy, copied, created } from "./writes";

const MEBIBYTE = 1024 * 1024;

/** The credential of a process. Tests change it while it is in use. */
export interface MemoryCredential {
  expiresOn?: Date;
  readonly renew?: Renew;
}

/** A destination in memory, as strict as the service. */
export class MemoryDestination implements DestinationBlob {
  readonly #name: BlobName;

  constructor(
    private readonly service: MemoryService,
    private readonly process: MemoryProcess,
    readonly url: string,
    private readonly credential: MemoryCredential,
    private readonly leaseId: string | undefined,
  ) {
    this.#name = service.name(url);
  }

  get account(): string {
    return new URL(this.url).host;
  }

  get credentialExpiresOn(): Date | undefined {
    return this.credential.expiresOn;
  }

  get renewCredential(): Renew | undefined {
    return this.credential.renew;
  }

  getProperties(options?: RequestOptions): Promise<BlobProperties | undefined> {
    return this.#read("Get Blob Properties", options, () => {
      const blob = this.service.blobOf(this.#name);
      if (blob !== undefined && this.leaseId !== undefined) this.service.checkLease(this.#name, this.leaseId);
      if (blob === undefined) return undefined;
      const properties = propertiesOf(blob);
      const { copy } = properties;
      return copy !== undefined && this.service.hidesQueries
        ? { ...properties, copy: { ...copy, source: withoutQuery(copy.source) } }
        : properties;
    });
  }

  getTags(options?: RequestOptions): Promise<Record<string, string>> {
    return this.#read("Get Blob Tags", options, () => ({ ...this.#existing(this.service.blobOf(this.#name)).tags }));
  }

  setTags(tags: Readonly<Record<string, string>>, request: TagsRequest = {}): Promise<void> {
    return this.#write("Set Blob Tags", request, () => {
      const blob = this.#existing(this.service.checkWrite(this.#name, { leaseId: this.leaseId, conditions: conditionsOf(request) }));
      const isKept = Object.entries(request.ifTag ?? {}).some(([name, value]) => blob.tags[name] !== value);
      if (isKept) throw new Refusal(412, "ConditionNotMet");
      blob.tags = { ...tags };
    });
  }

  mayBecomeImmutable(options?: RequestOptions): Promise<ContainerRule> {
    return this.#read("Get Container Properties", options, () => this.service.mayBecomeImmutable);
  }

  copyBlob(request: CopyRequest): Promise<StartedCopy> {
    return this.#write("Copy Blob", request, () => {
      if (request.properties?.encryptionScope !== undefined) throw new Refusal(400, "UnsupportedHeader");
      const { state } = copied(this.service, this.#name, request, this.leaseId);
      return writtenCopy(this.service.startCopy(this.#name, request.source.url, state));
    });
  }

  incrementalCopyBlob(request: Pick<CopyRequest, "source" | "destinationConditions" | "signal">): Promise<StartedCopy> {
    return this.#write("Incremental Copy Blob", request, () => writtenCopy(addedToChain(this.service, this.#name, request)));
  }

  copyBlobFromUrl(request: CopyRequest): Promise<StartedCopy> {
    return this.#write("Copy Blob From URL", request, () => {
      const { state, source } = copied(this.service, this.#name, request, this.leaseId);
      if (source.type !== BlobType.BLOCK || source.content.length > 256 * MEBIBYTE) throw new Refusal(409, "CannotVerifyCopySource", 409);
      return writtenCopy(this.service.startCopy(this.#name, request.source.url, state, { milliseconds: 0 }));
    });
  }

  putBlobFromUrl(request: CopyRequest): Promise<WriteResult> {
    return this.#write("Put Blob From URL", request, () => {
      const { state, source } = copied(this.service, this.#name, request, this.leaseId, BlobType.BLOCK);
      if (source.content.length > 5_000 * MEBIBYTE) throw new Refusal(409, "CannotVerifyCopySource", 409);
      const contentHeaders = { ...state.contentHeaders, ...request.properties?.headers };
      return written(this.service.install(this.#name, { ...state, contentHeaders, copy: undefined }));
    });
  }

  putBlockFromUrl(blockId: string, request: RangeRequest): Promise<void> {
    return this.#write("Put Block From URL", request, () => {
      const blob = this.service.checkWrite(this.#name, { leaseId: this.leaseId });
      if (blob !== undefined && blob.type !== BlobType.BLOCK) throw new Refusal(409, "InvalidBlobType");
      const [first] = this.#name.uncommitted.keys();
      if (first !== undefined && first.length !== blockId.length) throw new Refusal(400, "InvalidBlobOrBlock");
      if (request.sourceRange.count > 4_000 * MEBIBYTE) throw new Refusal(413, "RequestBodyTooLarge");
      this.#name.uncommitted.set(blockId, this.#range(request));
    });
  }

  putBlockList(blockIds: readonly string[], request: WriteRequest): Promise<WriteResult> {
    return this.#write("Put Block List", request, () => {
      if (blockIds.length > 50_000) throw new Refusal(400, "BlockListTooLong");
      const blocks = blockIds.map((id) => this.#name.uncommitted.get(id));
      const found = blocks.filter((block) => block !== undefined);
      const state = created(this.service, this.#name, request, this.leaseId, BlobType.BLOCK, Content.concat(found));
      if (found.length < blocks.length) throw new Refusal(400, "InvalidBlockList");
      return written(this.service.install(this.#name, state));
    });
  }

  createPageBlob(length: number, request: WriteRequest & { readonly sequenceNumber?: number }): Promise<WriteResult> {
    return this.#create(BlobType.PAGE, Content.zeros(length), request, request.sequenceNumber);
  }

  createAppendBlob(request: WriteRequest): Promise<WriteResult> {
    return this.#create(BlobType.APPEND, Content.EMPTY, request);
  }

  putPageFromUrl(request: PageRequest): Promise<WriteResult> {
    return this.#write("Put Page From URL", request, () => {
      const conditions = request.ifMatch === undefined ? {} : { ifMatch: request.ifMatch };
      const blob = this.#existing(this.service.checkWrite(this.#name, { leaseId: this.leaseId, conditions }));
      if (blob.type !== BlobType.PAGE) throw new Refusal(409, "InvalidBlobType");
      if (request.ifSequenceNumber !== undefined && request.ifSequenceNumber !== (blob.sequenceNumber ?? 0))
        throw new Refusal(412, "SequenceNumberConditionNotMet");
      checkUnprotected(blob);
      checkEncryption(blob, request.encryption);
      const { offset, count } = request.sourceRange;
      if (offset % 512 !== 0 || count % 512 !== 0 || count > 4 * MEBIBYTE) throw new Refusal(416, "InvalidPageRange");
      const part = this.#range(request);
      if (request.sourceRange.offset + part.length > blob.content.length) throw new Refusal(416, "InvalidPageRange");
      blob.content = blob.content.overwritten(request.sourceRange.offset, part);
      this.service.touch(blob);
      return written(blob);
    });
  }

  appendBlockFromUrl(position: number, request: AppendRequest): Promise<WriteResult> {
    return this.#write("Append Block From URL", request, () => {
      const conditions = request.ifMatch === undefined ? {} : { ifMatch: request.ifMatch };
      const blob = this.#existing(this.service.checkWrite(this.#name, { leaseId: this.leaseId, conditions }));
      if (blob.type !== BlobType.APPEND) throw new Refusal(409, "InvalidBlobType");
      if (blob.isSealed === true) throw new Refusal(409, "BlobIsSealed");
      if (request.sourceRange.count > 100 * MEBIBYTE) throw new Refusal(413, "RequestBodyTooLarge");
      if (blob.content.length !== position) throw new Refusal(412, "AppendPositionConditionNotMet");
      checkUnprotected(blob);
      checkEncryption(blob, request.encryption);
      blob.content = Content.concat([blob.content, this.#range(request)]);
      this.service.touch(blob);
      return written(blob);
    });
  }

  sealAppendBlob(request: GuardedRequest): Promise<WriteResult> {
    return this.#change("Append Blob Seal", request, (blob) => Object.assign(blob, { isSealed: true }));
  }

  getDefaultScope(options?: RequestOptions): Promise<string | undefined> {
    return this.#read("Get Container Properties", options, () => undefined);
  }

  abortCopy(copyId: string, options?: RequestOptions): Promise<void> {
    return this.#write("Abort Copy Blob", options, () => {
      const blob = this.#existing(this.service.blobOf(this.#name));
      this.service.checkLease(this.#name, this.leaseId);
      if (blob.copy?.status !== "pending") throw new Refusal(409, "NoPendingCopyOperation");
      if (blob.copy.id !== copyId) throw new Refusal(409, "CopyIdMismatch");
      this.service.endCopy(blob, blob.copy);
    });
  }

  setContentHeaders(
    { contentMd5, ...contentHeaders }: ContentHeadersReference & { readonly contentMd5?: string },
    request: GuardedRequest,
  ): Promise<WriteResult> {
    return this.#change("Set Blob Properties", request, (blob) => Object.assign(blob, { contentHeaders, contentMd5, copy: undefined }));
  }

  setSequenceNumber(sequenceNumber: number, request: GuardedRequest): Promise<WriteResult> {
    return this.#change("Set Blob Properties", request, (blob) => Object.assign(blob, { sequenceNumber, copy: undefined }));
  }

  setMetadata(metadata: Readonly<Record<string, string>>, request: MetadataRequest): Promise<WriteResult> {
    return this.#change("Set Blob Metadata", request, (blob) => {
      checkEncryption(blob, request.encryption);
      blob.metadata = { ...metadata };
    });
  }

  setLegalHold(isHeld: boolean, options?: RequestOptions): Promise<void> {
    return this.#write("Set Blob Legal Hold", options, () => {
      this.#existing(this.service.blobOf(this.#name)).legalHold = isHeld;
    });
  }

  setImmutabilityPolicy(
    policy: ImmutabilityPolicyReference,
    options: RequestOptions & { readonly unmodifiedSince?: Date } = {},
  ): Promise<void> {
    return this.#write("Set Blob Immutability Policy", options, () => {
      const blob = this.#existing(this.service.blobOf(this.#name));
      const { unmodifiedSince } = options;
      if (unmodifiedSince !== undefined && wholeSecond(blob.lastModified) > unmodifiedSince) throw new Refusal(412, "ConditionNotMet");
      blob.immutabilityPolicy = { mode: ImmutabilityMode.UNLOCKED, ...policy };
    });
  }

  deleteImmutabilityPolicy(options?: RequestOptions): Promise<void> {
    return this.#write("Delete Blob Immutability Policy", options, () => {
      const blob = this.#existing(this.service.blobOf(this.#name));
      if (blob.immutabilityPolicy?.mode === ImmutabilityMode.LOCKED) throw new Refusal(409, "BlobImmutableDueToPolicy");
      blob.immutabilityPolicy = undefined;
    });
  }

  createSnapshot(
    metadata: Readonly<Record<string, string>>,
    request: MetadataRequest,
  ): Promise<SnapshotReference & { readonly etag: string }> {
    return this.#write("Snapshot Blob", request, () => {
      const blob = this.#existing(this.service.checkWrite(this.#name, { leaseId: this.leaseId, conditions: conditionsOf(request) }));
      if (blob.tier === "Archive") throw new Refusal(409, "BlobArchived");
      checkEncryption(blob, request.encryption);
      const kept = Object.keys(metadata).length === 0 ? blob.metadata : { ...metadata };
      const unprotected = { legalHold: undefined, immutabilityPolicy: undefined };
      const snapshot = this.service.snapshot(this.#name, { ...blob, ...unprotected, metadata: kept, tags: {} });
      return { snapshot, metadata: kept, etag: blob.etag };
    });
  }

  listSnapshots(options?: RequestOptions): Promise<readonly SnapshotReference[]> {
    return this.#read("List Blobs", options, () => [...this.#name.snapshots].map(([snapshot, { metadata }]) => ({ snapshot, metadata })));
  }

  hasSnapshot(snapshot: string, options?: RequestOptions): Promise<boolean> {
    return this.#read("Get Blob Properties", options, () => this.#name.snapshots.has(snapshot));
  }

  deleteSnapshot(snapshot: string, options?: RequestOptions): Promise<void> {
    return this.#write("Delete Snapshot", options, () => {
      this.#name.snapshots.delete(snapshot);
    });
  }

  deleteBlob(request: GuardedRequest): Promise<void> {
    return this.#write("Delete Blob", request, () => {
      if (this.#name.blob === undefined) return;
      this.service.checkWrite(this.#name, { leaseId: this.leaseId, conditions: conditionsOf(request), isIncremental: true });
      checkUnprotected(this.#name.blob);
      if (this.#name.snapshots.size > 0) throw new Refusal(409, "SnapshotsPresent");
      this.#name.blob = undefined;
      this.#name.lease = undefined;
    });
  }

  copySnapshotBack(snapshot: string, request: Omit<CopyRequest, "source">): Promise<StartedCopy> {
    return this.copyBlob({ ...request, source: { url: `${this.url}?snapshot=${encodeURIComponent(snapshot)}` } });
  }

  getPageRanges(options?: RequestOptions): Promise<readonly ByteRange[]> {
    return this.#read("Get Page Ranges", options, () => this.#existing(this.service.blobOf(this.#name)).content.ranges);
  }

  uncommittedBlocks(options?: RequestOptions): Promise<readonly string[]> {
    return this.#read("Get Block List", options, () => [...this.#name.uncommitted.keys()]);
  }

  acquireLease(leaseId: string, seconds: number, request: GuardedRequest): Promise<void> {
    return this.#write("Lease Blob", request, () => {
      const blob = this.#existing(this.service.blobOf(this.#name));
      if (request.ifMatch !== undefined && request.ifMatch !== blob.etag) throw new Refusal(412, "ConditionNotMet");
      const other = this.service.leaseOf(this.#name);
      if (other !== undefined && other.id !== leaseId) throw new Refusal(409, "LeaseAlreadyPresent");
      this.#name.lease = { id: leaseId, seconds, endsAt: this.service.clock.now() + seconds * 1_000 };
    });
  }

  renewLease(leaseId: string, options?: RequestOptions): Promise<void> {
    return this.#write("Lease Blob", options, () => {
      const lease = this.#held(leaseId);
      lease.endsAt = this.service.clock.now() + lease.seconds * 1_000;
    });
  }

  releaseLease(leaseId: string, options?: RequestOptions): Promise<void> {
    return this.#write("Lease Blob", options, () => {
      this.#held(leaseId);
      this.#name.lease = undefined;
    });
  }

  underLease(leaseId: string): DestinationBlob {
    return new MemoryDestination(this.service, this.process, this.url, this.credential, leaseId);
  }

  byAnyCredential(): DestinationBlob {
    return this;
  }

  #held(leaseId: string) {
    this.#existing(this.service.blobOf(this.#name));
    const { lease } = this.#name;
    if (lease?.id !== leaseId) throw new Refusal(409, "LeaseIdMismatchWithLeaseOperation");
    return lease;
  }

  #create(type: BlobType, content: Content, request: WriteRequest, sequenceNumber = 0): Promise<WriteResult> {
    return this.#write("Put Blob", request, () => {
      const blob = created(this.service, this.#name, request, this.leaseId, type, content);
      return written(this.service.install(this.#name, { ...blob, sequenceNumber }));
    });
  }

  #change(operation: string, request: GuardedRequest, change: (blob: BlobState) => void): Promise<WriteResult> {
    return this.#write(operation, request, () => {
      const blob = this.#existing(this.service.checkWrite(this.#name, { leaseId: this.leaseId, conditions: conditionsOf(request) }));
      checkUnprotected(blob);
      change(blob);
      this.service.touch(blob);
      return written(blob);
    });
  }

  /** The source's bytes that a request selects. */
  #range({ source, sourceRange, sourceConditions }: RangeRequest): Content {
    const blob = this.service.resolve(source.url);
    if (sourceConditions?.ifMatch !== undefined && sourceConditions.ifMatch !== blob.etag) throw new Refusal(412, "SourceConditionNotMet");
    return blob.content.slice(sourceRange.offset, sourceRange.count);
  }

  #existing(blob: BlobState | undefined): BlobState {
    if (blob === undefined) throw new Refusal(404, "BlobNotFound");
    return blob;
  }

  #read<T>(operation: string, options: RequestOptions | undefined, effect: () => T): Promise<T> {
    return this.#send(operation, options, effect, false);
  }

  #write<T>(operation: string, options: RequestOptions | undefined, effect: () => T): Promise<T> {
    return this.#send(operation, options, effect, true);
  }

  #send<T>(operation: string, options: RequestOptions | undefined, effect: () => T, writes: boolean): Promise<T> {
    return exchange(this.service, this.process, { side: "destination", operation, url: this.url, writes, signal: options?.signal, effect });
  }
}

function checkEncryption({ encryptionScope }: BlobState, given: Encryption): void {
  if (given.encryptionScope === encryptionScope) return;
  throw new Refusal(
    409,
    given.encryptionScope === undefined ? "BlobUsesCustomerSpecifiedEncryption" : "BlobDoesNotUseCustomerSpecifiedEncryption",
  );
}

function conditionsOf({ ifMatch }: GuardedRequest): { readonly ifMatch?: string } {
  return ifMatch === undefined ? {} : { ifMatch };
}
