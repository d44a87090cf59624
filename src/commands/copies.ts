import type { BlobStore } from "../engine/ports/blob-store";
import type { BlobContainers } from "../engine/ports/blob-container";
import type { Clock } from "../engine/ports/clock";
import { abortCopies, copyStatuses } from "../engine/copies/status";
import { planCopies } from "../engine/copies/preview";
import { destroyCopy } from "../engine/copies/destroy";
import { parseIntent } from "../intent/parse-intent";
import type { CopyIntent, LocationReference } from "../intent";
import type { EventSink } from "../engine/ports/events";
import type { LogFormat } from "../util/log-format";
import type { Print } from "../report/live/reporter";
import { nothingToAbortText, statusText } from "../report/answers/status";
import { applyRun } from "./apply-copies";
import type { GuardianClaim } from "../state/claim";
import type { GuardianMode } from "../process/environment";
import { journalFiles } from "../state/journal-files";
import { LastWords } from "../state/last-words";
import { type LifetimeLimits, ROLLBACK_LIMIT_MILLISECONDS } from "../process/guardian/lifetime";
import { parseDestroyIntent } from "../intent/parse-destroy-intent";
import { printPlan } from "../report/answers/print-plan";
import { unsettleReceipt } from "../state/receipt-file";
import { recoverRun } from "./recover";
import { planSetTask } from "./set";
import type { StateDirectory } from "../state/state-directory";

export interface TaskContext {
  readonly store: BlobStore & BlobContainers;
  readonly clock: Clock;
  readonly state: StateDirectory;
  readonly claim: GuardianClaim;
  readonly cancel: AbortSignal;
  readonly emit: EventSink;
  readonly print: Print;
  /** Resolves when what was printed is taken: what nobody takes is dropped once there is too much of it. */
  readonly printed: () => Promise<unknown>;
  readonly logFormat: LogFormat;
  readonly receiptId: string | undefined;
  /** The launcher's: files that an intent names are relative to it. */
  readonly workingDirectory: string;
}

/** The one thing that a guardian was started for. */
export interface GuardianTask {
  /** About these, without any query, a last word is left when nobody listens; none for what is not a deploy. */
  readonly lastWordsAbout: readonly string[];
  readonly limits: LifetimeLimits;
  run(): Promise<void>;
  /** Called when the task is done and nobody has heard of it. */
  unheard?(): void;
}

/** Where the intent's secrets are, so that their values can be kept out of what is printed. */
export function secretVariables(json: unknown): string[] {
  const found: string[] = [];
  JSON.stringify(json, (key, value: unknown) => {
    if (key === "variable" && typeof value === "string") found.push(value);
    return value;
  });
  return found;
}

/** @throws CopyFailure when the intent cannot be used */
export function planTask(mode: GuardianMode, json: unknown, context: TaskContext): GuardianTask {
  const { store, state, claim, cancel, emit, print, logFormat } = context;
  const urlOf = (location: LocationReference) => store.destination(location).url;
  const limits = (runMilliseconds: number): LifetimeLimits => ({ runMilliseconds, rollbackMilliseconds: ROLLBACK_LIMIT_MILLISECONDS });
  /** For what has nothing to roll back: it ends when it is cancelled. */
  const endsAtOnce: LifetimeLimits = { runMilliseconds: ROLLBACK_LIMIT_MILLISECONDS, rollbackMilliseconds: 0 };

  if (mode === "destroy") {
    const intent = parseDestroyIntent(json);
    return { lastWordsAbout: [], limits: limits(0), run: () => destroyCopy(intent, context) };
  }

  const intent: CopyIntent = parseIntent(json);
  if (intent.set !== undefined) return planSetTask(mode, { ...intent, set: intent.set }, context, limits);
  const destinations = intent.copies.map((copy) => urlOf(copy.destination));
  const runContext = { store, clock: context.clock, emit, cancel, journal: journalFiles(state) };
  switch (mode) {
    case "apply":
      return {
        lastWordsAbout: destinations,
        limits: limits(intent.timeoutMilliseconds),
        run: () => applyRun({ intent, context: runContext, state, claim, destinations, receiptId: context.receiptId }),
        unheard: () => unsettleReceipt(state, context.receiptId),
      };
    case "recover":
      return {
        lastWordsAbout: destinations,
        limits: limits(0),
        run: () => recoverRun({ intent, context: runContext, state, claim, destinations, receiptId: context.receiptId }),
      };
    case "plan":
      return { lastWordsAbout: [], limits: endsAtOnce, run: () => printPlan(planCopies(intent, store), context) };
    case "status":
      return {
        lastWordsAbout: [],
        limits: endsAtOnce,
        run: async () => {
          const reports = await copyStatuses(intent, context);
          for (const line of statusText(reports, new LastWords(state).read(destinations), logFormat)) print(`${line}\n`);
        },
      };
    case "abort":
      return {
        lastWordsAbout: [],
        limits: endsAtOnce,
        run: async () => {
          const aborted = await abortCopies(intent, context);
          if (aborted.length === 0) print(`${nothingToAbortText(logFormat)}\n`);
        },
      };
  }
}
