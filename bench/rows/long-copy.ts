import { CopyMethod } from "../../src/intent";
import { DESTINATION, SOURCE, World } from "../../test/src/engine/support/world";
import type { CopyPlan } from "../../test/support/memory-store/service";
import { OURS, type Contender, type Row } from "../row";

const PENDING_MILLISECONDS = 3_600_000;
const BYTES = 1_000_000;

/**
 * The number of status requests for a copy of one hour, and the delay until its end is noticed, on
 * a simulated clock.
 */
export const longCopy: Row = {
  id: "long-copy",
  title: () => "an asynchronous copy of 1 h, simulated: how late its end is seen, with how many status requests",
  // The figures do not vary from run to run.
  runs: 1,
  isDrawn: false,

  prepare() {
    const contender = (name: string, does: string, plan: Partial<CopyPlan>): Contender => ({ name, does, measure: () => simulate(plan) });
    return Promise.resolve({
      figures: [
        { key: "seen", label: "seen after the copy's end", unit: "s" },
        { key: "looks", label: "status requests", unit: "" },
      ],
      contenders: [
        contender(OURS, "the engine itself, on a clock and a service in memory; the service tells steady progress", {}),
        contender("ours, no progress told", "the same, where the service does not tell how far it is", { silent: true }),
      ],
      goals: [
        { text: "seen within 10 s", limit: () => 10 },
        { text: "at most 60 status requests", figure: "looks", limit: () => 60 },
      ],
      missing: [],
      notes: ["The SDK's poller at its defaults asks every 15 s: 240 status requests by arithmetic, seen up to 15 s late."],
      dispose: () => Promise.resolve(),
    });
  },
};

async function simulate(plan: Partial<CopyPlan>) {
  const world = new World();
  world.service.put(SOURCE, "long", BYTES);
  world.service.copyPlan = { milliseconds: PENDING_MILLISECONDS, ...plan };
  const startedAt = world.clock.now();
  const { failure } = await world.run({ method: CopyMethod.COPY_BLOB }, { intent: { timeoutMilliseconds: 2 * PENDING_MILLISECONDS } });
  if (failure !== undefined) throw failure;
  const requests = world.service.requests.filter(({ url }) => url === DESTINATION);
  const started = requests.findIndex(({ operation }) => operation === "Copy Blob");
  const looks = requests.slice(started).filter(({ operation }) => operation === "Get Blob Properties").length;
  return { seen: (world.clock.now() - startedAt - PENDING_MILLISECONDS) / 1_000, looks };
}
