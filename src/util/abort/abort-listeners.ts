import { setMaxListeners } from "node:events";
import { UnderWay } from "../under-way";

const listenersOf = new WeakMap<AbortSignal, UnderWay<() => void>>();

/**
 * Calls `listener` when the signal is aborted. Returns the function that removes the listener. A
 * signal that hundreds of requests share gets only one listener from here, because it searches its
 * own list from end to end whenever one is added or removed.
 */
export function onAbort(signal: AbortSignal, listener: () => void): () => void {
  let listeners = listenersOf.get(signal);
  if (listeners === undefined) {
    const all = new UnderWay<() => void>();
    listeners = all;
    listenersOf.set(signal, all);
    setMaxListeners(0, signal);
    const callAll = (): void => {
      for (const each of all) each();
    };
    signal.addEventListener("abort", callAll, { once: true });
  }
  return listeners.add(listener);
}
