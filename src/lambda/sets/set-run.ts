import { Suspended } from "../../engine/copies/slice";
import { boundedStore } from "../../engine/set/flow/bounded-store";
import { RequestGate } from "../../engine/set/flow/request-gate";
import { planSet } from "../../engine/set/plan/plan-set";
import type { PlannedBlob } from "../../engine/set/plan/planned-blob";
import { CopyFailure } from "../../failure/copy-failure";
import { ExitCode } from "../../failure/exit-code";
import { explain } from "../../failure/explain";
import type { SetIntent } from "../../intent";
import { inParallel } from "../../util/in-parallel";
import { attributesOf, fitsIntoAnswer } from "../ports/answer";
import { copy } from "../operations/copy";
import type { ResourceInvocation } from "../operations/invocation";
import { AwayForNow } from "../ports/away-for-now";
import { type BlobRecord, LeaseLost, type SetSummary } from "../ports/record";
import { blobOfSet } from "./blob-of-set";
import type { SetContent } from "./set-content";
import { SetCounts } from "./set-counts";

/**
 * Copies at the same time. Each takes several requests to the service and to the table, one after
 * the other.
 */
const AT_ONCE = 64;

/**
 * One run of a set, or the part of it that fits into an invocation. It lists again, and the rows
 * show which blobs are done.
 */
export class SetRun {
  readonly #wanted: ReadonlySet<string>;
  readonly #counts: SetCounts;
  readonly #gate: RequestGate;
  readonly #seen = new Set<string>();
  readonly #leftOut = new Set<string>();

  constructor(
    private readonly invocation: ResourceInvocation,
    private readonly intent: SetIntent,
    private readonly content: SetContent,
    private readonly requestId: string,
  ) {
    const { declared, surroundings } = invocation;
    const { maxFailures, maxConcurrency: max, bandwidthBytesPerSecond: bytesPerSecond } = intent.set;
    this.#wanted = new Set(declared.results.map(({ key }) => key));
    this.#counts = new SetCounts(maxFailures, this.#wanted);
    this.#gate = new RequestGate({ max, clock: surroundings.clock, bytesPerSecond });
  }

  /**
   * @returns undefined if a later invocation continues
   * @throws CopyFailure
   */
  async copyAll(): Promise<SetSummary | undefined> {
    const { surroundings, signal, key, store, emit } = this.invocation;
    const known = new Map((await surroundings.records.blobs(key)).map((blob) => [blob.name, blob]));
    store.limitRequests(this.intent.set.maxConcurrency);
    const endThrottling = store.onThrottled(this.#gate.throttled);
    try {
      await this.#copyListed(known);
    } catch (error) {
      if (signal.aborted) {
        if (!(signal.reason instanceof Suspended)) throw signal.reason;
        this.#counts.pending++;
      } else if (isAnothersTurn(error)) throw error;
      // The failure that ended the set is reported together with the other failures.
      else if (error !== this.#counts.endedBy) throw explain(error, "The copy set failed");
    } finally {
      endThrottling();
    }
    // All or nothing: after a failure, the rest would be copied in vain.
    const failure = this.#counts.report(emit);
    if (failure !== undefined) throw failure;
    if (this.#counts.pending > 0) return undefined;
    const isEmpty = this.#seen.size === 0 ? this.content.whyNotEmpty() : undefined;
    if (isEmpty !== undefined) throw isEmpty;
    const pruned = await this.#prune(known);
    return pruned === undefined ? undefined : this.#summary(pruned);
  }

  async #copyListed(known: ReadonlyMap<string, BlobRecord>): Promise<void> {
    const { store, surroundings, signal } = this.invocation;
    const prefix = this.intent.set.prefixes?.destination.prefix ?? "";
    const plan = planSet(this.intent, {
      store,
      clock: surroundings.clock,
      signal,
      manifestLines: () => this.content.manifestLines(),
      onLeftOut: (name) => void this.#leftOut.add(name.slice(prefix.length)),
    });
    for await (const blobs of plan) {
      for (const blob of blobs) this.#seen.add(this.content.rowOf(blob).name);
      signal.throwIfAborted();
      await inParallel(blobs, AT_ONCE, signal, (blob) => this.#copyOrCount(blob, known));
    }
  }

  async #copyOrCount(blob: PlannedBlob, known: ReadonlyMap<string, BlobRecord>): Promise<void> {
    try {
      const row = this.content.rowOf(blob);
      await this.#copyOne(blob, { ...known.get(row.name), ...row });
    } catch (error) {
      if (isAnothersTurn(error) || this.invocation.signal.aborted) throw error;
      const failure = explain(error, `The copy to ${blob.destinationUrl} failed`);
      if (this.#counts.addFailed(blob, failure)) throw failure;
    }
  }

  async #copyOne(blob: PlannedBlob, known: BlobRecord): Promise<void> {
    const { invocation, requestId } = this;
    const { decision, declaration, listed } = blob;
    const isBegun = known.undoable?.requestId === requestId;
    const isDone = known.current?.requestId === requestId;
    if (!isBegun && !isDone && decision.kind === "skip" && !this.#wanted.has(blob.key)) return this.#counts.addSkipped();
    if (!isBegun && !isDone && decision.kind === "fail") throw decision.failure;
    const store = boundedStore(invocation.store, this.#gate, listed?.source.length ?? 0);
    this.#counts.add(blob, await copy({ ...blobOfSet(invocation, known, declaration), store }));
  }

  /**
   * For a set of a prefix: marks blobs that lost their source. They are deleted once no rollback
   * can need them any more.
   *
   * @returns undefined if a later invocation continues
   */
  async #prune(known: ReadonlyMap<string, BlobRecord>): Promise<number | undefined> {
    const { surroundings, key, signal } = this.invocation;
    if (!this.intent.set.prune || this.#seen.size === 0) return 0;
    const lost = [...known.values()].filter(
      ({ name, current }) => current?.receipt.origin === "copied" && !this.#seen.has(name) && !this.#leftOut.has(name),
    );
    const { requestId: condemned } = this;
    const rest = lost.filter((blob) => blob.condemned !== condemned);
    try {
      await inParallel(rest, AT_ONCE, signal, ({ name }) => surroundings.records.saveBlob(key, name, { condemned }));
    } catch (error) {
      if (signal.reason instanceof Suspended) return undefined;
      throw error;
    }
    return lost.length;
  }

  #summary(pruned: number): SetSummary {
    const { requestId } = this;
    const { declared, surroundings } = this.invocation;
    const { copied, skipped, bytesCopied, results: found } = this.#counts;
    const missing = [...this.#wanted].find((key) => !found.has(key));
    if (missing !== undefined) throw noSuchBlob(missing);
    const results = Object.fromEntries([...found].map(([key, receipt]) => [key, attributesOf(receipt)]));
    const completedOn = new Date(surroundings.clock.now()).toISOString();
    const counts = { total: this.#seen.size, copied, skipped, pruned, bytesCopied, completedOn };
    const summary = { requestId, fingerprint: declared.fingerprint, ...counts, ...(found.size === 0 ? {} : { results }) };
    if (!fitsIntoAnswer(summary, declared.results)) throw tooManyResults();
    return summary;
  }
}

/** Such an error is not a failure of the set. */
export function isAnothersTurn(error: unknown): boolean {
  return error instanceof AwayForNow || error instanceof LeaseLost;
}

function noSuchBlob(key: string): CopyFailure {
  return new CopyFailure({
    exitCode: ExitCode.BAD_INTENT,
    what: `result(${JSON.stringify(key)}) is asked for, but the set has no such blob`,
    side: "source",
    why: "with from and to, a key is a blob's name at the destination, relative to the prefix",
    remedy: "correct the key, or what the set includes",
  });
}

function tooManyResults(): CopyFailure {
  return new CopyFailure({
    exitCode: ExitCode.BAD_INTENT,
    what: "The attributes that result() is asked for do not fit into an answer to CloudFormation",
    why: "CloudFormation accepts 4,096 bytes",
    remedy: "ask for fewer attributes, or for those of a BlobCopy of its own",
  });
}
