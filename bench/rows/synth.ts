import { OURS, type Contender, type Row } from "../row";
import { times } from "../statistics";
import { timeProcess } from "../timed-process";
import { NODE_PATH } from "../workshop";

const BARE = "bare terraform_data";
const FOUR_TIMES = "ours, 4x as many";
/** Time counts as linear if four times the constructs take at most this many times as long. */
const LINEAR = 4.4;

const countOf = (isQuick: boolean) => (isQuick ? 250 : 1_000);

/** The time that synth takes to declare copies. */
export const synth: Row = {
  id: "synth",
  title: (isQuick) => `synth of ${countOf(isQuick).toLocaleString("en")} BlobCopy in one stack`,
  isDrawn: true,

  prepare({ workshop, isQuick }) {
    const count = countOf(isQuick);
    const contender = (name: string, kind: string, constructs: number): Contender => ({
      name,
      does: `${constructs.toLocaleString("en")} ${kind === "blob-copy" ? "BlobCopy" : "DataResource of cdktf without their validation"}, from new App() to the end of app.synth(), in a process of its own, without loading the framework`,
      measure: async () => {
        const OUT = workshop.newFolder();
        const { output } = await timeProcess(process.execPath, [workshop.client("synth")], {
          cwd: OUT,
          env: { NODE_PATH, KIND: kind, COUNT: String(constructs), OUT, PROGRAM: workshop.programFolder },
        });
        return { seconds: Number(output) };
      },
    });
    return Promise.resolve({
      figures: [{ key: "seconds", label: "time", unit: "s" }],
      contenders: [
        contender(OURS, "blob-copy", count),
        contender(BARE, "data-resource", count),
        contender(FOUR_TIMES, "blob-copy", 4 * count),
        contender("bare, 4x as many", "data-resource", 4 * count),
      ],
      goals: [
        { text: "at most 2x the bare resources", limit: (median) => times(2, median(BARE)) },
        {
          text: `linear: four times as many take at most ${LINEAR}x`,
          contender: FOUR_TIMES,
          limit: (median) => times(LINEAR, median(OURS)),
        },
      ],
      missing: [],
      notes: [
        "With its validation, cdktf starts terraform once for every DataResource: 0.1 s each.",
        "A BlobCopy becomes three terraform_data, so a factor below 3 is less than its share of the output.",
      ],
      dispose: () => Promise.resolve(),
    });
  },
};
