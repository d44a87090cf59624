import { destroyCopy } from "../../engine/copies/destroy";
import { DestroyPolicy, INTENT_VERSION } from "../../intent";
import type { Invocation } from "./invocation";
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
  const { record, declared, copy, store, emit, surroundings, signal, key } = invocation;
  const { undoable, current: made, operation } = record();
  if (undoable !== undefined) {
    const isDone = undoable.requestId === made?.requestId && made.receipt.copyStatus !== "pending";
    if (isDone && operation.endsFailedRun !== true) await keepForGood(invocation, undoable.entry);
    else await takeBack(invocation, "its resource is deleted, and its copy was not to stay");
  }
  const { current } = record();
  if (current !== undefined && declared.onDestroy === DestroyPolicy.DELETE) {
    const others = (await surroundings.records.at(key.place)).filter(
      (other) => other.key.resource !== key.resource && other.current !== undefined,
    );
    const destination = store.destination(copy.destination, { leaseId: copy.destinationLeaseId });
    if (others.length > 0)
      emit({ type: "destination-left", destination: destination.url, why: "another resource of this stack declares it" });
    else {
      const { owner, deployment = "" } = declared.intent;
      const { destination: place, destinationLeaseId } = copy;
      const lease = destinationLeaseId === undefined ? {} : { destinationLeaseId };
      const { receipt } = current;
      const intent = {
        version: INTENT_VERSION,
        owner,
        deployment,
        destination: place,
        ...lease,
        onDestroy: declared.onDestroy,
        receipt,
      } as const;
      await destroyCopy(intent, { store, clock: surroundings.clock, emit, signal });
    }
  }
  await forget(invocation);
}

async function forget({ save }: Invocation): Promise<void> {
  await save({ current: undefined, previous: undefined, undoable: undefined });
}
