import { runProgram, setIntent } from "../our-program";
import { OURS, type Contender, type Row } from "../row";
import { ServiceProcess } from "../service/service-process";

const BYTES = 1_024;
const MEGABYTE = 1e6;
const LATENCY_MILLISECONDS = 50;

const countsOf = (isQuick: boolean) => (isQuick ? { many: 100_000, fewer: 20_000 } : { many: 1_000_000, fewer: 20_000 });

/** What a deploy costs that finds everything copied already: the listings, and nothing else. */
export const unchangedBlobs: Row = {
  id: "unchanged-blobs",
  title: (isQuick) =>
    `a set of ${countsOf(isQuick).many.toLocaleString("en")} blobs that are all there already, ${LATENCY_MILLISECONDS} ms a request`,
  // A run takes long enough, and a peak does not vary as times do.
  runs: 1,
  isDrawn: false,

  prepare({ workshop, isQuick }) {
    const { many, fewer } = countsOf(isQuick);
    const contender = (name: string, count: number): Contender => ({
      name,
      does: `a copy set of ${count.toLocaleString("en")} unchanged blobs; the guardian's largest resident set (VmHWM)`,
      measure: async () => {
        const service = await ServiceProcess.start(workshop.client("service"), { latencyMilliseconds: LATENCY_MILLISECONDS });
        try {
          const { accounts } = service;
          await service.ask("putBlobsByRule", { count, bytes: BYTES });
          await service.ask("fillDestination");
          const { seconds, peakBytes } = await runProgram(workshop, accounts, setIntent(accounts), { watchesMemory: true });
          const { "List Blobs": listings = 0, ...others } = await service.ask("takeCounts");
          if (Object.keys(others).length > 0) throw new Error(`nothing was to be copied, and yet ${JSON.stringify(others)}`);
          return { seconds, peak: peakBytes / MEGABYTE, requests: listings };
        } finally {
          await service.stop();
        }
      },
    });
    return Promise.resolve({
      figures: [
        { key: "seconds", label: "time", unit: "s" },
        { key: "peak", label: "most memory resident", unit: "MB" },
        { key: "requests", label: "requests", unit: "" },
      ],
      contenders: [contender(OURS, many), contender("ours, 20,000", fewer)],
      goals: [{ text: "at most 250 MB resident", figure: "peak", limit: () => 250 }],
      missing: process.platform === "linux" ? [] : ["memory is read from /proc, which this system does not have"],
      notes: ["The service's blobs exist by rule: it makes up the listing page by page."],
      dispose: () => Promise.resolve(),
    });
  },
};
