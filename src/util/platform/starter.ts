import { type Platform, thisPlatform } from "./platform";
import { identityOf, isRunning } from "./process-identity";

/** Whoever has started this process. */
export interface Starter {
  /** 0 when it was gone already, or is outside of what this container sees. */
  readonly pid: number;
  hasEnded(): boolean;
}

/** Killed, it sends no signal: all that its child can see is that it has another parent, or that the parent's number is that of nobody. */
export function starterOf(platform: Platform = thisPlatform, parent: () => number = () => process.ppid): Starter {
  const pid = parent();
  if (platform.adoptsOrphans) return { pid, hasEnded: () => parent() !== pid };
  const identity = identityOf(pid, platform);
  return isRunning(identity, platform) ? { pid, hasEnded: () => !isRunning(identity, platform) } : { pid: 0, hasEnded: () => false };
}
