import { type Platform, thisPlatform } from "./platform";
import { identityOf, isRunning, sessionOf } from "./process-identity";

/** Whoever has started this process. */
export interface ParentProcess {
  /** 0 when it was gone already, or is outside of what this container sees. */
  readonly pid: number;
  /** It had ended before this was asked first, as far as the system tells. */
  readonly wasGone: boolean;
  hasEnded(): boolean;
}

/** Killed, it sends no signal: all that its child can see is that it has another parent, or that the parent's number is that of nobody. */
export function parentProcess(platform: Platform = thisPlatform, parentId: () => number = () => process.ppid): ParentProcess {
  const pid = parentId();
  if (platform.adoptsOrphans) return { pid, wasGone: isAdoptive(pid, platform), hasEnded: () => parentId() !== pid };
  const identity = identityOf(pid, platform);
  return isRunning(identity, platform)
    ? { pid, wasGone: false, hasEnded: () => !isRunning(identity, platform) }
    : { pid: 0, wasGone: true, hasEnded: () => false };
}

/** A process begins in the session of whoever has started it, and leaves that only to lead one of its own. */
function isAdoptive(parent: number, platform: Platform): boolean {
  const [own, its] = [sessionOf(process.pid, platform), sessionOf(parent, platform)];
  return own !== undefined && its !== undefined && own !== process.pid && own !== its;
}
