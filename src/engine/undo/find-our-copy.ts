import { methodName } from "../../util/method-name";
import { isSameCopyId } from "../../util/same/same-copy-id";
import type { DestinationBlob } from "../ports/blob-store";
import type { Clock } from "../ports/clock";
import type { EventSink } from "../ports/events";
import type { JournalEntry } from "../ports/journal";
import { isUnfinishedBy } from "../recovery/marks";
import { isPerhapsOurs } from "../recovery/ownership";
import { retryForRollback } from "./retry-for-rollback";

/** How long the answer to a start is waited for once nobody wants the copy any more. */
const START_ANSWER_MILLISECONDS = 20_000;
/** How long a start whose answer was lost can still be on its way. */
const START_SHOWS_MILLISECONDS = 5_000;
const START_POLL_MILLISECONDS = 250;

/** What is known of a Copy Blob that was sent. */
export interface Start {
  /** Unanswered so far, so that it can take effect yet. */
  readonly isInFlight: () => boolean;
  /** From its answer, however late that came. */
  readonly copyId: () => string | undefined;
}

/** The copy that is to be undone, once it is found. */
export interface KnownCopy {
  copyId: string | undefined;
}

interface StartedSomewhen {
  readonly entry: JournalEntry;
  readonly destination: DestinationBlob;
  readonly clock: Clock;
  readonly emit: EventSink;
  /** The start of the copy, where it was sent by this process. */
  readonly start?: Start;
}

export type Found = Readonly<KnownCopy> | "unanswered";

/**
 * A start whose answer was lost can still be on its way, so the destination is watched for a while; one that is not answered is
 * waited for, but not for as long as a request may take. Its answer or our mark proves which copy is ours.
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
      const text = `${destination.url}: ${methodName(entry.method)} is not answered yet, and what it starts is to be aborted: waiting up to ${START_ANSWER_MILLISECONDS / 1_000} seconds`;
      emit({ type: "warning", text });
    }
    await clock.sleep(START_POLL_MILLISECONDS);
  }
}
