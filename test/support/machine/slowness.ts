import { spawnSync } from "node:child_process";

/** What starting Node takes on an idle machine; milliseconds. */
const IDLE_START = 60;

/**
 * How many times slower than an idle machine this one is just now, 1 at least. What a test limits in
 * time it limits in this measure, so that it fails for what the program does and not for what else
 * the machine is at.
 */
export function slowness(): number {
  const startedAt = performance.now();
  spawnSync(process.execPath, ["--eval", ""]);
  return Math.max(1, (performance.now() - startedAt) / IDLE_START);
}
