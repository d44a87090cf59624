import { CopyMethod } from "../../lib";
import { isAsynchronous } from "../../src/intent";
import type { DeployRun } from "../e2e/rollback/support/deploy-run";
import { DeployWorld } from "../e2e/rollback/support/deploy-world";
import { eventually, pause } from "../e2e/rollback/support/eventually";
import { isRunning, signal } from "../e2e/rollback/support/processes";
import type { Random } from "./random";
import { applyUnknowns } from "./unknowns";
import { copyScriptOf, FIRST_REQUESTS, type Kill, type Scenario, worldOf } from "./scenario";

/** The destination's state after the disturbed deploy. */
export type Ending = "rolled back" | "completed" | "left to the next deploy";

export interface Attempt {
  readonly ending: Ending;
  /** The next deploy continued with a pending copy. */
  readonly adopted: boolean;
  /**
   * Terraform lost its state, so the leftovers belong to another deployment. Only then may the next
   * deploy leave them alone.
   */
  readonly lostState: boolean;
  /** Deviations from the required state. */
  readonly problems: readonly string[];
  /** Milliseconds from a kill during a pending copy to the arrival of the abort request. */
  readonly abortedAfter: number | undefined;
  /** Milliseconds from a kill during a copy until the destination is as before again. */
  readonly restoredAfter: number | undefined;
  readonly output: string;
}

/**
 * Limit for a rollback while the service hangs: several requests in a row with long timeouts, of
 * which Put Block List waits for two minutes.
 */
export const ROLLBACK_LIMIT_MILLISECONDS = 900_000;

/** Runs one disturbed deploy, and then a clean one. */
export async function attempt(scenario: Scenario, random: Random): Promise<Attempt> {
  const world = await DeployWorld.start(worldOf(scenario));
  try {
    const script = copyScriptOf(scenario);
    if (script !== undefined) world.service.script.copies(script);
    const { disturbance, kill } = scenario;
    applyUnknowns(scenario.unknowns, world.service.script);
    if (disturbance !== undefined) {
      world.service.script.random(() => (random.chance(disturbance.probability) ? disturbance.fault : undefined));
    }
    const run = world.startApply({ descriptors: scenario.descriptors });
    const killed = kill === undefined ? undefined : await killAtItsMoment(kill, scenario, world, run);
    const acting = somebodyElseActs(scenario, world, random);
    const restored = killed?.isUnderWay === true ? restoredAt(world) : undefined;
    const { output } = await run.ended;
    await world.guardiansEnded(ROLLBACK_LIMIT_MILLISECONDS);
    restored?.end();

    const written = await acting;
    // A launcher that Terraform started late may have begun after the end of the other launchers'
    // guardian.
    await world.guardiansEnded(ROLLBACK_LIMIT_MILLISECONDS);
    const left = written === undefined ? world.leftovers : leftoversBeside(written, world);
    // Leftovers are allowed only if all processes were killed, and only until the next deploy.
    const problems =
      killed?.mayBeDead === true
        ? []
        : left.filter(
            (leftover) =>
              !isUnavoidable(leftover, scenario) && !cannotBeDropped(leftover, scenario) && !isKeptForTheNext(leftover, scenario, output),
          );
    const ending: Ending = !(world.isAsBefore || world.isComplete)
      ? "left to the next deploy"
      : world.isComplete
        ? "completed"
        : "rolled back";
    const abort = world.abortRequests()[0];
    const lostState = world.project.hasLostState;
    const next = await world.deployAgain();
    // If the copy ended before another client overwrote it, the next deploy does not copy again:
    // nothing has changed for Terraform.
    const isTheirs = written !== undefined && holds(world, written);
    const known = next.problems.filter(
      (problem) => !cannotBeDropped(problem, scenario) && !isUnproved(problem, scenario, `${output}\n${next.output}`),
    );
    const after = lostState ? [] : isTheirs ? known.filter((problem) => !isAboutTheirs(problem)) : known;
    return {
      ending,
      adopted: next.output.includes("A pending copy of the same source was found"),
      lostState,
      problems: [...problems, ...after.map((problem) => `after the next deploy: ${problem}`)],
      abortedAfter: disturbance === undefined ? latency(killed, abort?.at) : undefined,
      restoredAfter:
        disturbance === undefined && written === undefined && killed !== undefined ? restored?.after(killed.struckAt) : undefined,
      output: problems.length > 0 ? output : next.output,
    };
  } finally {
    await world.dispose();
  }
}

/**
 * A block that the service is still reading for a killed guardian arrives after the rollback. It is
 * invisible, and the service drops it.
 */
function isUnavoidable(leftover: string, { method, survivesDisconnect, kill }: Scenario): boolean {
  const isGuardianKilled = kill?.victim === "guardian" && kill.signal === "SIGKILL";
  return leftover === "uncommitted blocks" && method === CopyMethod.PUT_BLOCK_FROM_URL && survivesDisconnect && isGuardianKilled;
}

/**
 * A start without an answer can still take effect. After a last write without an answer, its author
 * cannot be known. In both cases the previous state is kept for the next deploy, and the run
 * reports it.
 */
function isKeptForTheNext(leftover: string, { disturbance }: Scenario, output: string): boolean {
  const hangs = disturbance?.fault.kind.startsWith("hang") === true;
  const isStart = hangs && output.includes("Copy Blob was not answered, so it can still take effect");
  return leftover === "a restore point" && (isStart || output.includes("the copy had completed, or another client wrote it"));
}

/**
 * If the service keeps blocks when a list without them is committed, no request drops them. The
 * service does so after a week.
 */
function cannotBeDropped(leftover: string, { unknowns }: Scenario): boolean {
  const isKept = [...unknowns].some(([question, way]) => question === "uncommitted-blocks-of-others" && way === "stay");
  return leftover === "uncommitted blocks" && isKept;
}

/**
 * An incremental copy does not carry a mark, and this service does not show its source. After a
 * lost answer, the copy looks like another client's, so it stays, and the run reports it. The next
 * deploy adds the same snapshot to it.
 */
function isUnproved(problem: string, { method, unknowns, disturbance }: Scenario, output: string): boolean {
  const isSourceHidden = [...unknowns].some(([question, way]) => question === "copy-source-is-shown" && way === "not at all");
  const isLost = disturbance?.fault.kind.endsWith("after effect") === true;
  const isTold = output.includes("another client changed the destination meanwhile");
  const isAboutIt = ["a destination neither", "not complete", "other-"].some((beginning) => problem.startsWith(beginning));
  return method === CopyMethod.INCREMENTAL_COPY_BLOB && isSourceHidden && isLost && isTold && isAboutIt;
}

/** Another client writes the destination during the copy. Resolves with the written content. */
async function somebodyElseActs({ method, writtenAfter }: Scenario, world: DeployWorld, random: Random): Promise<string | undefined> {
  if (writtenAfter === undefined) return undefined;
  const operation = FIRST_REQUESTS[method as keyof typeof FIRST_REQUESTS];
  await eventually(() => world.service.requestsOf(operation).length > 0, undefined).catch(() => undefined);
  await pause(writtenAfter);
  // The service refuses writes onto a pending copy.
  if (world.destination?.copy?.status === "pending") return undefined;
  const content = `somebody else's ${String(random.next())}`;
  world.overwrite("destination", content);
  return content;
}

/**
 * The other client's content stays, or the copy replaces it completely. A rollback never restores
 * the state before it.
 */
function leftoversBeside(written: string, world: DeployWorld): string[] {
  const lost = holds(world, written) || world.isComplete ? [] : ["what somebody else wrote is lost"];
  // Our blocks cannot be dropped without writing the blob. The service drops them within a week.
  const mayStay = (leftover: string) => leftover === "uncommitted blocks" && holds(world, written);
  return [...lost, ...world.leftovers.filter((leftover) => !leftover.startsWith("a destination neither") && !mayStay(leftover))];
}

function holds({ destination }: DeployWorld, text: string): boolean {
  return destination?.content.length === text.length && destination.content.read().toString() === text;
}

function isAboutTheirs(problem: string): boolean {
  return problem.startsWith("a destination neither") || problem.startsWith("not complete after the next deploy: copy.bin\n");
}

/** Polls until it is ended, and notes when the destination is as before again. */
function restoredAt(world: DeployWorld) {
  const wasTouched = () => !world.isAsBefore;
  let touched = wasTouched();
  let at: number | undefined;
  const timer = setInterval(() => {
    const isAsBefore = world.isAsBefore;
    if (!isAsBefore) at = undefined;
    else if (touched) at ??= performance.timeOrigin + performance.now();
    touched ||= !isAsBefore;
  }, 5);
  return {
    end: () => clearInterval(timer),
    after: (struckAt: number) => (at === undefined ? undefined : at - struckAt),
  };
}

interface Killed {
  /** Milliseconds since the epoch. */
  readonly struckAt: number;
  /** The copy had begun, and its guardian stayed alive. */
  readonly isUnderWay: boolean;
  /** Milliseconds since the epoch, if a copy was pending then and its guardian stayed alive. */
  readonly at: number | undefined;
  /** Possibly no process was left that could roll back. */
  readonly mayBeDead: boolean;
}

function latency(killed: Killed | undefined, abortedAt: number | undefined): number | undefined {
  if (killed?.at === undefined || abortedAt === undefined || abortedAt < killed.at) return undefined;
  return abortedAt - killed.at;
}

async function killAtItsMoment(kill: Kill, { method }: Scenario, world: DeployWorld, run: DeployRun): Promise<Killed> {
  const hasEnded = () => !isRunning(run.pid);
  if (kill.from === "the copy's first request") {
    const operation = FIRST_REQUESTS[method as keyof typeof FIRST_REQUESTS];
    await eventually(
      () => hasEnded() || world.service.requestsOf(operation).length > 0,
      () => run.output,
      ROLLBACK_LIMIT_MILLISECONDS,
    );
  }
  await pause(kill.after);
  if (hasEnded()) return { struckAt: 0, isUnderWay: false, at: undefined, mayBeDead: false };
  const { launcher, guardian } = run.programs;
  const isPending = isAsynchronous(method) && world.journal.some(({ copyId }) => copyId !== undefined);
  const at = performance.timeOrigin + performance.now();
  strike(kill, run.pid, launcher, guardian);
  if (kill.guardianAfter !== undefined && guardian !== undefined) {
    await pause(kill.guardianAfter);
    signal(guardian, "SIGKILL");
  }
  // By chance, the launcher may still replace the guardian before Terraform's end also ends the
  // launcher.
  const mayBeDead = kill.victim === "everything" || kill.guardianAfter !== undefined;
  const isUnderWay = !mayBeDead && kill.victim !== "guardian" && kill.from === "the copy's first request";
  return { struckAt: at, isUnderWay, at: isPending && kill.guardianAfter === undefined ? at : undefined, mayBeDead };
}

export function strike(
  { victim, signal: name }: Kill,
  terraform: number,
  launcher: number | undefined,
  guardian: number | undefined,
): void {
  switch (victim) {
    case "terraform":
      return signal(terraform, name);
    case "launcher":
      return launcher === undefined ? undefined : signal(launcher, name);
    case "guardian":
      return guardian === undefined ? undefined : signal(guardian, name);
    case "terraform and launcher":
      return signal(-terraform, name);
    case "everything":
      // Stop the guardian first, so that it does not see the others die.
      if (guardian !== undefined) signal(guardian, "SIGSTOP");
      signal(-terraform, "SIGKILL");
      if (guardian !== undefined) signal(guardian, "SIGKILL");
  }
}
