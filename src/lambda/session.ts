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

/** How long an invocation may go on, in milliseconds. */
export interface Budget {
  /** Until it is killed. */
  readonly life: number;
  /** Until it leaves the copy to the next one. */
  readonly work: number;
  /** How long a pending Copy Blob is watched before it is left to the next one. */
  readonly watch: number;
}

/** The record is asked this often whether anything else is wanted by now. */
const LOOK_MILLISECONDS = 10_000;
/** A lease outlives its holder by this, so that the two clocks need not agree. */
const LEASE_MARGIN_MILLISECONDS = 5_000;
/** A lease that cannot be given back keeps others waiting until it is over, and is no reason to fail. */
const RELEASE_MILLISECONDS = 60_000;

/** One invocation that has the lease of one resource. */
export class ResourceSession {
  /**
   * Works on a resource, if no other invocation does.
   *
   * @returns undefined when another one does, or there is no such resource
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

  /** How the last rollback ended. */
  get rolledBack(): Extract<CopyEvent, { type: "rollback-finished" }> | undefined {
    return this.#rolledBack;
  }

  /** Does what the operation of the record asks for, with its declaration and credentials. */
  async run<Result>(base: NodeJS.ProcessEnv, work: (invocation: ResourceInvocation) => Promise<Result>): Promise<Result> {
    const { surroundings, key } = this;
    const { requestId, properties } = this.current.operation;
    const suspend = () => this.#cancellation.abort(new Suspended());
    surroundings.clock.sleep(this.budget.work, this.#ended.signal).then(suspend, () => undefined);
    void this.#watchForOtherRequests(requestId);
    // What a resource leaves on the service is signed by it: no other stack, and no other resource, takes it for its own.
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
    // What came meanwhile is another invocation's work.
    this.#endIfSuperseded(requestId, saved);
    this.current = { ...saved, operation: this.current.operation };
  }

  readonly #emit = (event: CopyEvent): void => {
    this.#reporter.report(event);
    if (event.type === "rollback-finished") this.#rolledBack = event;
    if (event.type === "copy-progress" && event.copyId !== "" && event.status === "pending") this.#leaveToTheService();
  };

  /** A pending copy needs nobody: an invocation that only waits costs as much as one that works. */
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
        why: `CloudFormation asks for something else by now (${operation.kind})`,
        remedy: "deploy again when you are ready",
      }),
    );
  }
}
