import { CopyFailure } from "../../../../src/failure/copy-failure";
import { recoverCopies, runCopies } from "../../../../src/engine/copies/run";
import {
  type CopyDeclaration,
  type CopyIntent,
  CopyMethod,
  LocationKind,
  OverwritePolicy,
  type Receipt,
  RecopyPolicy,
  RollbackPolicy,
  SourceGuard,
} from "../../../../src/intent";
import { ExitCode } from "../../../../src/failure/exit-code";
import type { CopyEvent } from "../../../../src/engine/ports/events";
import { FakeClock } from "../../../support/machine/fake-clock";
import { MemoryBlobStore } from "../../../support/memory-store";
import type { MemoryCredential } from "../../../support/memory-store/destination";
import { MemoryProcess } from "../../../support/memory-store/exchange";
import { MemoryService } from "../../../support/memory-store/service";
import { MemoryJournal } from "../../../support/memory-store/journal";
import { MemoryMadeCopies } from "../../../support/memory-store/made-copies";

export const SOURCE = "https://source.blob.test/container/model.bin";
export const DESTINATION = "https://destination.blob.test/container/model.bin";
/** In the account of the destination. */
export const NEAR_SOURCE = "https://destination.blob.test/container/near.bin";
export const MEBIBYTE = 1024 * 1024;
export const MINUTE = 60_000;

export type Declared = Partial<CopyDeclaration> & { readonly from?: string; readonly to?: string };

export interface RunOptions {
  readonly intent?: Partial<CopyIntent>;
  /** Milliseconds from the start. */
  readonly cancelAfter?: number;
  /** The run is cancelled when this is aborted. */
  readonly cancelOn?: AbortSignal;
  readonly process?: MemoryProcess;
  readonly credential?: MemoryCredential;
  readonly commit?: () => void | Promise<void>;
}

/** The end of a run. */
export interface Ended {
  readonly receipts: readonly Receipt[] | undefined;
  readonly failure: CopyFailure | undefined;
  readonly milliseconds: number;
}

export const cancelled = new CopyFailure({ exitCode: ExitCode.INTERRUPTED, what: "Cancelled", why: "Ctrl-C", remedy: "deploy again" });

/** A service, a clock, and one machine with its journal. */
export class World {
  readonly clock = new FakeClock();
  readonly service = new MemoryService(this.clock);
  journal = new MemoryJournal();
  made = new MemoryMadeCopies();
  events: CopyEvent[] = [];

  constructor() {
    this.service.put(SOURCE, "new", 1_000, { metadata: { release: "3" }, contentHeaders: { contentType: "model/onnx" } });
    this.service.put(NEAR_SOURCE, "near", 1_000);
  }

  /** Puts an older blob at the destination, with all properties that a restore must bring back. */
  withOldDestination(): this {
    this.service.put(DESTINATION, "old", 700, {
      metadata: { release: "2" },
      tags: { team: "a" },
      contentHeaders: { contentType: "text/plain", cacheControl: "no-cache" },
      tier: "Cool",
    });
    return this;
  }

  intent(declared: Declared | readonly Declared[] = {}, intent: Partial<CopyIntent> = {}): CopyIntent {
    const all = Array.isArray(declared) ? (declared as readonly Declared[]) : [declared as Declared];
    return {
      version: 1,
      owner: "Stack/model",
      copies: all.map(({ from = SOURCE, to = DESTINATION, ...rest }) => ({
        source: { kind: LocationKind.URL, url: from },
        destination: { kind: LocationKind.URL, url: to },
        overwrite: OverwritePolicy.ALWAYS,
        method: CopyMethod.AUTO,
        sourceGuard: SourceGuard.ETAG,
        ...rest,
      })),
      wait: true,
      timeoutMilliseconds: 60 * MINUTE,
      rollback: RollbackPolicy.RESTORE,
      recopy: RecopyPolicy.ON_INTENT_CHANGE,
      ...intent,
    };
  }

  /** Starts a run without letting time pass. */
  start(
    declared: Declared | readonly Declared[] = {},
    { intent, cancelAfter, cancelOn, process = new MemoryProcess(), credential, commit }: RunOptions = {},
  ) {
    const cancellation = new AbortController();
    if (cancelAfter === 0) cancellation.abort(cancelled);
    else if (cancelAfter !== undefined) this.clock.after(cancelAfter, () => cancellation.abort(cancelled));
    cancelOn?.addEventListener("abort", () => cancellation.abort(cancelled), { once: true });
    return runCopies(this.intent(declared, intent), {
      ...this.#context(process, credential),
      signal: cancellation.signal,
      commit: commit ?? (() => undefined),
    });
  }

  async run(declared: Declared | readonly Declared[] = {}, options: RunOptions = {}): Promise<Ended> {
    const startedAt = this.clock.now();
    const outcome = this.start(declared, options).then(
      (receipts) => ({ receipts, failure: undefined }),
      (error: unknown) => {
        if (!(error instanceof CopyFailure)) throw error;
        return { receipts: undefined, failure: error };
      },
    );
    return { ...(await this.clock.runToEnd(outcome)), milliseconds: this.clock.now() - startedAt };
  }

  /** A run whose process is killed. Its requests still take effect. */
  async runKilled(declared: Declared | readonly Declared[], process: MemoryProcess, options: RunOptions = {}): Promise<void> {
    this.start(declared, { ...options, process }).catch(() => undefined);
    await this.clock.advance(2 * 60 * MINUTE);
  }

  /** A run whose process is killed after this many milliseconds. */
  async runKilledAfter(declared: Declared | readonly Declared[], milliseconds: number, options: RunOptions = {}): Promise<void> {
    const process = new MemoryProcess();
    this.start(declared, { ...options, process }).catch(() => undefined);
    await this.clock.advance(milliseconds);
    process.kill();
    await this.clock.advance(0);
  }

  async recover(
    declared: Declared | readonly Declared[] = {},
    { isCommitted = false, intent }: { isCommitted?: boolean; intent?: Partial<CopyIntent> } = {},
  ): Promise<void> {
    const context = { ...this.#context(new MemoryProcess()), isCommitted };
    await this.clock.runToEnd(recoverCopies(this.intent(declared, intent), context));
  }

  /** Lets all work of the service that is still in progress end. */
  async settle(): Promise<void> {
    await this.clock.advance(10 * MINUTE);
  }

  loseJournal(): void {
    this.journal = new MemoryJournal();
    this.made = new MemoryMadeCopies();
  }

  see(url = DESTINATION): object | undefined {
    return this.service.see(url);
  }

  get copy() {
    return this.service.blobOf(this.service.name(DESTINATION))?.copy;
  }

  /** Abort Copy Blob by another client. */
  endCopy(): void {
    const { blob } = this.service.name(DESTINATION);
    if (blob?.copy?.status === "pending") this.service.endCopy(blob, blob.copy);
  }

  /** Copy Blob by another client, which stays pending for an hour. */
  startTheirs(from: string): void {
    const source = this.service.resolve(from);
    this.service.startCopy(this.service.name(DESTINATION), from, { ...source, tags: {}, tier: undefined }, { milliseconds: 60 * MINUTE });
  }

  of<Type extends CopyEvent["type"]>(type: Type): Extract<CopyEvent, { type: Type }>[] {
    return this.events.filter((event): event is Extract<CopyEvent, { type: Type }> => event.type === type);
  }

  get outcomes(): string[] {
    return this.of("rollback-finished").map(({ outcome }) => outcome);
  }

  /** Leftovers of a run that must not exist. */
  leftBehind(...destinations: readonly string[]): string[] {
    const left: string[] = [];
    for (const url of destinations.length === 0 ? [DESTINATION] : destinations) {
      const copy = this.service.blobOf(this.service.name(url))?.copy;
      if (copy?.status === "pending") left.push(`pending copy ${copy.id}`);
      if (this.service.snapshotCount(url) > 0) left.push(`${this.service.snapshotCount(url)} restore points`);
      if (JSON.stringify(this.service.see(url) ?? "").includes("blobcopy_")) left.push("our marks");
    }
    if (this.service.isLeased(SOURCE)) left.push("a source lease");
    if (!this.journal.isEmpty) left.push("a journal entry");
    return left;
  }

  #context(process: MemoryProcess, credential?: MemoryCredential) {
    return {
      store: new MemoryBlobStore(this.service, process, credential),
      clock: process.clock(this.clock),
      emit: (event: CopyEvent) => void this.events.push(event),
      journal: this.journal,
      made: this.made,
    };
  }
}
