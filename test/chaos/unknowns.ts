import type { Script } from "../support/fake-blob-service/script";
import { type Question, type Way, WAYS } from "../support/fake-blob-service/ways";
import type { Random } from "./random";

/** Unknown behaviour of the service, where it does not behave in the default way. */
export type Unknowns = ReadonlyMap<Question, Way<Question>>;

export function drawUnknowns(random: Random): Unknowns {
  const drawn = new Map<Question, Way<Question>>();
  for (const question of Object.keys(WAYS) as Question[]) {
    const [first, ...others] = WAYS[question];
    const way = random.oneOf<Way<Question>>([first, ...others]);
    if (way !== first) drawn.set(question, way);
  }
  return drawn;
}

export function applyUnknowns(unknowns: Unknowns, { ways }: Script): void {
  for (const [question, way] of unknowns) ways.choose(question, way);
}

export function describeUnknowns(unknowns: Unknowns): string {
  return [...unknowns].map(([question, way]) => `${question}: ${way}`).join(", ");
}
