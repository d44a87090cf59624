import { operate, operationsOf } from "./operate";
import type { ResourceInvocation } from "./operations/invocation";
import { isOwnWork, isUnfinished, type ResourceRecord } from "./ports/record";
import { type Budget, ResourceSession } from "./session";
import type { StackStatus, Surroundings } from "./ports/surroundings";
import { isOfThisRun } from "./this-run";

/** Event of EventBridge about a stack ("CloudFormation Stack Status Change"). */
export interface StackEvent {
  /** ISO 8601, UTC, in whole seconds. */
  readonly time: string;
  readonly detail: { readonly "stack-id": string; readonly "status-details": { readonly status: string } };
}

/** Pause between tries: a lost invocation keeps its lease for as long as it could have lived. */
const TRY_AGAIN_MILLISECONDS = 10_000;

/**
 * The run of the stack is over, so it cannot be rolled back any more: the restore points of its
 * copies are deleted. Operations whose invocation was lost while CloudFormation cleaned up, and
 * that CloudFormation does not request again, are done now.
 *
 * Rejects if anything is left, so that AWS Lambda tries again.
 */
export async function settleAll(event: StackEvent, surroundings: Surroundings, budget: Budget, base: NodeJS.ProcessEnv): Promise<void> {
  const { status } = event.detail["status-details"];
  if (!/^(CREATE|UPDATE|UPDATE_ROLLBACK|IMPORT)_COMPLETE$/.test(status)) return;
  const { clock, records, stackStatus } = surroundings;
  const giveUpAt = clock.now() + budget.work;
  const overAt = Date.parse(event.time) + 1_000;
  const isLeft = (record: ResourceRecord) => record.operation.acceptedAt < overAt && (isForgotten(record) || isUndoable(record));
  for (;;) {
    // The stack's current status: another run may have begun since the event.
    if ((await stackStatus(event.detail["stack-id"])) !== status) return;
    const left = (await records.all()).filter(isLeft);
    let areDone = true;
    let failure: unknown;
    for (const { key } of left) {
      const isDone = await ResourceSession.on(key, surroundings, budget, async (session) =>
        isLeft(session.record) ? session.run(base, (invocation) => settle(invocation, status)) : true,
      ).catch((error: unknown) => {
        failure = error;
      });
      areDone &&= isDone === true;
    }
    if (areDone) return;
    if (clock.now() > giveUpAt)
      throw failure instanceof Error ? failure : new Error("another invocation works on copies that must be settled");
    await clock.sleep(TRY_AGAIN_MILLISECONDS);
  }
}

async function settle(invocation: ResourceInvocation, status: StackStatus): Promise<boolean> {
  const { record, save, surroundings } = invocation;
  const { operation } = record();
  if (!isForgotten(record())) {
    const isUnheard = status.includes("ROLLBACK") && (await isOfThisRun(record(), surroundings));
    return isUnheard ? giveUp(invocation) : operationsOf(invocation).keepForGood();
  }
  const isDone = operation.kind === "copy" ? await giveUp(invocation) : await operate(invocation);
  if (isDone) await save({ outcome: { requestId: operation.requestId } });
  return isDone;
}

/**
 * Rolls back a copy that CloudFormation does not know about. For copies that it knows about, a
 * rollback sends requests of its own.
 */
async function giveUp(invocation: ResourceInvocation): Promise<boolean> {
  return isOwnWork(invocation.record()) ? operationsOf(invocation).rollBack("CloudFormation has given it up") : true;
}

/** Whether CloudFormation gave the operation up: it takes a lost invocation for a failure. */
function isForgotten(record: ResourceRecord): boolean {
  return isUnfinished(record) && (record.operation.kind !== "copy" || (record.undoable ?? record.open) !== undefined);
}

function isUndoable({ undoable, open, outcome, operation, current }: ResourceRecord): boolean {
  // A pending copy can still be waited for, or aborted.
  return (undoable ?? open) !== undefined && current?.receipt.copyStatus !== "pending" && outcome?.requestId === operation.requestId;
}
