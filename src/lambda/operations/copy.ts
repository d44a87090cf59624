import { runSlice } from "../../engine/copies/slice";
import type { MadeCopies, MadeCopy } from "../../engine/ports/made-copies";
import { ownerOf } from "../../engine/recovery/ownership";
import type { Receipt } from "../../intent";
import type { Made } from "../ports/record";
import { type Invocation, journalOf } from "./invocation";
import { keepForGood } from "./rolling-back";

/**
 * Makes the destination what is declared, or goes on with it.
 *
 * @returns undefined when a later invocation goes on
 * @throws CopyFailure after everything was rolled back
 */
export async function copy(invocation: Invocation): Promise<Receipt | undefined> {
  const { record, declared, store, surroundings, emit, signal, save } = invocation;
  const { requestId, acceptedAt } = record().operation;
  const { undoable, current } = record();
  // The run of the stack that made it is over, or this one would have been its rollback.
  const isPending = current?.receipt.copyStatus === "pending";
  if (undoable !== undefined && undoable.requestId !== requestId && undoable.requestId === current?.requestId && !isPending) {
    await keepForGood(invocation, undoable.entry);
  }
  if (current?.requestId === requestId) return current.receipt;
  // What was only started before is now waited for.
  const goesOnPending = isPending && declared.intent.wait && current.fingerprint === declared.fingerprint;
  if (current?.fingerprint === declared.fingerprint && !goesOnPending) return current.receipt;
  const { clock } = surroundings;
  const receipt = await runSlice(declared.intent, {
    store,
    clock,
    emit,
    journal: journalOf(invocation),
    made: madeCopies(current),
    signal,
    startedAt: acceptedAt,
    goesOn: record().undoable?.requestId === requestId || goesOnPending,
  });
  if (receipt === undefined) return undefined;
  const note = noteOf(invocation, receipt);
  await save({ previous: current, current: { requestId, fingerprint: declared.fingerprint, receipt, note } });
  return receipt;
}

/** What this resource made of the destination, as far as it remembers. */
function madeCopies(current: Made | undefined): MadeCopies {
  return {
    read: (destination) => (current?.note?.destination === destination ? current.note : undefined),
    write: () => undefined,
  };
}

function noteOf({ store, copy: { source }, declared }: Invocation, receipt: Receipt): MadeCopy | undefined {
  if (receipt.origin !== "copied") return undefined;
  const { destinationUrl, etag, copyId, sourceEtag, method } = receipt;
  const { identity } = store.source(source);
  return { destination: destinationUrl, owner: ownerOf(declared.intent), source: identity, sourceEtag, etag, copyId, method };
}
