import type { SetDestroyIntent } from "../../intent";
import { destroyNow, isDeferred } from "./destroy";
import { type GuardianTask, limitsWithoutRollback, type TaskContext } from "./task";

/** Deleting is done, blob by blob, or not yet: there is nothing to roll back, and the next destroy goes on. */
const LIMIT_MILLISECONDS = 24 * 60 * 60_000;

/** What a guardian does for a set with onDestroy that is destroyed. */
export function destroySetTask(intent: SetDestroyIntent, context: TaskContext): GuardianTask {
  return {
    undeliveredAbout: [],
    limits: limitsWithoutRollback(LIMIT_MILLISECONDS),
    run: async () => {
      const { store, state, lock, clock, emit, signal } = context;
      const { destination, name } = intent.set;
      state.create();
      // Before anything is waited for: the run that copies to the new place looks for the note when it is complete.
      if (isDeferred(intent, context)) return;
      // A run of the set that was killed may still be undoing what it did.
      const place = name === undefined ? store.container(destination, "destination").urlOf(destination.prefix) : `copy set ${intent.owner}`;
      await lock.take({ destinations: [place], clock, signal, onWait: (text) => emit({ type: "warning", text }) });
      await destroyNow(intent, context);
    },
  };
}
