import { readdirSync, readFileSync } from "node:fs";

/** Collects the command lines of every process of this machine, again and again, until stopped; Linux only. */
export function watchCommandLines(intervalMilliseconds = 5): { stop(): ReadonlySet<string> } {
  const seen = new Set<string>();
  const look = () => {
    for (const processId of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      try {
        seen.add(readFileSync(`/proc/${processId}/cmdline`, "utf8").replaceAll("\0", " "));
      } catch {
        // It has ended since it was listed.
      }
    }
  };
  const timer = setInterval(look, intervalMilliseconds);
  return {
    stop: () => {
      clearInterval(timer);
      return seen;
    },
  };
}
