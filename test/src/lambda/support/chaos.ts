import { MemoryProcess } from "../../../support/memory-store/exchange";
import type { Template } from "../../../support/cloudformation/template";
import type { AwsWorld } from "./aws-world";

/** Number of times that a user retries a failed operation before investigating it. */
const PATIENCE = 8;

/** Deaths of each function's invocations in turn: the moment at which one dies; 0: never. */
export type Deaths = Readonly<Partial<Record<"onEvent" | "isComplete" | "settle", readonly number[]>>>;

/**
 * Number of sequences to try, and the time for each. CHAOS_TRIES=200 tries more, the same ones in
 * each run. CHAOS_SEED selects others.
 */
export function chaosOf(tries: number, millisecondsEach = 2_000) {
  const numRuns = Number(process.env["CHAOS_TRIES"] ?? tries);
  return {
    parameters: { numRuns, seed: Number(process.env["CHAOS_SEED"] ?? 7) },
    enoughMilliseconds: 60_000 + numRuns * millisecondsEach,
  };
}

/** @returns the processes of `isComplete` in the order of their creation */
export function withDeaths(world: AwsWorld, deaths: Deaths): readonly MemoryProcess[] {
  const left = { onEvent: [...(deaths.onEvent ?? [])], isComplete: [...(deaths.isComplete ?? [])], settle: [...(deaths.settle ?? [])] };
  const processes: MemoryProcess[] = [];
  world.nextProcess = (name) => {
    const process = new MemoryProcess(left[name].shift() || Infinity);
    if (name === "isComplete") processes.push(process);
    return process;
  };
  return processes;
}

/**
 * Creates or updates the stack, and retries what CloudFormation could not roll back.
 *
 * @returns the final status
 */
export async function deploy(world: AwsWorld, isDeployed: boolean, declared: Template, fails: boolean): Promise<string> {
  const failing = fails ? ["After"] : [];
  let status = isDeployed ? await world.update(declared, failing) : await world.create(declared, failing);
  for (let tries = 0; status.endsWith("_FAILED") && tries < PATIENCE; tries++)
    status = status === "UPDATE_ROLLBACK_FAILED" ? await world.continueRollback() : await world.delete();
  return status;
}
