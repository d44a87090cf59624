import type { CopyIntent, Receipt } from "../../intent";
import type { EventSink } from "../ports/events";
import type { BlobStore } from "../ports/blob-store";
import type { Clock } from "../ports/clock";
import { CopyLife } from "../life/copy-life";
import { Deadline } from "../watch/deadline";
import { explain } from "../../failure/explain";
import type { Journal } from "../ports/journal";
import type { MadeCopies } from "../ports/made-copies";
import { ownNotes } from "../recovery/own-notes";
import { ownerOf } from "../recovery/ownership";
import { rollbackNoted } from "../undo/rollback-noted";

export interface RunContext {
  readonly store: BlobStore;
  readonly clock: Clock;
  readonly emit: EventSink;
  readonly journal: Journal;
  /** Absent in a run without a memory. */
  readonly made?: MadeCopies | undefined;
  /** Aborted, with a CopyFailure as its reason, when the deploy ends before the copies do. */
  readonly signal: AbortSignal;
  /** Makes the results durable. If it rejects, the copies are undone. */
  commit(receipts: readonly Receipt[]): void | Promise<void>;
}

/**
 * Executes all copies of an intent. Rejects with a CopyFailure after everything unfinished was
 * rolled back.
 */
export async function runCopies(intent: CopyIntent, context: RunContext): Promise<readonly Receipt[]> {
  const deadline = new Deadline(context.clock, context.signal, intent.timeoutMilliseconds, 0, () => context.store.trouble?.());
  const journal = ownNotes(context.journal, ownerOf(intent));
  const lives: CopyLife[] = [];
  let copying: Promise<Receipt>[] = [];
  try {
    for (const declaration of intent.copies) lives.push(new CopyLife(declaration, { ...context, journal, intent, deadline }));
    copying = lives.map((life) => life.copy());
    const receipts = await Promise.all(copying);
    deadline.stop.throwIfAborted();
    await context.commit(receipts);
    await tidyUp(lives, context.emit);
    return receipts;
  } catch (error) {
    const failure = explain(error, "The copy failed");
    // The other copies have to stop before they can be undone. Each one is undone as soon as it has
    // stopped.
    deadline.end(failure);
    await Promise.all(
      lives.map(async (life, index) => {
        await copying[index]?.catch(() => undefined);
        await life.undo(failure);
      }),
    );
    throw failure;
  } finally {
    deadline.dispose();
  }
}

/** The copies are complete, even if this clean-up fails. */
async function tidyUp(lives: readonly CopyLife[], emit: EventSink): Promise<void> {
  for (const result of await Promise.allSettled(lives.map((life) => life.settle()))) {
    if (result.status === "rejected")
      emit({ type: "warning", text: `The copy is complete, but not everything it needed was tidied up: ${String(result.reason)}` });
  }
}

export interface RecoverContext extends Omit<RunContext, "commit" | "signal"> {
  /**
   * The results were made durable before the guardian was killed, so nothing is undone and only the
   * clean-up is left.
   */
  readonly isCommitted: boolean;
}

/** Rolls back the copies that the journal shows as under way, after a guardian was killed. */
export async function recoverCopies(intent: CopyIntent, context: RecoverContext): Promise<void> {
  const { store, clock, emit, isCommitted } = context;
  const journal = ownNotes(context.journal, ownerOf(intent));
  await Promise.all(
    intent.copies.map(async (declaration) => {
      const destination = store.destination(declaration.destination, { leaseId: declaration.destinationLeaseId });
      const entry = journal.read(destination.url);
      if (entry === undefined) return;
      const lost = isCommitted ? { ...entry, settled: true } : entry;
      await rollbackNoted({ entry: lost, destination, clock, emit, why: "the program was killed" }, journal);
    }),
  );
}
