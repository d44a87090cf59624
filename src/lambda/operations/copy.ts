import { runSlice, Suspended } from "../../engine/copies/slice";
import { isSameCopyId } from "../../util/same/same-copy-id";
import { CopyFailure } from "../../failure/copy-failure";
import { ExitCode } from "../../failure/exit-code";
import type { JournalEntry } from "../../engine/ports/journal";
import type { MadeCopies, MadeCopy } from "../../engine/ports/made-copies";
import { ownerOf } from "../../engine/recovery/ownership";
import type { Receipt } from "../../intent";
import type { Made } from "../ports/record";
import { type Invocation, journalOf } from "./invocation";
import { keepForGood, withEtag } from "./rolling-back";

/**
 * Makes the destination what is declared, or continues such a copy.
 *
 * @returns undefined if a later invocation continues
 * @throws CopyFailure after everything was rolled back
 */
export async function copy(invocation: Invocation): Promise<Receipt | undefined> {
  const { record, declared, store, surroundings, emit, signal, save } = invocation;
  const { requestId, acceptedAt } = record().operation;
  const { undoable, current } = record();
  // The run of the stack that made the copy is over: otherwise this request would be its rollback.
  const isPending = current?.receipt.copyStatus === "pending";
  if (undoable !== undefined && undoable.requestId !== requestId && undoable.requestId === current?.requestId && !isPending) {
    await keepForGood(invocation, undoable.entry);
  }
  if (current?.requestId === requestId) return current.receipt;
  if (current?.fingerprint === declared.fingerprint) {
    if (!isPending || !declared.intent.wait) return current.receipt;
    // A pending copy without a journal entry came to nothing, and is made again.
    if (undoable?.requestId === current.requestId) return awaitPending(invocation, current);
  }
  const { clock } = surroundings;
  let putBack: JournalEntry["before"] | undefined;
  const receipt = await runSlice(declared.intent, {
    store,
    clock,
    emit: (event) => {
      if (event.type === "rollback-finished" && event.outcome === "restored") putBack = record().undoable?.entry.before;
      emit(event);
    },
    journal: journalOf(invocation),
    made: madeCopies(current),
    signal,
    startedAt: acceptedAt,
    goesOn: record().undoable?.requestId === requestId,
  }).catch(async (error: unknown) => {
    if (current !== undefined && putBack !== undefined) await keepAsOurs(invocation, current, putBack);
    throw error;
  });
  if (receipt === undefined) return undefined;
  const note = noteOf(invocation, receipt);
  await save({ previous: current, current: { requestId, fingerprint: declared.fingerprint, receipt, note } });
  return receipt;
}

/** A restored blob has another ETag than the copied one, and still belongs to this resource. */
async function keepAsOurs({ store, copy: declaration, save }: Invocation, made: Made, before: JournalEntry["before"]): Promise<void> {
  if (made.receipt.etag !== before.etag) return;
  const destination = store.destination(declaration.destination, { leaseId: declaration.destinationLeaseId });
  // The reason why the copy failed matters more than an error here.
  const now = await destination.getProperties().catch(() => undefined);
  if (now !== undefined) await save({ current: withEtag(made, now.etag) });
}

/**
 * Waits for a copy that an earlier run of the stack only started. The copy belongs to that run: if
 * this run fails, a pending copy is not aborted, and a complete one stays.
 */
async function awaitPending(invocation: Invocation, started: Made): Promise<Receipt | undefined> {
  const { record, declared, store, copy: declaration, surroundings, emit, signal, save } = invocation;
  const { clock } = surroundings;
  const destination = store.destination(declaration.destination, { leaseId: declaration.destinationLeaseId });
  const now = await destination.getProperties({ signal });
  if (now?.copy?.status === "pending" && isSameCopyId(now.copy.id, started.receipt.copyId)) {
    const { timeoutMilliseconds } = declared.intent;
    if (clock.now() - record().operation.acceptedAt >= timeoutMilliseconds) throw stillPending(destination.url, timeoutMilliseconds);
    return undefined;
  }
  const left = new AbortController();
  signal.addEventListener("abort", () => left.abort(new Suspended()), { once: true });
  const { requestId } = started;
  const receipt = await runSlice(declared.intent, {
    store,
    clock,
    emit,
    journal: journalOf(invocation, requestId),
    made: madeCopies(started),
    signal: left.signal,
    startedAt: clock.now(),
    goesOn: true,
  });
  if (receipt !== undefined)
    await save({ current: { requestId, fingerprint: declared.fingerprint, receipt, note: noteOf(invocation, receipt) } });
  return receipt;
}

function stillPending(url: string, milliseconds: number): CopyFailure {
  return new CopyFailure({
    exitCode: ExitCode.TIMED_OUT,
    what: `The copy to ${url} is still pending`,
    side: "destination",
    why: `an earlier deployment started it, and this one waited as long as the timeout allows: ${milliseconds / 1_000} seconds; the copy continues`,
    remedy: "deploy again when it is over, or nearly over",
  });
}

/** The copy that this resource made of the destination, according to its record. */
function madeCopies(current: Made | undefined): MadeCopies {
  return {
    read: (destination) => (current?.note?.destination === destination ? current.note : undefined),
    write: () => undefined,
  };
}

function noteOf({ store, copy: { source }, declared }: Invocation, receipt: Receipt): MadeCopy | undefined {
  if (receipt.origin !== "copied") return undefined;
  const { destinationUrl, etag, copyId, copyStatus, sourceEtag, method } = receipt;
  const { identity } = store.source(source);
  const note = { destination: destinationUrl, owner: ownerOf(declared.intent), source: identity, sourceEtag, etag, copyId, method };
  return { ...note, isPending: copyStatus === "pending" };
}
