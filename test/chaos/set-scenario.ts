import type { Disturbance, Kill } from "./scenario";
import { drawDisturbance, drawKill } from "./scenario";
import type { Random } from "./random";
import { describeUnknowns, drawUnknowns, type Unknowns } from "./unknowns";

/** Kinds of declared sets. */
export const SET_KINDS = ["plain", "prune", "atomic"] as const;
export type SetKind = (typeof SET_KINDS)[number];

/** Actions of another client in the destination's container during the set's copying. */
export const OTHER_ACTORS = [
  "nobody",
  "writes a blob of the set",
  "writes beside the set",
  "takes a snapshot",
  "deletes a blob of the set",
] as const;
export type OtherActor = (typeof OTHER_ACTORS)[number];

export interface SetScenario {
  readonly kind: SetKind;
  readonly blobs: number;
  /** Number of them that already exist, with older content. */
  readonly older: number;
  /** Milliseconds that each copy takes. */
  readonly duration: number;
  readonly kill: Kill | undefined;
  readonly disturbance: Disturbance | undefined;
  readonly actor: OtherActor;
  /**
   * Adds a second deployment of the same code, with the same construct path, in the same container
   * and at the same time.
   */
  readonly withSecondDeployment: boolean;
  /** `ulimit -n` of the deploy. */
  readonly descriptors: number | undefined;
  readonly unknowns: Unknowns;
}

export function drawSetScenario(random: Random): SetScenario {
  const duration = random.oneOf([0, 20, 100]);
  const blobs = random.integer(1, 120);
  const how = random.next();
  return {
    kind: random.oneOf(SET_KINDS),
    blobs,
    older: random.chance(0.6) ? random.integer(0, blobs) : 0,
    duration,
    kill: how < 0.75 ? drawKill(random, 600) : undefined,
    disturbance: how > 0.6 ? drawDisturbance(random) : undefined,
    actor: random.chance(0.5) ? random.oneOf(OTHER_ACTORS) : "nobody",
    withSecondDeployment: random.chance(0.3),
    descriptors: random.chance(0.15) ? random.integer(64, 128) : undefined,
    unknowns: drawUnknowns(random),
  };
}

export function describeSetScenario(scenario: SetScenario): string {
  const { kind, blobs, older, duration, kill, disturbance, actor, withSecondDeployment, descriptors } = scenario;
  const parts = [`${kind} set of ${String(blobs)} blobs of ${String(duration)} ms, ${String(older)} of them older`];
  if (actor !== "nobody") parts.push(`somebody else ${actor}`);
  if (withSecondDeployment) parts.push("next to a second deployment");
  if (descriptors !== undefined) parts.push(`with ${String(descriptors)} descriptors`);
  if (kill !== undefined) parts.push(`${kill.signal} to ${kill.victim} ${String(kill.after)} ms after ${kill.from}`);
  if (kill?.guardianAfter !== undefined) parts.push(`SIGKILL of the guardian ${String(kill.guardianAfter)} ms later`);
  if (disturbance !== undefined) parts.push(`${JSON.stringify(disturbance.fault)} at ${String(disturbance.probability * 100)} %`);
  parts.push(describeUnknowns(scenario.unknowns));
  return parts.join(", ");
}
