import { resolve } from "node:path";
import { checkSet } from "../../engine/set/check/check";
import { previewSet } from "../../engine/set/preview";
import { recoverSet } from "../../engine/set/recover";
import { abortSet, setStatuses } from "../../engine/set/status";
import type { SetIntent } from "../../intent";
import { nothingToAbortText } from "../../report/answers/status";
import { applySet } from "./apply-set";
import { check } from "./check";
import { linesOf } from "./manifest-lines";
import { deleteReplaced, noteArrival } from "./destroy";
import type { GuardianMode } from "../../process/environment";
import { type GuardianTask, limitsWithoutRollback, limitsWithRollback, type TaskContext } from "./task";
import { journalFiles } from "../../state/journal-files";
import { madeCopyFiles } from "../../state/made-copy-files";
import { settleReceipt } from "../../state/receipt-file";
import { UndeliveredMessages } from "../../state/undelivered-messages";
import { printPlan } from "../../report/answers/plan";
import { printSetStatus } from "../../report/answers/set-status";
import { lostRun, recoverWith } from "./recover";
import { setLogFile } from "../../state/set-log-file";

/** Returns the task of a guardian for an intent that declares a copy set. @throws CopyFailure */
export function planSetTask(mode: Exclude<GuardianMode, "destroy">, intent: SetIntent, context: TaskContext): GuardianTask {
  const { store, state, lock, clock, emit, signal } = context;
  store.limitRequests(intent.set.maxConcurrency);
  const place = placeOf(intent, context);
  const journal = journalFiles(state);
  const made = madeCopyFiles(state);
  const log = setLogFile(state, place);
  const manifestLines = (file: string, stop: AbortSignal) => linesOf(resolve(context.workingDirectory, file), stop);
  const planContext = { store, clock, signal, manifestLines };
  const heard = () => settleReceipt(state, context.receiptId);
  const endsAtOnce = limitsWithoutRollback(intent.timeoutMilliseconds);
  const lost = lostRun(state, context.receiptId);
  switch (mode) {
    case "apply":
      return {
        undeliveredAbout: [place],
        limits: limitsWithRollback(intent.timeoutMilliseconds),
        run: async () => {
          await applySet({ ...context, intent, context: { store, clock, emit, signal, journal, made, log, manifestLines }, place });
          noteArrival(intent, context);
          await deleteReplaced(intent, context);
        },
        heard,
      };
    case "recover":
      return {
        undeliveredAbout: [place],
        limits: limitsWithRollback(0),
        run: () =>
          recoverWith({ state, lock, clock, emit, destinations: [place] }, (tell) => {
            const isCommitted = lost.wasCommitted();
            return recoverSet(intent, { store, journal, log, clock, emit: tell, manifestLines, isCommitted });
          }),
        heard,
        wasCommitted: lost.wasCommitted,
      };
    case "check":
      return { undeliveredAbout: [], limits: endsAtOnce, run: () => check(checkSet(intent, { ...planContext, made }), context) };
    case "plan":
      return {
        undeliveredAbout: [],
        limits: endsAtOnce,
        run: () => printPlan(previewSet(intent, { ...planContext, emit }), context),
      };
    case "status":
      return {
        undeliveredAbout: [],
        limits: endsAtOnce,
        run: () => printSetStatus(setStatuses(intent, planContext), new UndeliveredMessages(state).read([place]), context),
      };
    case "abort":
      return {
        undeliveredAbout: [],
        limits: endsAtOnce,
        run: async () => {
          if ((await abortSet(intent, { ...planContext, emit, journal, made })) === 0)
            context.print(`${nothingToAbortText(context.logFormat)}\n`);
        },
      };
  }
}

/**
 * Identifies the set where a single copy has its destination: one run at a time works on it, and
 * undelivered messages refer to it.
 */
function placeOf({ set, owner }: SetIntent, { store }: TaskContext): string {
  if (set.prefixes === undefined) return `copy set ${owner || (set.manifest?.file ?? "")}`;
  const { prefix } = set.prefixes.destination;
  const container = store.container(set.prefixes.destination, "destination");
  return prefix === "" ? container.url : container.urlOf(prefix);
}
