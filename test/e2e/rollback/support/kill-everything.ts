import type { DeployRun } from "./deploy-run";
import type { DeployWorld } from "./deploy-world";
import { signal } from "./processes";

/**
 * Kills all processes at virtually the same moment: a launcher that saw its guardian's end would
 * start another one.
 */
export function killEverything(run: DeployRun, world: DeployWorld): void {
  const group = -run.pid;
  signal(group, "SIGSTOP");
  for (const guardian of world.guardians) signal(guardian, "SIGKILL");
  signal(group, "SIGKILL");
}
