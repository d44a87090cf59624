import { setMaxListeners } from "node:events";

/**
 * Works through `items`, `concurrency` at a time. The first failure ends the rest, and the promise
 * rejects with it.
 */
export async function inParallel<Item>(
  items: Iterable<Item>,
  concurrency: number,
  stop: AbortSignal,
  work: (item: Item, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const failed = new AbortController();
  const signal = AbortSignal.any([stop, failed.signal]);
  // The requests of all workers listen to it.
  setMaxListeners(0, signal);
  const iterator = items[Symbol.iterator]();
  const worker = async () => {
    for (let next = iterator.next(); next.done !== true; next = iterator.next()) {
      if (signal.aborted) throw signal.reason;
      await work(next.value, signal);
    }
  };
  const results = await Promise.allSettled(
    Array.from({ length: concurrency }, () =>
      worker().catch((error: unknown) => {
        if (!signal.aborted) failed.abort(error);
        throw error;
      }),
    ),
  );
  if (stop.aborted) throw stop.reason;
  if (failed.signal.aborted) throw failed.signal.reason;
  const rejected = results.find((result) => result.status === "rejected");
  if (rejected !== undefined) throw rejected.reason;
}
