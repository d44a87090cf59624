import { parseDestroyIntent } from "../intent/parse-destroy-intent";
import { parseIntent } from "../intent/parse-intent";
import type { GuardianMode } from "../process/environment";
import { planCopiesTask } from "./copies";
import { destroyOrDefer } from "./destroy";
import { destroySetTask } from "./destroy-set";
import { planSetTask } from "./set";
import { type GuardianTask, limitsWithRollback, type TaskContext } from "./task";

/** What a guardian was started for: one of the commands, for single copies, a set, or a destroyed copy. @throws CopyFailure */
export function planTask(mode: GuardianMode, json: unknown, context: TaskContext): GuardianTask {
  const deployment = context.deployment === undefined ? {} : { deployment: context.deployment };
  if (mode === "destroy") {
    const intent = { ...parseDestroyIntent(json), ...deployment };
    if ("set" in intent) return destroySetTask(intent, context);
    return { lastWordsAbout: [], limits: limitsWithRollback(0), run: () => destroyOrDefer(intent, context) };
  }
  const intent = { ...parseIntent(json), ...deployment };
  if (intent.set !== undefined) return planSetTask(mode, { ...intent, set: intent.set }, context);
  return planCopiesTask(mode, intent, context);
}
