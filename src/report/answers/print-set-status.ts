import type { BlobStatusReport } from "../../engine/set/status";
import type { LogFormat } from "../../util/log-format";
import type { Print } from "../live/reporter";
import { SetStatusText } from "./set-status";
import { wordLines } from "./status";
import type { LastWord } from "../../state/last-words";

/** Prints what there is to say of single blobs as it is known, then the totals, then what earlier runs left to say. */
export async function printSetStatus(
  batches: AsyncIterable<readonly BlobStatusReport[]>,
  words: readonly LastWord[],
  { print, printed, logFormat }: { readonly print: Print; readonly printed: () => Promise<unknown>; readonly logFormat: LogFormat },
): Promise<void> {
  const text = new SetStatusText(logFormat);
  for await (const reports of batches) {
    const lines = text.lines(reports);
    if (lines.length === 0) continue;
    print(`${lines.join("\n")}\n`);
    await printed();
  }
  print(`${[text.totals(), ...wordLines(words, logFormat)].join("\n")}\n`);
}
