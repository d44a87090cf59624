import { checkCopies } from "../../engine/copies/check";
import { planCopies } from "../../engine/copies/preview";
import { abortCopies, copyStatuses } from "../../engine/copies/status";
import type { CopyIntent } from "../../intent";
import type { GuardianMode } from "../../process/environment";
import { printPlan } from "../../report/answers/plan";
import { nothingToAbortText, statusText } from "../../report/answers/status";
import { journalFiles } from "../../state/journal-files";
import { madeCopyFiles } from "../../state/made-copy-files";
import { UndeliveredMessages } from "../../state/undelivered-messages";
import { settleReceipt } from "../../state/receipt-file";
import { applyRun } from "./apply-copies";
import { deleteReplaced } from "./destroy";
import { lostRun, recoverRun } from "./recover";
import { check } from "./check";
import { type GuardianTask, limitsWithoutRollback, limitsWithRollback, type TaskContext } from "./task";

/** Returns the task of a guardian for an intent that declares single copies. @throws CopyFailure */
export function planCopiesTask(mode: Exclude<GuardianMode, "destroy">, intent: CopyIntent, context: TaskContext): GuardianTask {
  const { store, state, lock, signal, emit, print, logFormat } = context;
  const heard = () => settleReceipt(state, context.receiptId);
  const endsAtOnce = limitsWithoutRollback(intent.timeoutMilliseconds);
  const destinations = intent.copies.map((copy) => store.destination(copy.destination).url);
  const runContext = { store, clock: context.clock, emit, signal, journal: journalFiles(state), made: madeCopyFiles(state) };
  const lost = lostRun(state, context.receiptId);
  switch (mode) {
    case "apply":
      return {
        undeliveredAbout: destinations,
        limits: limitsWithRollback(intent.timeoutMilliseconds),
        run: async () => {
          await applyRun({ intent, context: runContext, state, lock, destinations, receiptId: context.receiptId });
          await deleteReplaced(intent, context);
        },
        heard,
      };
    case "recover":
      return {
        undeliveredAbout: destinations,
        limits: limitsWithRollback(0),
        run: () => recoverRun({ intent, context: runContext, state, lock, destinations, isCommitted: lost.wasCommitted }),
        heard,
        wasCommitted: lost.wasCommitted,
      };
    case "check":
      return {
        undeliveredAbout: [],
        limits: endsAtOnce,
        run: () => check(checkCopies(intent, { ...context, made: runContext.made }), context),
      };
    case "plan":
      return { undeliveredAbout: [], limits: endsAtOnce, run: () => printPlan(planCopies(intent, store, runContext.made), context) };
    case "status":
      return {
        undeliveredAbout: [],
        limits: endsAtOnce,
        run: async () => {
          const reports = await copyStatuses(intent, context);
          for (const line of statusText(reports, new UndeliveredMessages(state).read(destinations), logFormat)) print(`${line}\n`);
        },
      };
    case "abort":
      return {
        undeliveredAbout: [],
        limits: endsAtOnce,
        run: async () => {
          const aborted = await abortCopies(intent, runContext);
          if (aborted.length === 0) print(`${nothingToAbortText(logFormat)}\n`);
        },
      };
  }
}
