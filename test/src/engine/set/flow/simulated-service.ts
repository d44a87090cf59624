import { RequestGate } from "../../../../../src/engine/set/flow/request-gate";
import { FakeClock } from "../../../../support/machine/fake-clock";

/** More than can be in flight and wait for their time at once, as a set has always more blobs. */
const WORKERS = 2_048;

export interface ServiceRules {
  readonly latencyMilliseconds: number | ((milliseconds: number) => number);
  /** Whether a request that arrives at this moment is throttled; `inThisSecond`: how many were accepted in it. */
  readonly isThrottled: (milliseconds: number, inThisSecond: number) => boolean;
  readonly retryAfterMilliseconds: number;
}

export interface Client {
  accepted: number;
  refused: number;
}

/** A service on a clock of its own, and sets that send it requests for a while. */
export async function simulate(
  rules: ServiceRules,
  seconds: number,
  { startsAt = [0], countsFrom = 0 }: { readonly startsAt?: readonly number[]; readonly countsFrom?: number } = {},
): Promise<Client[]> {
  const throttled = new Error("throttled");
  const settledAt = countsFrom * 1_000;
  const clock = new FakeClock(0);
  let second = -1;
  let inThisSecond = 0;
  const isAccepted = () => {
    const now = clock.now();
    if (Math.floor(now / 1_000) !== second) {
      second = Math.floor(now / 1_000);
      inThisSecond = 0;
    }
    if (rules.isThrottled(now, inThisSecond)) return false;
    inThisSecond++;
    return true;
  };
  const { latencyMilliseconds } = rules;
  const latencyAt = typeof latencyMilliseconds === "number" ? () => latencyMilliseconds : latencyMilliseconds;
  const end = seconds * 1_000;
  const clients = startsAt.map((start) => ({ start, client: { accepted: 0, refused: 0 }, gate: new RequestGate({ max: 256, clock }) }));
  const runs = clients.map(async ({ start, client, gate }) => {
    await clock.sleep(start * 1_000);
    const request = async () => {
      await clock.sleep(latencyAt(clock.now()));
      const isTaken = isAccepted();
      if (clock.now() >= settledAt) client[isTaken ? "accepted" : "refused"]++;
      if (isTaken) return;
      gate.throttled(rules.retryAfterMilliseconds);
      throw throttled;
    };
    const worker = async () => {
      while (clock.now() < end) {
        try {
          await gate.run(0, request);
        } catch {
          await clock.sleep(Math.max(rules.retryAfterMilliseconds, 100));
        }
      }
    };
    await Promise.all(Array.from({ length: WORKERS }, worker));
  });
  await clock.runToEnd(Promise.all(runs));
  return clients.map(({ client }) => client);
}
