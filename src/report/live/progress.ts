import type { CopyMethod } from "../../intent";
import type { CopyEvent, SetCounts } from "../../engine/ports/events";
import { methodName } from "../../util/method-name";
import { setFraction, setLine } from "../set-counts";
import { formatBytes, formatDuration, formatPercent, formatRate } from "../units";

interface ActiveCopy {
  readonly method: CopyMethod | undefined;
  readonly startedAt: number;
  bytesCopied: number;
  bytesTotal: number | undefined;
  description: string | undefined;
  /**
   * Start of the rate's measurement: zero for a copy of this run, the first reading for an adopted
   * copy.
   */
  measuredFrom: { readonly bytes: number; readonly at: number } | undefined;
}

/**
 * The copies under way, from the events so far, as one line: status, bytes copied of total,
 * percent, rate, time left.
 */
export class Progress {
  readonly #active = new Map<string, ActiveCopy>();
  /** In a copy set only these counts are shown, not its single copies. */
  #set: SetCounts | undefined;
  #copiesDone = 0;
  #bytesDone = 0;

  constructor(private readonly now: () => number) {}

  observe(event: CopyEvent): void {
    switch (event.type) {
      case "set-progress":
        this.#set = event;
        break;
      case "set-completed":
      case "set-rollback-started":
      case "set-failures":
        this.#set = undefined;
        break;
      case "run-failed":
        this.#set = undefined;
        this.#active.clear();
        break;
      case "method-chosen":
        this.#active.set(event.destination, {
          method: event.method,
          startedAt: this.now(),
          bytesCopied: 0,
          bytesTotal: event.bytesTotal,
          description: undefined,
          measuredFrom: { bytes: 0, at: this.now() },
        });
        break;
      case "copy-adopted":
        this.#active.set(event.destination, {
          method: undefined,
          startedAt: this.now(),
          bytesCopied: 0,
          bytesTotal: undefined,
          description: undefined,
          measuredFrom: undefined,
        });
        break;
      case "copy-progress": {
        const copy = this.#active.get(event.destination);
        if (copy === undefined) break;
        copy.bytesCopied = event.bytesCopied;
        copy.bytesTotal = event.bytesTotal ?? copy.bytesTotal;
        copy.description = event.statusDescription;
        copy.measuredFrom ??= { bytes: event.bytesCopied, at: this.now() };
        break;
      }
      case "rehydrating": {
        const copy = this.#active.get(event.destination);
        if (copy !== undefined && event.isAwaited) copy.description = event.archiveStatus;
        break;
      }
      case "copy-completed":
      case "copy-skipped":
        this.#active.delete(event.destination);
        this.#copiesDone += 1;
        if (event.type === "copy-completed") this.#bytesDone += event.receipt.bytesCopied;
        break;
      // For a copy that the service continues, or that was not started, only the end of a rollback
      // is reported.
      case "copy-left-pending":
      case "copy-aborted":
      case "rollback-started":
      case "rollback-finished":
        this.#active.delete(event.destination);
        break;
      default:
      // No other event changes how much is copied.
    }
  }

  get isActive(): boolean {
    return this.#active.size > 0 || this.#set !== undefined;
  }

  /** 0 to 1 over all copies that were started; undefined while a length is unknown. */
  get fraction(): number | undefined {
    if (this.#set !== undefined) return setFraction(this.#set);
    const { bytesCopied, bytesTotal } = this.#totals();
    return bytesTotal ? Math.min(1, bytesCopied / bytesTotal) : undefined;
  }

  /** Without a line break. */
  line(): string {
    if (this.#set !== undefined) return setLine(this.#set);
    const copies = [...this.#active.values()];
    const { bytesCopied, bytesTotal, rate, since } = this.#totals();
    const only = copies.length === 1 && this.#copiesDone === 0 ? copies[0] : undefined;
    // A synchronous method responds only at its end, so there is no number of bytes to show before.
    const isSilent = only?.method !== undefined && bytesCopied === 0;
    const parts = [isSilent ? `waiting for ${methodName(only.method)}` : bytesText(bytesCopied, bytesTotal)];
    if (rate > 0) {
      parts.push(formatRate(rate));
      if (bytesTotal !== undefined && bytesTotal > bytesCopied)
        parts.push(`${formatDuration(((bytesTotal - bytesCopied) * 1000) / rate)} left`);
    } else {
      parts.push(`${formatDuration(this.now() - since)} so far`);
    }
    if (only?.description) parts.push(`the service says: ${only.description}`);
    const head = only
      ? "Pending"
      : `Pending (${this.#copiesDone} ${this.#copiesDone === 1 ? "copy" : "copies"} done, ${copies.length} under way)`;
    return `${head}: ${parts.join(", ")}`;
  }

  #totals() {
    let bytesCopied = this.#bytesDone;
    let bytesTotal: number | undefined = this.#bytesDone;
    let rate = 0;
    let since = this.now();
    for (const copy of this.#active.values()) {
      bytesCopied += copy.bytesCopied;
      bytesTotal = bytesTotal === undefined || copy.bytesTotal === undefined ? undefined : bytesTotal + copy.bytesTotal;
      since = Math.min(since, copy.startedAt);
      const from = copy.measuredFrom;
      // The mean since the start: the service reports progress in leaps, so the rate over a shorter
      // window would jump.
      if (from && this.now() > from.at) rate += ((copy.bytesCopied - from.bytes) * 1000) / (this.now() - from.at);
    }
    return { bytesCopied, bytesTotal, rate, since };
  }
}

function bytesText(bytesCopied: number, bytesTotal: number | undefined): string {
  if (bytesTotal === undefined) return formatBytes(bytesCopied);
  return `${formatBytes(bytesCopied)} of ${formatBytes(bytesTotal)} (${formatPercent(bytesCopied, bytesTotal)})`;
}
