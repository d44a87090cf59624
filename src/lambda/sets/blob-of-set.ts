import { Suspended } from "../../engine/copies/slice";
import type { CopyDeclaration } from "../../intent";
import type { CopyEvent, EventSink } from "../../engine/ports/events";
import type { Invocation, ResourceInvocation } from "../operations/invocation";
import { defined } from "../../util/defined";
import type { BlobRecord } from "../ports/record";

const WATCH_MILLISECONDS = 5_000;

/**
 * Treats one blob of a set as a resource of its own. Its data is in a row of its own, under the
 * set's lease.
 */
export function blobOfSet(set: ResourceInvocation, known: BlobRecord, copy: CopyDeclaration): Invocation {
  let { undoable, current, previous } = known;
  const left = new AbortController();
  const leave = () => left.abort(new Suspended());
  const declared = { ...set.declared, intent: { ...set.declared.intent, copies: [copy] } };
  return {
    ...set,
    copy,
    declared,
    signal: AbortSignal.any([set.signal, left.signal]),
    suspend: leave,
    emit: aside(set, leave),
    record: () => ({ ...set.record(), undoable, current, previous }),
    save: async (change) => {
      const { undoable: toUndo, current: made, previous: before } = { undoable, current, previous, ...change };
      await set.surroundings.records.saveBlob(set.key, known.name, {
        undoable: toUndo,
        current: made,
        previous: before,
        ...defined({ declaration: known.declaration }),
        // A blob that is copied, restored or gone is not to be deleted.
        condemned: undefined,
      });
      [undoable, current, previous] = [toUndo, made, before];
    },
  };
}

/**
 * A set reports its blobs as counts. A single blob gets a line only when the user may have to act.
 * A copy that is still pending after a while is left to the service, so that other blobs get their
 * turn.
 */
function aside({ emit, surroundings: { clock } }: ResourceInvocation, leave: () => void): EventSink {
  let pendingSince: number | undefined;
  return (event: CopyEvent) => {
    if (event.type === "copy-progress" && event.copyId !== "" && event.status === "pending") {
      pendingSince ??= clock.now();
      if (clock.now() - pendingSince >= WATCH_MILLISECONDS) leave();
    }
    const isWorthALine =
      event.type === "warning" ||
      event.type === "destination-left" ||
      (event.type === "rollback-finished" && (event.outcome === "incomplete" || event.outcome === "left-alone"));
    if (isWorthALine) emit(event);
  };
}
