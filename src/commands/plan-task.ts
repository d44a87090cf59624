import { parseDestroyIntent } from "../intent/parse/parse-destroy-intent";
import { parseIntent } from "../intent/parse/parse-intent";
import type { GuardianMode } from "../process/environment";
import { planCopiesTask } from "./tasks/copies";
import { destroyOrDefer } from "./tasks/destroy";
import { destroySetTask } from "./tasks/destroy-set";
import { planSetTask } from "./tasks/set";
import { type GuardianTask, limitsWithRollback, type TaskContext } from "./tasks/task";

/**
 * Returns the task of a guardian: one of the commands, for single copies, a set, or a destroyed
 * copy.
 *
 * @throws CopyFailure
 */
export function planTask(mode: GuardianMode, json: unknown, context: TaskContext): GuardianTask {
  const deployment = context.deployment === undefined ? {} : { deployment: context.deployment };
  if (mode === "destroy") {
    const intent = { ...parseDestroyIntent(json), ...deployment };
    if ("set" in intent) return destroySetTask(intent, context);
    return { undeliveredAbout: [], limits: limitsWithRollback(0), run: () => destroyOrDefer(intent, context) };
  }
  const intent = { ...parseIntent(json), ...deployment };
  if (intent.set !== undefined) return planSetTask(mode, { ...intent, set: intent.set }, context);
  return planCopiesTask(mode, intent, context);
}
