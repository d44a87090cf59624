import { OURS, type Contender, type Row } from "../row";
import { runSetByRule } from "./set-by-rule";

const MEGABYTE = 1e6;

const countsOf = (isQuick: boolean) => (isQuick ? { many: 50_000, fewer: 5_000 } : { many: 1_000_000, fewer: 100_000 });

/** Whether a set's memory grows with the number of its blobs. */
export const millionBlobs: Row = {
  id: "million-blobs",
  title: (isQuick) => `a set of ${countsOf(isQuick).many.toLocaleString("en")} blobs: memory`,
  // A run takes minutes, and a peak varies less than times do.
  runs: 1,
  isDrawn: false,

  prepare({ workshop, isQuick }) {
    const { many, fewer } = countsOf(isQuick);
    const contender = (name: string, count: number): Contender => ({
      name,
      does: `a copy set of ${count.toLocaleString("en")} blobs into an empty container, no latency; the guardian's largest resident set (VmHWM)`,
      measure: async () => {
        const set = { count, latencyMilliseconds: 0, isThere: false };
        const { run, seen } = await runSetByRule(workshop, set, (service) => service.ask("destinationContents"));
        if (seen.blobs !== count) throw new Error(`${seen.blobs} blobs arrived instead of ${count}`);
        return { peak: run.peakBytes / MEGABYTE, seconds: run.seconds };
      },
    });
    return Promise.resolve({
      figures: [
        { key: "peak", label: "most memory resident", unit: "MB" },
        { key: "seconds", label: "time", unit: "s" },
      ],
      contenders: [contender(OURS, many), contender("ours, a tenth", fewer)],
      goals: [{ text: "at most 250 MB resident", limit: () => 250 }],
      missing: process.platform === "linux" ? [] : ["memory is read from /proc, which this system does not have"],
      notes: ["The service's blobs exist by rule: it makes up the listing page by page, and remembers one bit of each copy."],
      dispose: () => Promise.resolve(),
    });
  },
};
