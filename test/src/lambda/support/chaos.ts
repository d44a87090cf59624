import { MemoryProcess } from "../../../support/memory-store/exchange";
import type { Template } from "../../../support/cloudformation/template";
import type { AwsWorld } from "./aws-world";

/** Somebody asks so often for what failed, before they look at it themselves. */
const PATIENCE = 8;

/** Of the invocations of each function in turn: the moment at which one dies; 0: it does not. */
export type Deaths = Readonly<Partial<Record<"onEvent" | "isComplete" | "settle", readonly number[]>>>;

/** How many sequences are tried, and for how long: CHAOS_TRIES=200 for more, the same ones in each run; CHAOS_SEED for others. */
export function chaosOf(tries: number, millisecondsEach = 2_000) {
  const numRuns = Number(process.env["CHAOS_TRIES"] ?? tries);
  return {
    parameters: { numRuns, seed: Number(process.env["CHAOS_SEED"] ?? 7) },
    enoughMilliseconds: 60_000 + numRuns * millisecondsEach,
  };
}

/** @returns the processes of `isComplete`, as they come */
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

/** Creates or updates the stack, and asks again for what CloudFormation could not roll back. @returns the status in which that ends */
export async function deploy(world: AwsWorld, isDeployed: boolean, declared: Template, fails: boolean): Promise<string> {
  const failing = fails ? ["After"] : [];
  let status = isDeployed ? await world.update(declared, failing) : await world.create(declared, failing);
  for (let tries = 0; status.endsWith("_FAILED") && tries < PATIENCE; tries++)
    status = status === "UPDATE_ROLLBACK_FAILED" ? await world.continueRollback() : await world.delete();
  return status;
}
