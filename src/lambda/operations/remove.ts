import { destroyCopy } from "../../engine/copies/destroy";
import { DestroyPolicy, INTENT_VERSION } from "../../intent";
import { declaredElsewhere, type IsElsewhere } from "./declared-elsewhere";
import type { Invocation } from "./invocation";
import { keepForGood, rollBack } from "./rolling-back";

/**
 * Undoes a resource that was made in a run of the stack that is rolled back: the destination
 * becomes what it was before.
 */
export async function undo(invocation: Invocation): Promise<void> {
  await rollBack(invocation, "CloudFormation rolls the resource back");
  await forget(invocation);
}

/**
 * Removes a resource that is no longer declared. Its unfinished work, and the work of a failed run,
 * is undone. For a finished copy the policy decides, and only a blob that the resource wrote
 * itself, and that has not changed since then, is deleted.
 */
export async function remove(invocation: Invocation): Promise<void> {
  const { record, declared } = invocation;
  const { undoable, current: made, operation } = record();
  if (undoable !== undefined) {
    const isDone = undoable.requestId === made?.requestId && made.receipt.copyStatus !== "pending";
    if (isDone && operation.endsFailedRun !== true) await keepForGood(invocation, undoable.entry);
    else await rollBack(invocation, "its resource is deleted, and its copy was not meant to stay");
  }
  if (record().current === undefined || declared.onDestroy !== DestroyPolicy.DELETE) return forget(invocation);
  await removeMade(invocation, await declaredElsewhere(invocation));
}

/**
 * Leaves a destination that another resource of the stack declares to that resource, and reports
 * it.
 */
export async function removeMade(invocation: Invocation, isElsewhere: IsElsewhere): Promise<void> {
  const { copy, store, emit } = invocation;
  if (!isElsewhere(copy.destination)) return deleteMade(invocation);
  const { url: destination } = store.destination(copy.destination, { leaseId: copy.destinationLeaseId });
  emit({ type: "destination-left", destination, why: "another resource of this stack declares it" });
  await forget(invocation);
}

/** Delete Blob on this resource's blob, if it was copied and has not changed since then. */
export async function deleteMade(invocation: Invocation): Promise<void> {
  const { record, declared, copy, store, emit, surroundings, signal } = invocation;
  const { current } = record();
  if (current !== undefined) {
    const { owner, deployment = "" } = declared.intent;
    const { destination, destinationLeaseId } = copy;
    const intent = {
      version: INTENT_VERSION,
      owner,
      deployment,
      destination,
      ...(destinationLeaseId === undefined ? {} : { destinationLeaseId }),
      onDestroy: DestroyPolicy.DELETE,
      receipt: current.receipt,
    } as const;
    await destroyCopy(intent, { store, clock: surroundings.clock, emit, signal });
  }
  await forget(invocation);
}

async function forget({ save }: Invocation): Promise<void> {
  await save({ current: undefined, previous: undefined, undoable: undefined });
}
