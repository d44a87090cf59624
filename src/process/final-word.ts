import { writeSync } from "node:fs";

/** The guardian's end of a pipe to the launcher, next to standard input, output and error. */
export const FINAL_WORD_DESCRIPTOR = 3;

/**
 * The last thing a guardian does: without it, the launcher knows that the guardian was killed or crashed, whatever its exit
 * code (on Windows a killed process ends with 1 like one that failed).
 */
export function sayFinalWord(exitCode: number): void {
  try {
    writeSync(FINAL_WORD_DESCRIPTOR, `end ${exitCode}\n`);
  } catch {
    // The launcher is gone; the last word on disk tells the next run.
  }
}

/** The exit code in a complete final word, otherwise undefined. */
export function parseFinalWord(text: string): number | undefined {
  const match = /^end (\d{1,3})\n$/.exec(text);
  return match ? Number(match[1]) : undefined;
}
