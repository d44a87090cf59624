import { randomUUID } from "node:crypto";
import { Suspended } from "../engine/copies/slice";
import type { CopyEvent } from "../engine/ports/events";
import { CopyFailure } from "../failure/copy-failure";
import { ExitCode } from "../failure/exit-code";
import { TextLines } from "../report/live/text-lines";
import { redact } from "../util/secrets/redaction";
import { accessFor, needsService } from "./access";
import { type DeclaredResource, declaredIn } from "./ports/declared";
import type { ResourceKey } from "./ports/event";
import type { ResourceInvocation } from "./operations/invocation";
import { AwayForNow } from "./ports/away-for-now";
import { LeaseLost, type RecordChange, type ResourceRecord } from "./ports/record";
import { untilAnswered } from "./ports/until-answered";
import type { Surroundings } from "./ports/surroundings";

/** Time limits of an invocation, in milliseconds. */
export interface Budget {
  /** Until AWS Lambda kills it. */
  readonly life: number;
  /** Until it leaves the copy to the next invocation. */
  readonly work: number;
  /** Time for which a pending Copy Blob is watched before it is left to the next invocation. */
  readonly watch: number;
}

/** The interval at which the record is read for a newer request. */
const LOOK_MILLISECONDS = 10_000;
/** A lease outlives its holder by this margin, so that the two clocks need not agree. */
const LEASE_MARGIN_MILLISECONDS = 5_000;
/**
 * Time for retries of a release. A lease that cannot be released keeps others waiting until it
 * ends, and is not a reason to fail.
 */
const RELEASE_MILLISECONDS = 60_000;

/** One invocation that holds the lease of one resource. */
export class ResourceSession {
  /**
   * Works on a resource, unless another invocation does.
   *
   * @returns undefined if another invocation does, or if there is no such resource
   */
  static async on<Result>(
    key: ResourceKey,
    surroundings: Surroundings,
    budget: Budget,
    work: (session: ResourceSession) => Promise<Result>,
  ): Promise<Result | undefined> {
    const { records, clock } = surroundings;
    const holder = randomUUID();
    const now = clock.now();
    const record = await records.lease(key, { holder, until: now + budget.life + LEASE_MARGIN_MILLISECONDS }, now);
    if (record === undefined) return undefined;
    const session = new ResourceSession(key, holder, record, surroundings, budget);
    try {
      return await work(session);
    } catch (error) {
      if (error instanceof LeaseLost) return undefined;
      throw error;
    } finally {
      session.#ended.abort();
      await untilAnswered(clock, RELEASE_MILLISECONDS, () => records.release(key, holder)).catch((error: unknown) => {
        if (!(error instanceof AwayForNow)) throw error;
        surroundings.print(`${error.message}; the lease of ${key.place}.${key.resource} ends by itself`);
      });
    }
  }

  readonly #cancellation = new AbortController();
  readonly #ended = new AbortController();
  readonly #reporter: TextLines;
  #rolledBack: Extract<CopyEvent, { type: "rollback-finished" }> | undefined;
  #watchedSince: number | undefined;

  private constructor(
    private readonly key: ResourceKey,
    private readonly holder: string,
    private current: ResourceRecord,
    private readonly surroundings: Surroundings,
    private readonly budget: Budget,
  ) {
    const { clock, print } = surroundings;
    this.#reporter = new TextLines(
      (text) => print(redact(text.trimEnd())),
      () => clock.now(),
    );
  }

  get record(): ResourceRecord {
    return this.current;
  }

  /** Outcome of the last rollback. */
  get rolledBack(): Extract<CopyEvent, { type: "rollback-finished" }> | undefined {
    return this.#rolledBack;
  }

  /** Runs the operation of the record, with its declaration and credentials. */
  async run<Result>(base: NodeJS.ProcessEnv, work: (invocation: ResourceInvocation) => Promise<Result>): Promise<Result> {
    const { surroundings, key } = this;
    const { requestId, properties } = this.current.operation;
    const suspend = () => this.#cancellation.abort(new Suspended());
    surroundings.clock.sleep(this.budget.work, this.#ended.signal).then(suspend, () => undefined);
    void this.#watchForOtherRequests(requestId);
    // A resource marks everything that it leaves on the service with this key, so that no other
    // stack or resource takes it for its own.
    const declared = declaredIn(properties, `${this.current.stackId}#${key.resource}`);
    const store = surroundings.blobStore(await this.#access(declared, base), this.#emit);
    try {
      const { signal } = this.#cancellation;
      const save = (change: RecordChange) => this.save(change);
      return await work({ surroundings, key, declared, store, emit: this.#emit, signal, suspend, record: () => this.current, save });
    } finally {
      store.close();
    }
  }

  async #access(declared: DeclaredResource, base: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
    const { surroundings, key } = this;
    if (!needsService(this.current, declared)) return base;
    const rows = declared.list === undefined ? [] : await surroundings.records.blobs(key);
    return accessFor(declared, rows, surroundings, base);
  }

  async save(change: RecordChange): Promise<void> {
    const { requestId } = this.current.operation;
    const saved = await this.surroundings.records.save(this.key, this.holder, change);
    // A newer request is the work of another invocation.
    this.#endIfSuperseded(requestId, saved);
    this.current = { ...saved, operation: this.current.operation };
  }

  readonly #emit = (event: CopyEvent): void => {
    this.#reporter.report(event);
    if (event.type === "rollback-finished") this.#rolledBack = event;
    if (event.type === "copy-progress" && event.copyId !== "" && event.status === "pending") this.#leaveToTheService();
  };

  /** A pending copy needs no invocation: one that only waits costs as much as one that works. */
  #leaveToTheService(): void {
    const now = this.surroundings.clock.now();
    this.#watchedSince ??= now;
    if (now - this.#watchedSince >= this.budget.watch) this.#cancellation.abort(new Suspended());
  }

  async #watchForOtherRequests(requestId: string): Promise<void> {
    const { clock, records } = this.surroundings;
    while (!this.#ended.signal.aborted) {
      await clock.sleep(LOOK_MILLISECONDS, this.#ended.signal).catch(() => undefined);
      const record = await records.read(this.key).catch(() => undefined);
      if (record !== undefined) this.#endIfSuperseded(requestId, record);
    }
  }

  #endIfSuperseded(requestId: string, { operation }: ResourceRecord): void {
    if (operation.requestId === requestId) return;
    this.#cancellation.abort(
      new CopyFailure({
        exitCode: ExitCode.INTERRUPTED,
        what: "The copy was cancelled before it had finished",
        why: `CloudFormation has sent another request (${operation.kind})`,
        remedy: "deploy again when you are ready",
      }),
    );
  }
}
