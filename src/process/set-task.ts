import { resolve } from "node:path";
import { badIntent } from "../engine/parse-intent";
import { previewSet } from "../engine/set/preview-set";
import { recoverSet } from "../engine/set/recover-set";
import type { CopyIntent, CopySet } from "../intent";
import { applySet } from "./apply-set";
import { linesOf } from "./manifest-lines";
import type { GuardianMode } from "./guardian-environment";
import type { GuardianTask, TaskContext } from "./guardian-task";
import { journalFiles } from "./journal-files";
import type { LifetimeLimits } from "./lifetime";
import { printPlan } from "./print-plan";
import { recoverWith } from "./recover-run";
import { setLogFile } from "./set-log-file";

export type SetIntent = CopyIntent & { readonly set: CopySet };

/** What a guardian does for an intent that declares a copy set. @throws CopyFailure */
export function planSetTask(
  mode: Exclude<GuardianMode, "destroy">,
  intent: SetIntent,
  context: TaskContext,
  limits: (runMilliseconds: number) => LifetimeLimits,
): GuardianTask {
  const { store, state, claim, clock, emit, cancel } = context;
  const place = placeOf(intent, context);
  const journal = journalFiles(state);
  const log = setLogFile(state, place);
  const manifestLines = (file: string) => linesOf(resolve(context.workingDirectory, file));
  switch (mode) {
    case "apply":
      return {
        lastWordsAbout: [place],
        limits: limits(intent.timeoutMilliseconds),
        run: () => applySet({ ...context, intent, context: { store, clock, emit, cancel, journal, log, manifestLines }, place }),
      };
    case "recover":
      return {
        lastWordsAbout: [place],
        limits: limits(0),
        run: () =>
          recoverWith({ state, claim, clock, emit, destinations: [place] }, (tell) =>
            recoverSet(intent, { store, journal, log, clock, emit: tell, manifestLines }),
          ),
      };
    case "plan":
      return {
        lastWordsAbout: [],
        limits: { runMilliseconds: intent.timeoutMilliseconds, rollbackMilliseconds: 0 },
        run: () => printPlan(previewSet(intent, { store, clock, emit, signal: cancel, manifestLines }), context),
      };
    case "status":
    case "abort":
      throw badIntent([`${mode} is about single copies, and the intent declares a set`]);
  }
}

/** Stands for the set where a single copy's destination would: one run at a time works on it, and last words are about it. */
function placeOf({ set, owner }: SetIntent, { store }: TaskContext): string {
  if (set.prefixes === undefined) return `copy set ${owner || (set.manifest?.file ?? "")}`;
  const { prefix } = set.prefixes.destination;
  const container = store.container(set.prefixes.destination, "destination");
  return prefix === "" ? container.url : container.urlOf(prefix);
}
