import { resolve } from "node:path";
import { setFlagsFromString } from "node:v8";
import { recoverSet, type RecoverSetContext } from "../../engine/set/recover";
import { runSet } from "../../engine/set/run";
import type { SetContext } from "../../engine/set/plan/context";
import type { SetIntent } from "../../intent";
import { ManifestOut } from "../../report/files/manifest-out";
import { ReportPage } from "../../report/files/report-page";
import { reportUndelivered } from "./apply-copies";
import type { GuardianLock } from "../../state/guardian-lock";
import { UndeliveredMessages } from "../../state/undelivered-messages";
import { reserveReceipt } from "../../state/receipt-file";
import type { StateDirectory } from "../../state/state-directory";

export interface ApplySetRequest {
  readonly intent: SetIntent;
  readonly context: Pick<SetContext, "store" | "clock" | "emit" | "log" | "made" | "signal" | "manifestLines"> &
    Pick<RecoverSetContext, "journal">;
  readonly state: StateDirectory;
  readonly lock: GuardianLock;
  /** Identifies the set where a single copy has its destination. */
  readonly place: string;
  readonly receiptId: string | undefined;
  readonly workingDirectory: string;
}

/**
 * `apply` of a set around the engine. Every file is opened before a copy starts, and is complete
 * when the run counts as done.
 */
export async function applySet(request: ApplySetRequest): Promise<void> {
  const { intent, context, state, lock, place, receiptId } = request;
  const { set } = intent;
  const inWorkingDirectory = (file: string) => resolve(request.workingDirectory, file);
  // A set produces garbage at a high rate and keeps little. By default the heap would grow to
  // several times the size that it needs.
  setFlagsFromString("--heap-growing-percent=60");
  state.create();
  const receipt = reserveReceipt(state, receiptId, 1 + set.resultKeys.length);
  const outputs: (ManifestOut | ReportPage)[] = [];
  let hasBegun = false;
  try {
    if (set.manifestOut !== undefined) outputs.push(new ManifestOut(inWorkingDirectory(set.manifestOut)));
    const { clock, signal, emit } = context;
    if (set.report !== undefined) outputs.push(new ReportPage(inWorkingDirectory(set.report), intent.owner, () => clock.now()));
    await lock.take({ destinations: [place], clock, signal, onWait: (text) => emit({ type: "warning", text }) });
    reportUndelivered(new UndeliveredMessages(state), [place], context);
    const found = receipt.begin();
    if (found === "committed") await recoverSet(intent, { ...context, isCommitted: true });
    if (found !== "none") return;
    hasBegun = true;
    await runSet(intent, {
      ...context,
      ...(outputs.length === 0 ? {} : { observe: (result) => outputs.forEach((output) => output.add(result)) }),
      commit: (result) => {
        for (const output of outputs) output.complete();
        receipt.commit(result);
      },
    });
  } finally {
    for (const output of outputs) {
      if (hasBegun) output.abandon();
      else output.discard();
    }
    receipt.release();
  }
}
