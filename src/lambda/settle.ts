import { keepForGood } from "./operations/rolling-back";
import type { ResourceRecord } from "./ports/record";
import { type Budget, ResourceSession } from "./session";
import type { Surroundings } from "./ports/surroundings";

/** What EventBridge tells of a stack ("CloudFormation Stack Status Change"). */
export interface StackEvent {
  /** ISO 8601, UTC, in whole seconds. */
  readonly time: string;
  readonly detail: { readonly "stack-id": string; readonly "status-details": { readonly status: string } };
}

/**
 * The run of the stack is over, so nothing of it will be rolled back any more: the restore points of its copies go. One that is
 * missed goes with the next request for its resource.
 */
export async function settleAll(event: StackEvent, surroundings: Surroundings, budget: Budget, base: NodeJS.ProcessEnv): Promise<void> {
  const { status } = event.detail["status-details"];
  if (!/^(CREATE|UPDATE|UPDATE_ROLLBACK|IMPORT)_COMPLETE$/.test(status)) return;
  // The stack's status now: another run can have begun since.
  if ((await surroundings.stackStatus(event.detail["stack-id"])) !== status) return;
  const overAt = Date.parse(event.time) + 1_000;
  for (const { key } of (await surroundings.records.all()).filter((record) => isOver(record, overAt))) {
    await ResourceSession.on(key, surroundings, budget, async (session) => {
      if (!isOver(session.record, overAt)) return;
      await session.run(base, async (invocation) => {
        const { undoable } = invocation.record();
        if (undoable !== undefined) await keepForGood(invocation, undoable.entry);
        await invocation.save({ previous: undefined });
      });
    });
  }
}

function isOver({ undoable, outcome, operation, current }: ResourceRecord, overAt: number): boolean {
  // What is pending can still be waited for, or aborted.
  return (
    undoable !== undefined &&
    current?.receipt.copyStatus !== "pending" &&
    outcome?.requestId === operation.requestId &&
    operation.acceptedAt < overAt
  );
}
