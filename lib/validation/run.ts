import { RecopyPolicy, RollbackPolicy } from "../../src/intent";
import type { DeclaredRun } from "../intent/declared-copy";
import type { Problems } from "../framework/problems";
import { checkEnum } from "./values/enums";
import { isUnknownMap, show } from "../framework/tokens";
import { checkTimeout } from "./values/timeout";
import { checkNoSecret } from "./values/secrets";

/** Checks the options of a run as a whole, independent of its copies. */
export function checkRun(config: DeclaredRun, problems: Problems): void {
  checkTimeout(config.timeout, problems);
  checkTriggers(config.copyTriggers, problems);
  checkEnum(config.rollback, RollbackPolicy, "rollback", problems);
  checkEnum(config.recopy, RecopyPolicy, "recopy", problems);
}

function checkTriggers(triggers: { readonly [name: string]: string } | undefined, problems: Problems): void {
  if (triggers === undefined || isUnknownMap(triggers)) return;
  for (const [name, value] of Object.entries(triggers)) {
    if (checkNoSecret(name, "a name in copyTriggers", problems)) checkTrigger(value, `copyTriggers.${name}`, problems);
  }
}

function checkTrigger(value: unknown, at: string, problems: Problems): void {
  if (typeof value === "string") checkNoSecret(value, at, problems);
  else problems.add(`${at} must be a string, got ${show(value)}.`);
}
