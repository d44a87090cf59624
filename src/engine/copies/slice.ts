import type { CopyIntent, Receipt } from "../../intent";
import { CopyLife } from "../life/copy-life";
import { explain } from "../../failure/explain";
import { receiptOf } from "../finish/receipt";
import type { BlobStore } from "../ports/blob-store";
import type { Clock } from "../ports/clock";
import type { EventSink } from "../ports/events";
import type { Journal } from "../ports/journal";
import type { MadeCopies } from "../ports/made-copies";
import { claimLastWrite } from "../recovery/last-write";
import { isOurs } from "../recovery/ownership";
import { Deadline } from "../watch/deadline";

/**
 * Reason for a run that ends before its copy does and undoes nothing: a later run continues the
 * copy.
 */
export class Suspended extends Error {
  constructor() {
    super("the copy continues in a later run");
  }
}

export interface SliceContext {
  readonly store: BlobStore;
  readonly clock: Clock;
  readonly emit: EventSink;
  readonly journal: Journal;
  readonly made?: MadeCopies | undefined;
  /** Aborted with {@link Suspended} to continue later, or with a CopyFailure to undo. */
  readonly signal: AbortSignal;
  /** Time at which the first slice of the copy began, milliseconds since the epoch. */
  readonly startedAt: number;
  /** The journal was left by an earlier slice of this copy. */
  readonly goesOn: boolean;
}

/**
 * Runs a part of one copy that may take longer than its process. The journal is kept when the copy
 * is complete, so that the copy can still be undone. A caller that will never undo it calls
 * {@link rollback} with `settled`.
 *
 * @returns the receipt, or undefined if a later slice continues the copy
 * @throws CopyFailure after everything was rolled back
 */
export async function runSlice(intent: CopyIntent, context: SliceContext): Promise<Receipt | undefined> {
  const [declaration] = intent.copies;
  if (declaration === undefined) throw new Error("a slice is of one copy");
  const { clock, startedAt, signal, store, journal } = context;
  const destination = store.destination(declaration.destination, { leaseId: declaration.destinationLeaseId });
  const noted = journal.read(destination.url);
  if (noted !== undefined)
    await claimLastWrite({ entry: noted, destination, clock, note: (change) => journal.write({ ...noted, ...change }) });
  const done = await receiptOfComplete(intent, context);
  if (done !== undefined) return done;
  const deadline = new Deadline(clock, signal, intent.timeoutMilliseconds, clock.now() - startedAt, () => store.trouble?.());
  const life = new CopyLife(declaration, { ...context, intent, deadline, keepsRestorePoint: true });
  try {
    const receipt = await life.copy();
    await life.suspend();
    return receipt;
  } catch (error) {
    if (error instanceof Suspended) {
      await life.suspend();
      return undefined;
    }
    const failure = explain(error, "The copy failed");
    deadline.end(failure);
    await life.undo(failure);
    throw failure;
  } finally {
    deadline.dispose();
  }
}

/** An earlier slice had copied everything and was lost before it could report that. */
async function receiptOfComplete({ copies }: CopyIntent, { store, journal, signal }: SliceContext): Promise<Receipt | undefined> {
  const [declaration] = copies;
  if (declaration === undefined) return undefined;
  const destination = store.destination(declaration.destination, { leaseId: declaration.destinationLeaseId });
  const entry = journal.read(destination.url);
  if (entry?.complete !== true) return undefined;
  const now = await destination.getProperties({ signal });
  if (now === undefined || !isOurs(now, entry)) return undefined;
  const source = await store
    .source(declaration.source)
    .getProperties({ signal })
    .catch(() => undefined);
  const completedOn = now.copy?.completedOn ?? now.lastModified;
  return receiptOf({ destination, now, source, method: entry.method, copyId: entry.copyId ?? "", completedOn, origin: "copied" });
}
