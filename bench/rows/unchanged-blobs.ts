import { OURS, type Contender, type Row } from "../row";
import { runSetByRule } from "./set-by-rule";

const MEGABYTE = 1e6;
/** The real service takes some 100 ms to a second for a page of 5,000 blobs. */
const LATENCY_MILLISECONDS = 200;

const countOf = (isQuick: boolean) => (isQuick ? 100_000 : 1_000_000);

/** A deploy that finds all blobs copied already, so it only lists them. */
export const unchangedBlobs: Row = {
  id: "unchanged-blobs",
  title: (isQuick) =>
    `a set of ${countOf(isQuick).toLocaleString("en")} blobs that are all there already, ${LATENCY_MILLISECONDS} ms a request`,
  // A run takes long enough, and a peak varies less than times do.
  runs: 1,
  isDrawn: false,

  prepare({ workshop, isQuick }) {
    const count = countOf(isQuick);
    const contender = (name: string, does: string, ignoresStartFrom: boolean): Contender => ({
      name,
      does,
      measure: async () => {
        const set = { count, latencyMilliseconds: LATENCY_MILLISECONDS, isThere: true, ignoresStartFrom };
        const { run, seen } = await runSetByRule(workshop, set, (service) => service.ask("takeCounts"));
        const { "List Blobs": listings = 0, ...others } = seen;
        if (Object.keys(others).length > 0) throw new Error(`nothing was to be copied, and yet ${JSON.stringify(others)}`);
        return { seconds: run.seconds, peak: run.peakBytes / MEGABYTE, requests: listings };
      },
    });
    return Promise.resolve({
      figures: [
        { key: "seconds", label: "time", unit: "s" },
        { key: "peak", label: "most memory resident", unit: "MB" },
        { key: "requests", label: "requests", unit: "" },
      ],
      contenders: [
        contender(OURS, "a copy set, which lists several name ranges at once; the guardian's largest resident set (VmHWM)", false),
        contender("ours, one sequence", "the same on a service that ignores List Blobs' startFrom", true),
      ],
      goals: [{ text: "at most 250 MB resident", figure: "peak", limit: () => 250 }],
      missing: process.platform === "linux" ? [] : ["memory is read from /proc, which this system does not have"],
      notes: ["The service's blobs exist by rule: it makes up the listing page by page."],
      dispose: () => Promise.resolve(),
    });
  },
};
