import { spawnSync } from "node:child_process";

/** Time to start Node on an idle machine; milliseconds. */
const IDLE_START = 60;

/**
 * Factor by which this machine is slower at present than an idle one; at least 1. Tests multiply
 * their time limits by it, so that they fail because of the program and not because of other load.
 */
export function slowness(): number {
  const startedAt = performance.now();
  spawnSync(process.execPath, ["--eval", ""]);
  return Math.max(1, (performance.now() - startedAt) / IDLE_START);
}
