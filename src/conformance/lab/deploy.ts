import { runCopies } from "../../engine/copies/run";
import type { AbortContext } from "../../engine/copies/status";
import type { CopyEvent } from "../../engine/ports/events";
import { runSet } from "../../engine/set/run";
import { CopyFailure } from "../../failure/copy-failure";
import { ExitCode } from "../../failure/exit-code";
import {
  type CopyDeclaration,
  type CopyIntent,
  CopyMethod,
  type CopySet,
  OverwritePolicy,
  type Receipt,
  RecopyPolicy,
  RollbackPolicy,
  type SetReceipt,
  SourceGuard,
} from "../../intent";
import type { Laboratory } from "./laboratory";
import { MemoryNotes } from "./memory";

const MINUTE = 60_000;

const wanted = (what: string) =>
  new CopyFailure({ exitCode: ExitCode.INTERRUPTED, what, why: "the suite wants it so", remedy: "nothing is to be done" });
/** The failure of a deploy that is meant to fail. */
const FAILED_AT_ITS_END = wanted("The deploy failed at its end");

/** Compares only `what`, because a set adds the fate of its blobs to the failure. */
export function failedAtItsEnd(failure: CopyFailure | undefined): boolean {
  return failure?.what === FAILED_AT_ITS_END.what;
}
export const CANCELLED = wanted("The deploy was cancelled");

export interface DeployOptions {
  readonly intent?: Partial<CopyIntent>;
  /** Fails after the copies are made and before they count as made, so that they are undone. */
  readonly failsAtItsEnd?: boolean;
  /** Cancels at the first event of this type. */
  readonly cancelOn?: CopyEvent["type"];
}

/** How a deploy ended. */
export interface Deployed<Result> {
  readonly result: Result | undefined;
  readonly failure: CopyFailure | undefined;
}

/**
 * The program's engine, as a deploy runs it, with notes that several deploys on one machine share.
 */
export class Deployment {
  events: CopyEvent[] = [];
  readonly #notes = new MemoryNotes();

  constructor(
    private readonly lab: Laboratory,
    private readonly owner: string,
  ) {}

  intent(change: Partial<CopyIntent> = {}): CopyIntent {
    return {
      version: 1,
      owner: this.owner,
      copies: [],
      wait: true,
      timeoutMilliseconds: 2 * MINUTE,
      rollback: RollbackPolicy.RESTORE,
      recopy: RecopyPolicy.ON_INTENT_CHANGE,
      ...change,
    };
  }

  copy(declaration: CopyDeclaration, options: DeployOptions = {}): Promise<Deployed<Receipt>> {
    const intent = this.intent({ copies: [declaration], ...options.intent });
    return this.#run(options, async (run) => {
      const [receipt] = await runCopies(intent, { ...this.#context(options), ...run });
      return receipt;
    });
  }

  set(set: CopySet, options: DeployOptions = {}): Promise<Deployed<SetReceipt>> {
    const intent = { ...this.intent(options.intent), set };
    return this.#run(options, (run) => runSet(intent, { ...this.#context(options), ...run, manifestLines: noLines }));
  }

  /** For commands other than apply. */
  get context(): AbortContext {
    return this.#context({});
  }

  #context({ cancelOn }: DeployOptions) {
    const { journal, made, log } = this.#notes;
    const cancellation = new AbortController();
    const emit = (event: CopyEvent) => {
      this.events.push(event);
      if (event.type === cancelOn) cancellation.abort(CANCELLED);
    };
    return { store: this.lab.store, clock: this.lab.clock, journal, made, log, emit, signal: cancellation.signal };
  }

  async #run<Result>(
    { failsAtItsEnd = false }: DeployOptions,
    start: (run: { readonly commit: () => void }) => Promise<Result | undefined>,
  ): Promise<Deployed<Result>> {
    this.events = [];
    const commit = () => {
      if (failsAtItsEnd) throw FAILED_AT_ITS_END;
    };
    try {
      return { result: await start({ commit }), failure: undefined };
    } catch (error) {
      if (!(error instanceof CopyFailure)) throw error;
      return { result: undefined, failure: error };
    }
  }
}

async function* noLines(): AsyncGenerator<string> {
  yield* [];
}

/**
 * A copy from a blob in the suite's source or destination container, with the program's defaults.
 */
export function declared(
  lab: Laboratory,
  from: string,
  to: string,
  options: Partial<CopyDeclaration> = {},
  side: "source" | "destination" = "source",
): CopyDeclaration {
  return {
    source: lab[side].locationOf(from),
    destination: lab.destination.locationOf(to),
    overwrite: OverwritePolicy.ALWAYS,
    method: CopyMethod.AUTO,
    sourceGuard: SourceGuard.ETAG,
    ...options,
  };
}
