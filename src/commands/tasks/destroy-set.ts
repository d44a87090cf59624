import type { SetDestroyIntent } from "../../intent";
import { destroyNow, isDeferred } from "./destroy";
import { type GuardianTask, limitsWithoutRollback, type TaskContext } from "./task";

/**
 * Each blob is either deleted or not yet. There is nothing to roll back, and the next destroy
 * continues.
 */
const LIMIT_MILLISECONDS = 24 * 60 * 60_000;

/** Returns the task of a guardian for a set with onDestroy that is destroyed. */
export function destroySetTask(intent: SetDestroyIntent, context: TaskContext): GuardianTask {
  return {
    undeliveredAbout: [],
    limits: limitsWithoutRollback(LIMIT_MILLISECONDS),
    run: async () => {
      const { store, state, lock, clock, emit, signal } = context;
      const { destination, name } = intent.set;
      state.create();
      // Before any waiting: the run that copies to the new place looks for the note when it is
      // complete.
      if (isDeferred(intent, context)) return;
      // A killed run of the set may still be rolled back by its replacement.
      const place = name === undefined ? store.container(destination, "destination").urlOf(destination.prefix) : `copy set ${intent.owner}`;
      await lock.take({ destinations: [place], clock, signal, onWait: (text) => emit({ type: "warning", text }) });
      await destroyNow(intent, context);
    },
  };
}
