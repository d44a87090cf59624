import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../engine/ports/clock";
import { CopyFailure } from "../failure/copy-failure";
import { readJsonObject, removeIfPossible } from "../util/atomic-file";
import { ExitCode } from "../failure/exit-code";
import { isRunning, ownIdentity, type ProcessIdentity } from "../util/platform/process-identity";
import { destinationKey, type StateDirectory } from "./state-directory";

/**
 * Time for which a run waits for an older guardian on this machine that is still rolling back one
 * of its destinations.
 */
const WAIT_MILLISECONDS = 60_000;
const POLL_MILLISECONDS = 100;

export interface LockRequest {
  /** URLs, without any query. */
  readonly destinations: readonly string[];
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Called once, if there is something to wait for. */
  readonly onWait: (text: string) => void;
}

/** Lock files that the sessions of this process hold. */
const heldHere = new Set<string>();

/**
 * Makes this session the only one that works on its destinations, from before its first request
 * until its undelivered messages are written. Only an older run of the same project can hold the
 * lock: Terraform's state lock prevents two runs at the same time, so the lock need not be
 * race-free between new runs.
 */
export class GuardianLock {
  #files: readonly string[] = [];

  constructor(private readonly state: StateDirectory) {}

  /** Waits until an older run has ended. @throws CopyFailure if that takes too long */
  async take({ destinations, clock, signal, onWait }: LockRequest): Promise<void> {
    const files = destinations.map((destination) => join(this.state.guardianFolder, `${destinationKey(destination)}.pid`));
    const deadline = clock.now() + WAIT_MILLISECONDS;
    let told = false;
    for (const file of files) {
      for (let other = runningHolder(file); other !== undefined; other = runningHolder(file)) {
        if (clock.now() >= deadline) throw stillThere(other);
        if (!told)
          onWait(`an earlier run (process ${other.pid}) is still at work on the same destination; waiting up to 60 s for it to end`);
        told = true;
        await clock.sleep(POLL_MILLISECONDS, signal);
      }
    }
    this.#files = files;
    for (const file of files) heldHere.add(file);
    const own = `${JSON.stringify(ownIdentity())}\n`;
    this.state.guard("written", () => files.forEach((file) => writeFileSync(file, own, { mode: 0o600 })));
  }

  /** A file that cannot be removed names a process that has ended, which the next run detects. */
  release(): void {
    for (const file of this.#files) {
      removeIfPossible(file);
      heldHere.delete(file);
    }
    this.#files = [];
  }
}

function runningHolder(file: string): ProcessIdentity | undefined {
  const holder = readJsonObject(file);
  if (typeof holder?.pid !== "number" || typeof holder.startTime !== "string") return undefined;
  if (holder.pid === process.pid && !heldHere.has(file)) return undefined;
  const identity = { pid: holder.pid, startTime: holder.startTime };
  return isRunning(identity) ? identity : undefined;
}

function stillThere(other: ProcessIdentity): CopyFailure {
  return new CopyFailure({
    exitCode: ExitCode.COPY_FAILED,
    what: "The copy was not started",
    side: "destination",
    why: `an earlier run (process ${other.pid}) on this machine is still at work on the same destination`,
    remedy: "deploy again when it has ended; it ends by itself, ten minutes after its cancellation at the latest",
  });
}
