import type { SetReceipt, SetIntent } from "../../intent";
import { Deadline } from "../watch/deadline";
import { explain } from "../../failure/explain";
import { CopyFailure } from "../../failure/copy-failure";
import type { ListedJournal } from "../ports/journal";
import { RequestGate } from "./flow/request-gate";
import { planSet } from "./plan/plan-set";
import { Pruning } from "./prune/pruning";
import type { SetContext } from "./plan/context";
import { ProgressReporter } from "./progress";
import { BlobOutcomes } from "./outcome/blob-outcomes";
import { AtomicWork } from "./atomic/atomic-work";
import { undoEarlierCommit } from "./atomic/earlier-commit";
import type { CommitMarks } from "./atomic/marks/commit-marks";
import { SharedRoleWait } from "../watch/shared-role-wait";
import { type RolesOfSet, roleStore } from "./work/role-store";
import { SeparateWork } from "./work/separate-work";
import type { SetWork } from "./work/set-work";
import { nothingMatches, setFailure } from "./outcome/failure";

/**
 * Executes a copy set. On failure or cancel, complete blobs stay, and the next run skips them;
 * half-done blobs are rolled back. An atomic set leaves nothing. Rejects with a
 * {@link CopyFailure}.
 */
export async function runSet(intent: SetIntent, surroundings: SetContext): Promise<SetReceipt> {
  const { set } = intent;
  const { clock, emit, log, manifestLines } = surroundings;
  const deadline = new Deadline(clock, surroundings.signal, intent.timeoutMilliseconds, 0, () => surroundings.store.trouble?.());
  // The other half of the time is left for the copies.
  const until = clock.now() + intent.timeoutMilliseconds / 2;
  const roles: RolesOfSet = new SharedRoleWait({ until, clock, emit, stop: deadline.stop });
  const store = roleStore(surroundings.store, roles);
  const context = { ...surroundings, store };
  const gate = new RequestGate({ max: set.maxConcurrency, clock, bytesPerSecond: set.bandwidthBytesPerSecond });
  const endThrottling = store.onThrottled(gate.throttled);
  const pruning = Pruning.of(intent, context, deadline);
  const counts = new BlobOutcomes({
    resultKeys: set.resultKeys,
    recopy: intent.recopy,
    clock,
    observe: context.observe,
    inventory: pruning?.inventory,
  });
  const run = { intent, store, clock, emit, journal: context.journal, made: context.made, deadline, waitsForRole: false };
  const beforeLasting = async () => pruning?.announce();
  const work: SetWork = new (set.atomic ? AtomicWork : SeparateWork)({ set, run, gate, roles, counts, log, manifestLines, beforeLasting });
  let earlier: CommitMarks | undefined;
  const progress = new ProgressReporter(counts, work, context);
  try {
    if (!set.atomic) earlier = await undoEarlierCommit(intent, context, deadline);
    await work.begin();
    await pruning?.begin();
    for await (const blobs of planSet(intent, {
      ...context,
      signal: deadline.stop,
      onLeftOut: pruning?.onLeftOut,
      isUnderWay: underWay(context.journal),
    })) {
      await work.add(pruning?.claim(blobs) ?? blobs);
      await work.hasRoom();
      if (work.isEnded || deadline.stop.aborted) break;
    }
    work.planIsComplete();
    await work.finish();
    if (deadline.stop.aborted) throw deadline.stop.reason;
    if (counts.failed > 0) throw setFailure(counts, work.endedBy, set.atomic);
    if (work.total === 0 && set.prefixes !== undefined && set.allowEmpty !== true) throw nothingMatches(set.prefixes);
    const onPruned = (name: string, url: string) => counts.addPruned(name, url);
    await pruning?.beforeCommit(work.total, onPruned);
    await work.confirm();
    let receipt = counts.receipt();
    await context.commit(receipt);
    // The set is complete, even if one of the following steps fails.
    const warn = (error: unknown) => emit({ type: "warning", text: `The set is complete, but not tidied up: ${explain(error, "").why}` });
    await work.settle().catch(warn);
    await earlier?.removeKept(clock, emit).catch(warn);
    await earlier?.remove().catch(warn);
    await pruning?.afterCommit(work.total, onPruned).catch(warn);
    if (counts.pruned > receipt.pruned) {
      receipt = counts.receipt();
      await commitAgain(receipt, context).catch(warn);
    }
    emit({ type: "set-completed", ...progress.now(), pruned: counts.pruned });
    return receipt;
  } catch (error) {
    const failure = explain(deadline.stop.aborted ? deadline.stop.reason : error, "The copy set failed");
    gate.open();
    roles.end();
    // An undo makes the counts fall, which is not progress, and a time left that is computed from
    // them would be wrong.
    if (set.atomic) progress.end();
    // A failing undo must not replace the failure that the user has to know.
    const isUndone = await work.undo(failure).catch((undoing: unknown) => {
      const { why, remedy } = explain(undoing, "");
      emit({ type: "warning", text: `The destination could not be put back as it was: ${why}; ${remedy}. The next deploy puts it back.` });
      return false;
    });
    await earlier?.release();
    await pruning?.keepTrack(counts.copied);
    if (counts.failures.length > 0)
      emit({ type: "set-failures", failed: counts.failed, failures: counts.failures.map(toldOf), causes: counts.causes.list });
    throw set.atomic && !isUndone ? failure : withWhatStays(failure, counts, isUndone);
  } finally {
    progress.end();
    endThrottling();
    deadline.dispose();
  }
}

function toldOf({ key, destination, failure: { what, why, remedy } }: BlobOutcomes["failures"][number]) {
  return { key, destination, what, why, remedy };
}

/** Adds the blobs that an atomic set pruned after its commit. */
async function commitAgain(receipt: SetReceipt, context: SetContext): Promise<void> {
  await context.commit(receipt);
}

/**
 * Tells whether an earlier run on this machine left an unsettled journal entry for a destination.
 * Undefined if there are no such entries.
 */
function underWay(journal: ListedJournal): ((destinationUrl: string) => boolean) | undefined {
  const noted = new Set([...journal.entries()].filter(({ settled }) => settled !== true).map(({ destination }) => destination));
  return noted.size === 0 ? undefined : (destinationUrl) => noted.has(destinationUrl);
}

/**
 * Adds what a user wants to know first after a cancel or a timeout: which blobs stay. Not for an
 * atomic set that could not be put back: a warning has reported it, and its blobs do not stay.
 */
function withWhatStays(failure: CopyFailure, counts: BlobOutcomes, isUndone: boolean): CopyFailure {
  if (counts.copied === 0 && counts.pruned === 0 && !isUndone) return failure;
  const { exitCode, what, side, why, remedy } = failure;
  const stays = isUndone ? "the set is atomic, so nothing of it stays" : whatStays(counts);
  return new CopyFailure({ exitCode, what, why, remedy: `${remedy}; ${stays}`, cause: failure, ...(side === undefined ? {} : { side }) });
}

function whatStays({ copied, skipped, copiedAgain, pruned }: BlobOutcomes): string {
  const counts = `${copied} ${copied === 1 ? "blob was" : "blobs were"} copied and ${skipped} ${skipped === 1 ? "was" : "were"} there already`;
  const next =
    copiedAgain === 0
      ? "the next run does not copy them again"
      : `the next run copies ${copiedAgain === copied ? "them" : `${copiedAgain} of them`} again, since overwrite is ALWAYS`;
  return `${counts}: they stay, and ${next}${pruned === 0 ? "" : `; ${pruned} pruned, and the next run prunes the rest`}`;
}
