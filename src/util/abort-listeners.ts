import { setMaxListeners } from "node:events";

const listenersOf = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls `listener` when the signal is aborted; returns the function that takes it off again. A signal that hundreds of requests share has
 * one listener of ours: its own list is searched from end to end for each that comes and goes.
 */
export function onAbort(signal: AbortSignal, listener: () => void): () => void {
  let listeners = listenersOf.get(signal);
  if (listeners === undefined) {
    const all = new Set<() => void>();
    listeners = all;
    listenersOf.set(signal, all);
    setMaxListeners(0, signal);
    signal.addEventListener("abort", () => all.forEach((each) => each()), { once: true });
  }
  const added = listeners.add(listener);
  return () => added.delete(listener);
}
