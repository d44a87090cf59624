import { createBlobStore } from "../../../../src/azure/create-blob-store";
import type { Tokens } from "../../../../src/azure/identity/tokens";
import { CopyFailure } from "../../../../src/failure/copy-failure";
import { parseDestroyIntent } from "../../../../src/intent/parse/parse-destroy-intent";
import { parseIntent } from "../../../../src/intent/parse/parse-intent";
import { destroySet, type DestroySetContext } from "../../../../src/engine/set/destroy";
import type { CheckedPart } from "../../../../src/engine/check/checked-part";
import { checkSet } from "../../../../src/engine/set/check/check";
import type { PlannedStep } from "../../../../src/engine/plan/planned-step";
import { previewSet } from "../../../../src/engine/set/preview";
import { recoverSet } from "../../../../src/engine/set/recover";
import { runSet } from "../../../../src/engine/set/run";
import type { BlobResult, CopyIntent, CopySet, SetReceipt } from "../../../../src/intent";
import { ExitCode } from "../../../../src/failure/exit-code";
import { type Clock, systemClock } from "../../../../src/engine/ports/clock";
import type { CopyEvent } from "../../../../src/engine/ports/events";
import { type Fault, FakeBlobService, type FakeBlobServiceOptions } from "../../../support/fake-blob-service";
import { MemoryJournal } from "../../../support/memory-store/journal";
import { MemorySetLog } from "../../../support/memory-store/set-log";
import { clockOf, Life, mortal } from "../../../support/machine/mortal";

export const cancelled = new CopyFailure({ exitCode: ExitCode.INTERRUPTED, what: "Cancelled", why: "Ctrl-C", remedy: "deploy again" });

export interface SetEnded {
  readonly receipt: SetReceipt | undefined;
  readonly failure: CopyFailure | undefined;
  readonly results: readonly BlobResult[];
}

export interface SetRunOptions {
  /** Called once for each result, so that a test can interfere. */
  readonly onResult?: (result: BlobResult) => void;
  readonly cancel?: AbortSignal;
  readonly intent?: Record<string, unknown>;
  /** In addition to the connection strings. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Tokens of identities. */
  readonly tokens?: Tokens;
  /** Lifetime of the process that runs it. */
  readonly life?: Life;
  /** Id of the deployment in Terraform's state. */
  readonly deployment?: string;
  /** Seconds of this run for each second of the test; a function is called repeatedly. */
  readonly speed?: number | (() => number);
  /** Replaces the machine's clock, which `speed` and `slept` change otherwise. */
  readonly clock?: Clock;
  /** Milliseconds for which the machine has slept so far. */
  readonly slept?: () => number;
}

export interface LossOptions extends SetRunOptions {
  /** Fault of the last request; default: it is never sent. */
  readonly last?: Fault;
  /** Blobs whose leases have expired by the next run; default: all. */
  readonly isLeaseOver?: (name: string) => boolean;
}

export interface RecoveryOptions {
  readonly deployment?: string;
  /** Path of the construct. */
  readonly owner?: string;
  /** Whether the results of the run are durable. */
  readonly isCommitted?: boolean;
}

/** The clock of a run that is accelerated, or whose machine sleeps. */
function disturbed(clock: Clock, speed: number | (() => number), slept: () => number): Clock {
  if (typeof speed === "function") return accelerated(clock, speed);
  const start = clock.now();
  return {
    now: () => start + (clock.now() - start) * speed + slept(),
    sleep: (milliseconds, signal) => clock.sleep(milliseconds / speed, signal),
  };
}

const STEP_MILLISECONDS = 5;

function accelerated(clock: Clock, speed: () => number): Clock {
  return {
    now: () => clock.now(),
    sleep: async (milliseconds, signal) => {
      for (let left = milliseconds; left > 0; left -= STEP_MILLISECONDS * speed())
        await clock.sleep(Math.min(left, STEP_MILLISECONDS), signal);
    },
  };
}

/** A fault that the dead process would not retry. */
const GONE: Fault = { kind: "answer", status: 400, code: "TheMachineIsGone" };

/** Two accounts with a container each, and a machine that runs copy sets. */
export class SetWorld {
  journal = new MemoryJournal();
  log = new MemorySetLog();
  events: CopyEvent[] = [];
  manifest: readonly string[] = [];

  static async start(options: FakeBlobServiceOptions = {}): Promise<SetWorld> {
    return new SetWorld(await FakeBlobService.start(options));
  }

  private constructor(readonly service: FakeBlobService) {
    this.source.createContainer("src");
    this.destination.createContainer("dst");
  }

  get source() {
    return this.service.account("source");
  }

  get destination() {
    return this.service.account("dest");
  }

  get environment(): NodeJS.ProcessEnv {
    return { SOURCE: this.source.connectionString, DEST: this.destination.connectionString };
  }

  /** Blobs at the source, by name. */
  put(blobs: Readonly<Record<string, string>>): this {
    for (const [name, content] of Object.entries(blobs)) this.source.putBlob("src", name, { content });
    return this;
  }

  /** Contents of the destination's blobs, by name. */
  contents(): Record<string, string> {
    return Object.fromEntries(
      this.destination.blobNames("dst").map((name) => [name, this.destination.getBlob("dst", name)?.content.read().toString() ?? ""]),
    );
  }

  /** One side's container, as in the place of a blob. */
  container(side: "source" | "destination") {
    const { blobEndpoint, containerName, credential } = this.prefix(side);
    return { blobEndpoint, containerName, credential };
  }

  prefix(side: "source" | "destination", prefix = "") {
    const [account, containerName, variable] = side === "source" ? ["source", "src", "SOURCE"] : ["dest", "dst", "DEST"];
    return { blobEndpoint: this.service.endpoint(account), containerName, prefix, credential: { kind: "connection-string", variable } };
  }

  prefixes(change: Record<string, unknown> = {}) {
    return { prefixes: { source: this.prefix("source"), destination: this.prefix("destination"), ...change } };
  }

  intentOf(set: Record<string, unknown>, intent: Record<string, unknown> = {}): CopyIntent & { readonly set: CopySet } {
    const parsed = parseIntent({ version: 1, owner: "Stack/set", copies: [], set, timeoutMilliseconds: 60_000, ...intent });
    if (parsed.set === undefined) throw new Error("the set was lost in parsing");
    return { ...parsed, set: parsed.set };
  }

  async run(
    set: Record<string, unknown>,
    {
      onResult,
      cancel = new AbortController().signal,
      intent = {},
      environment = {},
      tokens,
      life,
      deployment,
      speed = 1,
      slept = () => 0,
      clock,
    }: SetRunOptions = {},
  ): Promise<SetEnded> {
    const living = life ?? new Life();
    // A dead process must not retry. With another clock the store would do so during the next run.
    const services = { environment: { ...this.environment, ...environment }, clock: clockOf(living), ...(tokens && { tokens }) };
    const store = mortal(createBlobStore(services), living);
    const results: BlobResult[] = [];
    try {
      const declared = this.intentOf(set, intent);
      // Not for a process that dies: its requests that wait for a place would still be sent.
      if (life === undefined) store.limitRequests(declared.set.maxConcurrency);
      const receipt = await runSet(deployment === undefined ? declared : { ...declared, deployment }, {
        store,
        clock: clock ?? disturbed(clockOf(living), speed, slept),
        ...this.#surroundings(),
        signal: cancel,
        observe: (result) => {
          results.push(result);
          onResult?.(result);
        },
        commit: () => undefined,
      });
      return { receipt, failure: undefined, results };
    } catch (error) {
      if (!(error instanceof CopyFailure)) throw error;
      return { receipt: undefined, failure: error, results };
    } finally {
      store.close();
    }
  }

  /** The steps that `blob-copy plan` reports for each blob. */
  async plan(set: Record<string, unknown>): Promise<PlannedStep[]> {
    const store = createBlobStore({ environment: this.environment });
    try {
      const steps: PlannedStep[] = [];
      const context = { ...this.#surroundings(), store, clock: systemClock, signal: new AbortController().signal };
      for await (const step of previewSet(this.intentOf(set), context)) steps.push(step);
      return steps;
    } finally {
      store.close();
    }
  }

  /** The parts that `blob-copy check` reports. */
  async check(set: Record<string, unknown>, environment: NodeJS.ProcessEnv = {}): Promise<CheckedPart[]> {
    const store = createBlobStore({ environment: { ...this.environment, ...environment } });
    try {
      const parts: CheckedPart[] = [];
      const context = { ...this.#surroundings(), store, clock: systemClock, signal: new AbortController().signal };
      for await (const part of checkSet(this.intentOf(set), context)) parts.push(part);
      return parts;
    } finally {
      store.close();
    }
  }

  /**
   * Kills the guardian at this run's nth request of an operation, which gets the fault `last`
   * (default: it is never sent). Its notes stay on the machine.
   */
  async runKilled(
    set: Record<string, unknown>,
    operation: string,
    nth: number,
    options: SetRunOptions = {},
    last: Fault = GONE,
  ): Promise<void> {
    const life = new Life();
    let asked = 0;
    this.service.script.random((request) => {
      if (life.isOver) return GONE;
      if (request.operation !== operation || ++asked !== nth) return undefined;
      life.end();
      return last;
    });
    const ended = this.run(set, { ...options, life });
    await Promise.race([ended, new Promise((resolve) => life.signal.addEventListener("abort", resolve, { once: true }))]);
    // Requests that were in flight still reach the service.
    await new Promise((resolve) => setTimeout(resolve, 30));
    this.service.script.reset();
  }

  /** Does the same as a guardian that replaces a killed one. */
  async recover(set: Record<string, unknown>, { deployment, owner, isCommitted = false }: RecoveryOptions = {}): Promise<void> {
    const store = createBlobStore({ environment: this.environment });
    const intent = { ...this.intentOf(set, owner === undefined ? {} : { owner }), ...(deployment === undefined ? {} : { deployment }) };
    try {
      await recoverSet(intent, { ...this.#surroundings(), store, clock: systemClock, isCommitted });
    } finally {
      store.close();
    }
  }

  /** Does the same as `terraform destroy` for a set with onDestroy. */
  async destroy(
    destination: Record<string, unknown>,
    options: {
      readonly owner?: string;
      readonly declarerOf?: DestroySetContext["declarerOf"];
      readonly deployment?: string;
      /** Name of the inventory, for a list. */
      readonly name?: string;
      /** In addition to the connection strings. */
      readonly environment?: NodeJS.ProcessEnv;
    } = {},
  ): Promise<CopyFailure | undefined> {
    const { owner = "Stack/set", declarerOf = () => undefined, deployment, name, environment = {} } = options;
    const parsed = parseDestroyIntent({ version: 1, owner, spelling: "", set: { destination, name } });
    if (!("set" in parsed)) throw new Error("the set was lost in parsing");
    const intent = deployment === undefined ? parsed : { ...parsed, deployment };
    const store = createBlobStore({ environment: { ...this.environment, ...environment } });
    const { emit } = this.#surroundings();
    try {
      await destroySet(intent, { store, clock: systemClock, emit, signal: new AbortController().signal, declarerOf });
      return undefined;
    } catch (error) {
      if (!(error instanceof CopyFailure)) throw error;
      return error;
    } finally {
      store.close();
    }
  }

  /**
   * Loses the machine right before this run's nth request of an operation. The next run has only
   * the service.
   */
  async runLost(set: Record<string, unknown>, operation: string, nth: number, options: LossOptions = {}): Promise<void> {
    await this.runKilled(set, operation, nth, options, options.last);
    this.journal = new MemoryJournal();
    this.log = new MemorySetLog();
    // Otherwise the next run would wait for the leases, for up to a minute.
    this.destination.expireLeases("dst", undefined, options.isLeaseOver);
  }

  #surroundings() {
    const { manifest, log, journal } = this;
    const manifestLines = async function* () {
      yield* manifest;
    };
    return { log, journal, manifestLines, emit: (event: CopyEvent) => void this.events.push(event) };
  }

  of<Type extends CopyEvent["type"]>(type: Type): Extract<CopyEvent, { type: Type }>[] {
    return this.events.filter((event): event is Extract<CopyEvent, { type: Type }> => event.type === type);
  }

  requests(operation: string): number {
    return this.service.requestsOf(operation).length;
  }

  async stop(): Promise<void> {
    await this.service.stop();
  }
}
