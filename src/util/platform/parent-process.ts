import { type Platform, thisPlatform } from "./platform";
import { identityOf, isRunning, sessionOf } from "./process-identity";

/** The process that started this one. */
export interface ParentProcess {
  /** 0 if it had already ended, or is outside of this container. */
  readonly pid: number;
  /** Whether it had ended before the first inspection, as far as the system shows. */
  readonly wasGone: boolean;
  hasEnded(): boolean;
}

/**
 * A killed parent sends no signal. Its child can only see that it has another parent, or that no
 * process has the parent's number.
 */
export function parentProcess(platform: Platform = thisPlatform, parentId: () => number = () => process.ppid): ParentProcess {
  const pid = parentId();
  if (platform.adoptsOrphans) return { pid, wasGone: isAdoptive(pid, platform), hasEnded: () => parentId() !== pid };
  const identity = identityOf(pid, platform);
  return isRunning(identity, platform)
    ? { pid, wasGone: false, hasEnded: () => !isRunning(identity, platform) }
    : { pid: 0, wasGone: true, hasEnded: () => false };
}

/** A process begins in its parent's session, and leaves that only to lead a session of its own. */
function isAdoptive(parent: number, platform: Platform): boolean {
  const [own, its] = [sessionOf(process.pid, platform), sessionOf(parent, platform)];
  return own !== undefined && its !== undefined && own !== process.pid && own !== its;
}
