import { destroyCopy } from "../engine/copies/destroy";
import { parseDestroyIntent } from "../intent/parse-destroy-intent";
import { parseIntent } from "../intent/parse-intent";
import { type DestroyIntent, DestroyPolicy } from "../intent";
import type { GuardianMode } from "../process/environment";
import { planCopiesTask } from "./copies";
import { destroySetTask } from "./destroy-set";
import { planSetTask } from "./set";
import { readDeclaredPlaces, stillDeclared } from "./still-declared";
import { type GuardianTask, limitsWithRollback, type TaskContext } from "./task";

/** What a guardian was started for: one of the commands, for single copies, a set, or a destroyed copy. @throws CopyFailure */
export function planTask(mode: GuardianMode, json: unknown, context: TaskContext): GuardianTask {
  const deployment = context.deployment === undefined ? {} : { deployment: context.deployment };
  if (mode === "destroy") {
    const intent = { ...parseDestroyIntent(json), ...deployment };
    if ("set" in intent) return destroySetTask(intent, context);
    return { lastWordsAbout: [], limits: limitsWithRollback(0), run: () => destroyUnlessDeclared(intent, context) };
  }
  const intent = { ...parseIntent(json), ...deployment };
  if (intent.set !== undefined) return planSetTask(mode, { ...intent, set: intent.set }, context);
  return planCopiesTask(mode, intent, context);
}

async function destroyUnlessDeclared(intent: DestroyIntent, context: TaskContext): Promise<void> {
  const other = stillDeclared(intent, readDeclaredPlaces(context.declaredFile, context.workingDirectory));
  if (intent.onDestroy !== DestroyPolicy.DELETE || other === undefined) return destroyCopy(intent, context);
  const why = `${other.owner} still declares it, perhaps spelled in another way; delete it by hand if nothing needs it`;
  context.emit({ type: "destination-left", destination: context.store.destination(intent.destination).url, why });
}
