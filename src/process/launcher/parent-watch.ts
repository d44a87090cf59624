import type { Writable } from "node:stream";
import { thisPlatform } from "../../util/platform/platform";
import { parentProcess } from "../../util/platform/parent-process";
import type { CancelReason } from "../cancel-reason";

const PARENT_POLL_MILLISECONDS = 150;

/**
 * A wrapper such as npx forwards the terminal's Ctrl-C once more. Within this time it is the same
 * keystroke.
 */
const SAME_KEYSTROKE_MILLISECONDS = 500;

export interface ParentListener {
  /**
   * Called for the first sign that the run is no longer wanted, and for every other kind of sign
   * after it.
   */
  cancel(reason: CancelReason): void;
  /** Called for a second signal: its sender does not want to wait for the rollback. */
  leave(signal: CancelReason): void;
}

/**
 * Watches for signals, a closed output, and the end of the process that started the launcher.
 * Returns the function that ends the watch.
 */
export function watchParent(output: Writable, listener: ParentListener): () => void {
  let firstSignalAt: number | undefined;
  const onSignal = (signal: CancelReason) => {
    if (firstSignalAt === undefined) {
      firstSignalAt = Date.now();
      listener.cancel(signal);
    } else if (Date.now() - firstSignalAt > SAME_KEYSTROKE_MILLISECONDS) {
      listener.leave(signal);
    }
  };
  for (const signal of thisPlatform.cancelSignals) process.on(signal, onSignal);

  // Never removed: without a listener, one late write to a closed pipe would crash the launcher.
  output.on("error", () => listener.cancel("output-closed"));

  const parent = parentProcess();
  const timer = setInterval(() => {
    if (!parent.hasEnded()) return;
    clearInterval(timer);
    listener.cancel("starter-gone");
  }, PARENT_POLL_MILLISECONDS);

  return () => {
    clearInterval(timer);
    for (const signal of thisPlatform.cancelSignals) process.off(signal, onSignal);
  };
}
