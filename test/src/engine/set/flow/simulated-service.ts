import { RequestGate } from "../../../../../src/engine/set/flow/request-gate";
import { SimulatedClock } from "./simulated-clock";

const MAX_IN_FLIGHT = 256;
/**
 * Maximum number of blobs that a set has begun: those in flight, and throttled ones that wait for
 * their turn.
 */
const BEGUN = 2 * MAX_IN_FLIGHT;
const LEAST_PAUSE_MILLISECONDS = 100;

export interface ServiceRules {
  readonly latencyMilliseconds: number | ((milliseconds: number) => number);
  /**
   * Whether a request that arrives at this moment is throttled; `inThisSecond`: the number of
   * accepted requests in this second.
   */
  readonly isThrottled: (milliseconds: number, inThisSecond: number) => boolean;
  readonly retryAfterMilliseconds: number;
  /** Start of the service's seconds relative to the clients'; default 0. */
  readonly phaseMilliseconds?: number;
}

export interface Client {
  accepted: number;
  refused: number;
}

/** A service with its own clock, and sets that send requests to it for a while. */
export async function simulate(
  rules: ServiceRules,
  seconds: number,
  { startsAt = [0], countsFrom = 0 }: { readonly startsAt?: readonly number[]; readonly countsFrom?: number } = {},
): Promise<Client[]> {
  const settledAt = countsFrom * 1_000;
  const clock = new SimulatedClock();
  const { latencyMilliseconds, phaseMilliseconds = 0, retryAfterMilliseconds } = rules;
  const throttled = new Error("throttled");
  let second = -1;
  let inThisSecond = 0;
  const isAccepted = () => {
    const now = clock.now();
    const thisSecond = Math.floor((now + phaseMilliseconds) / 1_000);
    if (thisSecond !== second) inThisSecond = 0;
    second = thisSecond;
    if (rules.isThrottled(now, inThisSecond)) return false;
    inThisSecond++;
    return true;
  };
  const latencyAt = typeof latencyMilliseconds === "number" ? () => latencyMilliseconds : latencyMilliseconds;
  const pause = Math.max(retryAfterMilliseconds, LEAST_PAUSE_MILLISECONDS);
  const clients: Client[] = [];
  for (const start of startsAt) {
    const client = { accepted: 0, refused: 0 };
    clients.push(client);
    const gate = new RequestGate({ max: MAX_IN_FLIGHT, clock });
    const request = async () => {
      await clock.sleep(latencyAt(clock.now()));
      const isTaken = isAccepted();
      if (clock.now() >= settledAt) client[isTaken ? "accepted" : "refused"]++;
      if (isTaken) return;
      gate.throttled(retryAfterMilliseconds);
      throw throttled;
    };
    const work = async () => {
      await clock.sleep(start * 1_000);
      for (;;) await gate.run(0, request).catch(async () => clock.sleep(pause));
    };
    for (let begun = 0; begun < BEGUN; begun++) void work();
  }
  await clock.runTo(seconds * 1_000);
  return clients;
}
