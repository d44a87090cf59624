import { methodName } from "../../util/method-name";
import { isSameCopyId } from "../../util/same/same-copy-id";
import type { DestinationBlob } from "../ports/blob-store";
import type { Clock } from "../ports/clock";
import type { EventSink } from "../ports/events";
import type { JournalEntry } from "../ports/journal";
import { isUnfinishedBy } from "../recovery/marks";
import { isPerhapsOurs } from "../recovery/ownership";
import { retryForRollback } from "./retry-for-rollback";

/** Time for which an undo waits for the response to the start of its copy. */
const START_ANSWER_MILLISECONDS = 20_000;
/** Time for which a start whose response was lost can still reach the service. */
const START_SHOWS_MILLISECONDS = 5_000;
const START_POLL_MILLISECONDS = 250;

/** State of a Copy Blob that was sent. */
export interface Start {
  /** The response is outstanding, so the request can still take effect. */
  readonly isInFlight: () => boolean;
  /** From the response, even a late one. */
  readonly copyId: () => string | undefined;
}

/** The copy to undo, once its id is known. */
export interface KnownCopy {
  copyId: string | undefined;
}

interface StartedSomewhen {
  readonly entry: JournalEntry;
  readonly destination: DestinationBlob;
  readonly clock: Clock;
  readonly emit: EventSink;
  /** The start of the copy, if this process sent it. */
  readonly start?: Start;
}

export type Found = Readonly<KnownCopy> | "unanswered";

/**
 * Polls the destination for a while, because a start whose response was lost can still reach the
 * service. A start without a response is waited for, but for less time than a request may take. The
 * response or our mark proves which copy is ours.
 */
export async function findOurCopy({ entry, destination, clock, emit, start }: StartedSomewhen): Promise<Found> {
  const unansweredAt = clock.now() + START_ANSWER_MILLISECONDS;
  let giveUpAt = clock.now() + START_SHOWS_MILLISECONDS;
  let isSaid = false;
  for (;;) {
    const isInFlight = start?.isInFlight() === true;
    const answered = start?.copyId();
    if (answered !== undefined) return { copyId: answered };
    if (isInFlight) giveUpAt = clock.now() + START_SHOWS_MILLISECONDS;
    const now = await retryForRollback(clock, (signal) => destination.getProperties({ signal }));
    if (now?.copy !== undefined && !isSameCopyId(now.copy.id, entry.before.copyId) && isUnfinishedBy(entry.owner, now.metadata))
      return { copyId: now.copy.id };
    if (now !== undefined && isPerhapsOurs(now, entry) && !isInFlight) return { copyId: undefined };
    if (isInFlight && clock.now() >= unansweredAt) return "unanswered";
    if (clock.now() >= giveUpAt) return { copyId: undefined };
    if (isInFlight && !isSaid) {
      isSaid = true;
      const text = `${destination.url}: ${methodName(entry.method)} is not answered yet, and the copy that it starts is to be aborted: waiting up to ${START_ANSWER_MILLISECONDS / 1_000} seconds`;
      emit({ type: "warning", text });
    }
    await clock.sleep(START_POLL_MILLISECONDS);
  }
}
