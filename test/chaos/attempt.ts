import { CopyMethod } from "../../lib";
import type { DeployRun } from "../e2e/rollback/support/deploy-run";
import { DeployWorld } from "../e2e/rollback/support/deploy-world";
import { eventually, pause } from "../e2e/rollback/support/eventually";
import { isRunning, signal } from "../e2e/rollback/support/processes";
import type { Random } from "./random";
import { copyScriptOf, FIRST_REQUESTS, type Kill, type Scenario, worldOf } from "./scenario";

/** How the disturbed deploy left the destination. */
export type Ending = "rolled back" | "completed" | "left to the next deploy";

export interface Attempt {
  readonly ending: Ending;
  /** The next deploy went on with a pending copy. */
  readonly adopted: boolean;
  /** What is not as it has to be; empty when all is well. */
  readonly problems: readonly string[];
  /** Milliseconds from a kill, while a copy was pending, to the arrival of the abort request. */
  readonly abortedAfter: number | undefined;
  readonly output: string;
}

/** A rollback against a service that hangs: several patient requests one after the other. */
const ROLLBACK_LIMIT_MILLISECONDS = 300_000;

/** One disturbed deploy, and the clean one after it. */
export async function attempt(scenario: Scenario, random: Random): Promise<Attempt> {
  const world = await DeployWorld.start(worldOf(scenario));
  try {
    const script = copyScriptOf(scenario);
    if (script !== undefined) world.service.script.copies(script);
    const { disturbance, kill } = scenario;
    if (disturbance !== undefined) {
      world.service.script.random(() => (random.chance(disturbance.probability) ? disturbance.fault : undefined));
    }
    const run = world.startApply();
    const killed = kill === undefined ? undefined : await killAtItsMoment(kill, scenario, world, run);
    const { output } = await run.ended;
    await world.guardiansEnded(ROLLBACK_LIMIT_MILLISECONDS);

    const left = world.leftovers;
    // Only the death of everybody excuses what is left, and only until the next deploy.
    const problems = killed?.mayBeDead === true ? [] : left.filter((leftover) => !isUnavoidable(leftover, scenario));
    const ending: Ending = !(world.isAsBefore || world.isComplete)
      ? "left to the next deploy"
      : world.isComplete
        ? "completed"
        : "rolled back";
    const abort = world.abortRequests()[0];
    const next = await world.deployAgain();
    return {
      ending,
      adopted: next.output.includes("A pending copy of the same source was found"),
      problems: [...problems, ...next.problems.map((problem) => `after the next deploy: ${problem}`)],
      abortedAfter: disturbance === undefined ? latency(killed, abort?.at) : undefined,
      output: problems.length > 0 ? output : next.output,
    };
  } finally {
    await world.dispose();
  }
}

/** A block that the service goes on reading for a guardian that was killed arrives after its rollback; it shows nowhere, and ends by itself. */
function isUnavoidable(leftover: string, { method, survivesDisconnect, kill }: Scenario): boolean {
  const isGuardianKilled = kill?.victim === "guardian" && kill.signal === "SIGKILL";
  return leftover === "uncommitted blocks" && method === CopyMethod.PUT_BLOCK_FROM_URL && survivesDisconnect && isGuardianKilled;
}

interface Killed {
  /** Milliseconds since the epoch, if a copy was pending then and its guardian stayed alive. */
  readonly at: number | undefined;
  /** Perhaps nobody was left who could roll back. */
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
  if (hasEnded()) return { at: undefined, mayBeDead: false };
  const { launcher, guardian } = run.programs;
  const isPending = method === CopyMethod.COPY_BLOB && world.journal.some(({ copyId }) => copyId !== undefined);
  const at = performance.timeOrigin + performance.now();
  strike(kill, run.pid, launcher, guardian);
  if (kill.guardianAfter !== undefined && guardian !== undefined) {
    await pause(kill.guardianAfter);
    signal(guardian, "SIGKILL");
  }
  // Whether the launcher still gets to replace the guardian, before Terraform takes it along, is chance.
  const mayBeDead = kill.victim === "everything" || kill.guardianAfter !== undefined;
  return { at: isPending && kill.guardianAfter === undefined ? at : undefined, mayBeDead };
}

function strike({ victim, signal: name }: Kill, terraform: number, launcher: number | undefined, guardian: number | undefined): void {
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
      // Stopped first, or it would see the others die.
      if (guardian !== undefined) signal(guardian, "SIGSTOP");
      signal(-terraform, "SIGKILL");
      if (guardian !== undefined) signal(guardian, "SIGKILL");
  }
}
