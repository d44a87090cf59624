import type { ContainerRule } from "../../../src/engine/ports/blob-store";
import { randomUUID } from "node:crypto";
import type { ConditionsReference } from "../../../src/intent";
import { BlobType } from "../../../src/intent";
import type { FakeClock } from "../machine/fake-clock";
import { type BlobName, type BlobState, type CopyState, visible } from "./blob";
import { Content } from "./content";
import { Refusal, type RequestNote, type Script } from "./script";

/** The course of a pending copy. Milliseconds; 0: it ends when it starts. */
export interface CopyPlan {
  readonly milliseconds: number;
  /** Status description of a copy that fails. */
  readonly failure?: string;
  /** Status description while pending. */
  readonly trouble?: string;
  /** The service does not report progress. */
  readonly silent?: boolean;
  /** Fraction of the bytes copied after a fraction of the time; default: the same fraction. */
  readonly progress?: (timeShare: number) => number;
}

export interface NewBlob {
  readonly type?: BlobType;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
  readonly contentHeaders?: BlobState["contentHeaders"];
  readonly tier?: string;
  /** false: without an MD5, as for a blob that was uploaded in blocks. */
  readonly md5?: boolean;
}

/**
 * The storage accounts with their content. They continue to work when a process that used them is
 * gone.
 */
export class MemoryService {
  readonly #names = new Map<string, BlobName>();
  readonly #scripts = new Map<string, Script[]>();
  #etags = 0;
  #snapshots = 0;
  /** All requests, in their order. */
  readonly requests: RequestNote[] = [];
  /** Milliseconds for which a source was made readable, each time. */
  readonly sourceAccess: number[] = [];
  /** Chooses the script of a request that does not have its own. */
  chance: (operation: string) => Script | undefined = () => undefined;
  /** Whether Put Blob From URL copies the source's metadata is not documented. */
  putBlobLeavesMetadata = false;
  /** Applies to all containers. */
  mayBecomeImmutable: ContainerRule = false;
  /** false: like servers that generate the content while they send it. */
  webServersTellLength = true;
  /** Whether the service shows a copy's source without its query. */
  hidesQueries = false;
  copyPlan: CopyPlan = { milliseconds: 0 };
  /**
   * Whether a copy fails when its source is written meanwhile. Otherwise it ends with the old
   * content. Neither is documented.
   */
  noticesChangesUnderCopies = true;
  /** For a Copy Blob from a snapshot, as a restore uses it. */
  restorePlan: CopyPlan = { milliseconds: 0 };

  constructor(readonly clock: FakeClock) {}

  name(url: string): BlobName {
    const found = this.#names.get(url);
    if (found !== undefined) return found;
    const created: BlobName = { url, blob: undefined, snapshots: new Map(), uncommitted: new Map(), lease: undefined };
    this.#names.set(url, created);
    return created;
  }

  /** URLs of all existing blobs. */
  urls(): readonly string[] {
    return [...this.#names.values()].flatMap(({ url, blob }) => (blob === undefined ? [] : [url]));
  }

  /** Sets scripts for the next requests of this operation, one each. */
  script(operation: string, ...scripts: readonly Script[]): void {
    this.#scripts.set(operation, [...(this.#scripts.get(operation) ?? []), ...scripts]);
  }

  next(operation: string): Script {
    return this.#scripts.get(operation)?.shift() ?? this.chance(operation) ?? {};
  }

  count(operation: string): number {
    return this.requests.filter((request) => request.operation === operation).length;
  }

  /** Put Blob by another client. */
  put(
    url: string,
    name: string,
    length: number,
    { type = BlobType.BLOCK, metadata = {}, tags = {}, contentHeaders = {}, tier, md5 = true }: NewBlob = {},
  ): BlobState {
    const content = Content.of(name, length);
    return this.install(this.name(url), {
      type,
      content,
      metadata,
      tags,
      contentHeaders,
      tier,
      contentMd5: md5 ? content.md5 : undefined,
      copy: undefined,
    });
  }

  delete(url: string): void {
    const name = this.name(url);
    name.blob = undefined;
    name.snapshots.clear();
  }

  /** The part of a blob that a user sees; undefined without a blob. */
  see(url: string): object | undefined {
    return visible(this.blobOf(this.name(url)));
  }

  snapshotCount(url: string): number {
    return this.name(url).snapshots.size;
  }

  isLeased(url: string): boolean {
    return this.leaseOf(this.name(url)) !== undefined;
  }

  // The methods below are for the operations.

  install(name: BlobName, state: Omit<BlobState, "etag" | "lastModified">): BlobState {
    name.blob = { ...state, etag: "", lastModified: 0 };
    name.uncommitted = new Map();
    this.touch(name.blob);
    this.#endLease(name);
    return name.blob;
  }

  /** An expired lease can be renewed until the blob is written. */
  #endLease(name: BlobName): void {
    if (this.leaseOf(name) === undefined) name.lease = undefined;
  }

  touch(blob: BlobState): void {
    blob.etag = `"0x8D${(++this.#etags).toString(16).toUpperCase().padStart(4, "0")}"`;
    blob.lastModified = this.clock.now();
  }

  blobOf(name: BlobName): BlobState | undefined {
    name.blob?.advance?.();
    return name.blob;
  }

  snapshot(name: BlobName, state: BlobState): string {
    const id = `${new Date(this.clock.now()).toISOString().slice(0, 19)}.${String(++this.#snapshots).padStart(7, "0")}Z`;
    name.snapshots.set(id, state);
    return id;
  }

  /** The blob that a copy source's URL names. */
  resolve(url: string): BlobState {
    const found = this.find(url);
    if (found === undefined) throw new Refusal(404, "CannotVerifyCopySource", 404);
    return found;
  }

  find(url: string): BlobState | undefined {
    const parsed = new URL(url);
    const name = this.name(nameOf(parsed));
    const snapshot = parsed.searchParams.get("snapshot");
    return snapshot === null ? this.blobOf(name) : name.snapshots.get(snapshot);
  }

  leaseOf(name: BlobName): BlobName["lease"] {
    return name.lease !== undefined && name.lease.endsAt <= this.clock.now() ? undefined : name.lease;
  }

  /** Copy Blob, after its checks. */
  startCopy(
    name: BlobName,
    sourceUrl: string,
    blob: Omit<BlobState, "etag" | "lastModified" | "copy">,
    plan = this.#planFor(sourceUrl),
  ): BlobState {
    const { etag } = this.resolve(sourceUrl);
    const copy: CopyState = { id: randomUUID(), source: sourceUrl, bytesTotal: blob.content.length, status: "pending", bytesCopied: 0 };
    const placeholder = blob.type === BlobType.PAGE ? Content.zeros(blob.content.length) : Content.EMPTY;
    const state = this.install(name, { ...blob, content: placeholder, copy });
    if (plan.trouble !== undefined) copy.statusDescription = plan.trouble;
    const startedAt = this.clock.now();
    const end = (status: CopyState["status"], statusDescription?: string) => {
      copy.status = status;
      copy.completedOn = this.clock.now();
      if (statusDescription === undefined) delete copy.statusDescription;
      else copy.statusDescription = statusDescription;
      delete state.advance;
      this.touch(state);
    };
    const finish = () => {
      if (copy.status !== "pending") return;
      const now = this.find(sourceUrl);
      if (now === undefined) return end("failed", '404 ResourceNotFound "Copy failed when reading the source."');
      if (now.etag !== etag && this.noticesChangesUnderCopies)
        return end("failed", '412 ConditionNotMet "Copy failed when reading the source."');
      if (plan.failure !== undefined) return end("failed", plan.failure);
      state.content = blob.content;
      copy.bytesCopied = copy.bytesTotal;
      if (blob.chainOf !== undefined) copy.destinationSnapshot = this.snapshot(name, { ...state, copy: undefined });
      end("success");
    };
    if (plan.milliseconds === 0) {
      finish();
      return state;
    }
    state.advance = () => {
      const fraction = (this.clock.now() - startedAt) / plan.milliseconds;
      const bytesCopied = plan.silent === true ? 0 : Math.floor(copy.bytesTotal * (plan.progress ?? Number)(Math.min(fraction, 1)));
      if (bytesCopied === copy.bytesCopied) return;
      copy.bytesCopied = bytesCopied;
      if (state.type === BlobType.PAGE) this.touch(state);
    };
    if (Number.isFinite(plan.milliseconds)) this.clock.after(plan.milliseconds, finish);
    return state;
  }

  #planFor(sourceUrl: string): CopyPlan {
    return sourceUrl.includes("snapshot=") ? this.restorePlan : this.copyPlan;
  }

  /** Abort Copy Blob, after its checks. */
  endCopy(blob: BlobState, copy: CopyState): void {
    blob.content = Content.EMPTY;
    copy.status = "aborted";
    copy.completedOn = this.clock.now();
    delete blob.advance;
    this.touch(blob);
  }

  /** The checks before each write of a destination. */
  checkWrite(
    name: BlobName,
    options: {
      readonly leaseId?: string | undefined;
      readonly conditions?: ConditionsReference | undefined;
      readonly isCopy?: boolean;
      readonly isIncremental?: boolean;
    },
  ): BlobState | undefined {
    const blob = this.blobOf(name);
    if (blob?.copy?.status === "pending") throw new Refusal(409, "PendingCopyOperation");
    this.checkLease(name, options.leaseId);
    if (blob?.chainOf !== undefined && options.isIncremental !== true) throw new Refusal(409, "OperationNotAllowedOnIncrementalCopyBlob");
    if (options.isCopy === true && this.leaseOf(name)?.seconds !== undefined && this.leaseOf(name)?.seconds !== Infinity) {
      throw new Refusal(412, "InfiniteLeaseDurationRequired");
    }
    const { ifMatch, ifNoneMatch } = options.conditions ?? {};
    const conditionNotMet = new Refusal(412, options.isCopy === true ? "TargetConditionNotMet" : "ConditionNotMet");
    if (ifMatch !== undefined && (blob === undefined || (ifMatch !== "*" && ifMatch !== blob.etag))) throw conditionNotMet;
    if (ifNoneMatch === "*" && blob !== undefined) throw new Refusal(409, "BlobAlreadyExists");
    if (ifNoneMatch !== undefined && ifNoneMatch === blob?.etag) throw conditionNotMet;
    this.#endLease(name);
    return blob;
  }

  checkLease(name: BlobName, leaseId: string | undefined): void {
    const lease = this.leaseOf(name);
    if (lease === undefined && leaseId !== undefined) throw new Refusal(412, "LeaseNotPresentWithBlobOperation");
    if (lease !== undefined && leaseId === undefined) throw new Refusal(412, "LeaseIdMissing");
    if (lease !== undefined && lease.id !== leaseId) throw new Refusal(412, "LeaseIdMismatchWithBlobOperation");
  }
}

/** A web server may choose the content by the query. */
export function nameOf({ origin, pathname, host, searchParams }: URL): string {
  const query = [...searchParams].filter(([name]) => name !== "sig").map((pair) => pair.join("="));
  return `${origin}${pathname}${host.endsWith(".blob.test") || query.length === 0 ? "" : `?${query.join("&")}`}`;
}
