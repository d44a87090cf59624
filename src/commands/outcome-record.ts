import type { CopyFailure } from "../failure/copy-failure";
import type { CopyEvent } from "../engine/ports/events";
import { outcomeText } from "../report/live/event-text";
import { ended } from "../failure/sentences";
import type { UndeliveredMessage } from "../state/undelivered-messages";

/** Records how each destination of a run ended, for undelivered messages. */
export class OutcomeRecord {
  readonly #endings = new Map<string, { readonly outcome: string; readonly text: string }>();

  observe(event: CopyEvent): void {
    if (event.type === "rollback-finished") {
      this.#endings.set(event.destination, { outcome: event.outcome, text: outcomeText(event.outcome, event.detail) });
    } else if (event.type === "copy-completed" || event.type === "copy-skipped") {
      this.#endings.set(event.destination, { outcome: "completed", text: "the copy was completed, but its result could not be reported" });
    }
  }

  /**
   * One message for each destination that has an outcome. If a run failed before any had one, a
   * message for the first destination.
   */
  undeliveredMessages(destinations: readonly string[], failure: CopyFailure | undefined, now: number): UndeliveredMessage[] {
    const at = new Date(now).toISOString();
    const because = failure === undefined ? "" : `${failure.what}: ${ended(failure.why)} `;
    const words = destinations.flatMap((destination) => {
      const ending = this.#endings.get(destination);
      return ending ? [{ at, destination, outcome: ending.outcome, text: `${because}${destination}: ${ended(ending.text)}` }] : [];
    });
    if (words.length > 0 || failure === undefined) return words;
    return destinations
      .slice(0, 1)
      .map((destination) => ({ at, destination, outcome: "failed", text: `${because}${destination}: ${ended(failure.remedy)}` }));
  }
}
