import { setMaxListeners } from "node:events";
import { UnderWay } from "../under-way";

const listenersOf = new WeakMap<AbortSignal, UnderWay<() => void>>();

/**
 * Calls `listener` when the signal is aborted; returns the function that takes it off again. A signal that hundreds of requests share has
 * one listener of ours: its own list is searched from end to end for each that comes and goes.
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
