import { runProgram, setIntent } from "../our-program";
import { ServiceProcess } from "../service/service-process";
import type { TimedProcess } from "../timed-process";
import type { Workshop } from "../workshop";

interface SetByRule {
  readonly count: number;
  readonly latencyMilliseconds: number;
  /** Whether the destination holds all of the blobs already. */
  readonly isThere: boolean;
  /** Whether the service ignores `startFrom`; default false. */
  readonly ignoresStartFrom?: boolean;
}

const BYTES = 1_024;

/**
 * Runs a copy set with more blobs than the service could hold: the service generates the listing
 * page by page. `look` reads the effects of the run from the service.
 */
export async function runSetByRule<Seen>(
  workshop: Workshop,
  { count, latencyMilliseconds, isThere, ignoresStartFrom = false }: SetByRule,
  look: (service: ServiceProcess) => Promise<Seen>,
): Promise<{ readonly run: TimedProcess; readonly seen: Seen }> {
  const service = await ServiceProcess.start(workshop.client("service"), { latencyMilliseconds });
  try {
    const { accounts } = service;
    await service.ask("putBlobsByRule", { count, bytes: BYTES });
    if (isThere) await service.ask("fillDestination");
    if (ignoresStartFrom) await service.ask("ignoreStartFrom");
    const run = await runProgram(workshop, accounts, setIntent(accounts), { watchesMemory: true });
    return { run, seen: await look(service) };
  } finally {
    await service.stop();
  }
}
