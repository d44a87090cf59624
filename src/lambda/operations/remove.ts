import { destroyCopy } from "../../engine/copies/destroy";
import { DestroyPolicy, INTENT_VERSION } from "../../intent";
import type { Invocation, ResourceInvocation } from "./invocation";
import { keepForGood, takeBack } from "./rolling-back";

/** The resource was made in a run of the stack that is rolled back: the destination becomes what it was before. */
export async function undo(invocation: Invocation): Promise<void> {
  await takeBack(invocation, "CloudFormation rolls the resource back");
  await forget(invocation);
}

/**
 * The resource is not declared any more. What it had not finished is undone, and what a run did that failed; of what it had, only its
 * policy decides, and only what it wrote itself and nobody changed since is deleted.
 */
export async function remove(invocation: Invocation): Promise<void> {
  const { record, declared, copy, store } = invocation;
  const { undoable, current: made, operation } = record();
  if (undoable !== undefined) {
    const isDone = undoable.requestId === made?.requestId && made.receipt.copyStatus !== "pending";
    if (isDone && operation.endsFailedRun !== true) await keepForGood(invocation, undoable.entry);
    else await takeBack(invocation, "its resource is deleted, and its copy was not to stay");
  }
  if (record().current === undefined || declared.onDestroy !== DestroyPolicy.DELETE) return forget(invocation);
  const { url } = store.destination(copy.destination, { leaseId: copy.destinationLeaseId });
  if (await isLeftToAnother(invocation, url)) return forget(invocation);
  await deleteMade(invocation);
}

/** Delete Blob on what was made of the destination, if it was copied and nobody has changed it since. */
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

/** Whether the stack still declares the place by another resource, as after a construct has got another id: that is said. */
export async function isLeftToAnother({ surroundings, key, record, emit }: ResourceInvocation, destination: string): Promise<boolean> {
  const { records, stackStatus } = surroundings;
  const others = (await records.at(key.place)).filter(
    ({ key: { resource }, current, summary, operation: { kind } }) =>
      resource !== key.resource && (current ?? summary) !== undefined && kind !== "remove" && kind !== "undo",
  );
  // Of a stack that is deleted, the others only come later.
  if (others.length === 0 || (await stackStatus(record().stackId)).startsWith("DELETE_")) return false;
  emit({ type: "destination-left", destination, why: "another resource of this stack declares it" });
  return true;
}

async function forget({ save }: Invocation): Promise<void> {
  await save({ current: undefined, previous: undefined, undoable: undefined });
}
