/**
 * `npm run chaos`: hundreds of real deploys against the fake service. Each is killed or hit by
 * faults at a random moment, and one clean deploy follows it. Prints the results; exit code 1 when
 * one of them left a problem.
 *
 * Usage: `npm run chaos -- --tries 300 --seed 7 --parallel 3 [--only 42]`
 */
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { type Attempt, attempt } from "./attempt";
import { figures, isWrong, type Tried } from "./figures";
import { Random } from "./random";
import { describeScenario, drawScenario } from "./scenario";
import { attemptSet } from "./set-attempt";
import { describeSetScenario, drawSetScenario } from "./set-scenario";

const { values } = parseArgs({
  options: {
    tries: { type: "string", default: "300" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    parallel: { type: "string", default: "3" },
    /** Runs only the try with this number. */
    only: { type: "string" },
  },
});
const seed = Number(values.seed);
const numbers = values.only === undefined ? Array.from({ length: Number(values.tries) }, (_, index) => index) : [Number(values.only)];

async function main(): Promise<void> {
  const startedAt = Date.now();
  console.log(`chaos: ${String(numbers.length)} tries, seed ${String(seed)}, ${values.parallel} at a time`);
  const tried: Tried[] = [];
  const queue = [...numbers];
  const worker = async () => {
    for (let number = queue.shift(); number !== undefined; number = queue.shift()) {
      const random = new Random(seed * 1_000_003 + number);
      const one: Tried = { number, ...(await tryOnce(number, random)) };
      tried.push(one);
      if (isWrong(one) || values.only !== undefined) report(one);
      if (tried.length % 25 === 0) console.log(`${String(tried.length)} tries, ${String(tried.filter(isWrong).length)} wrong`);
    }
  };
  await Promise.all(Array.from({ length: Number(values.parallel) }, worker));

  const wrong = tried.filter(isWrong).length;
  console.log(`\n${figures(tried)}\n`);
  const seconds = Math.round((Date.now() - startedAt) / 1_000);
  const lostStates = tried.filter(({ attempt: { lostState } }) => lostState).length;
  if (lostStates > 0) console.log(`${String(lostStates)} times Terraform was killed while it wrote its state, and lost it`);
  console.log(
    `${String(wrong)} wrong; seed ${String(seed)}, ${String(seconds)} s, load ${loadavg()
      .map((load) => load.toFixed(1))
      .join(" ")}`,
  );
  process.exitCode = wrong > 0 ? 1 : 0;
}

/** Every third try is of a set. */
const SET_EVERY = 3;

async function tryOnce(number: number, random: Random): Promise<Omit<Tried, "number">> {
  if (number % SET_EVERY === 2) {
    const set = drawSetScenario(random);
    return {
      name: `${set.kind} set`,
      kill: set.kill,
      text: describeSetScenario(set),
      attempt: await attempted(() => attemptSet(set, random)),
    };
  }
  const scenario = drawScenario(random, number);
  const { method, kill } = scenario;
  return { name: method, kill, text: describeScenario(scenario), attempt: await attempted(() => attempt(scenario, random)) };
}

/** A try that is aborted, because a process did not end in time, also counts as wrong. */
async function attempted(make: () => Promise<Attempt>): Promise<Attempt> {
  try {
    return await make();
  } catch (error) {
    const problem = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return {
      ending: "left to the next deploy",
      adopted: false,
      lostState: false,
      problems: [problem],
      abortedAfter: undefined,
      restoredAfter: undefined,
      output: "",
    };
  }
}

function report({ number, text, attempt: { problems, output, ending } }: Tried): void {
  console.log(`--- try ${String(number)} (${ending}): ${text}`);
  for (const problem of problems) console.log(`WRONG: ${withoutPlan(problem)}`);
  console.log(told(output));
}

/** The programs' part of a deploy's output. */
function told(output: string): string {
  const lines = output.split("\n");
  return lines.filter((line) => line.includes("local-exec):")).join("\n");
}

/** Removes Terraform's part from a problem that contains the whole output of a deploy. */
function withoutPlan(problem: string): string {
  const [what = "", ...output] = problem.split("\n");
  return output.length === 0 ? what : `${what}\n${told(output.join("\n"))}`;
}

void main();
