import { execFileSync } from "node:child_process";
import { cpus, loadavg, release, totalmem, type } from "node:os";
import type { Peers } from "../peers/find-peers";

/** Where and when the figures were measured. */
export interface Machine {
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly minutes: number;
  readonly system: string;
  readonly processor: string;
  readonly cores: number;
  readonly memoryGigabytes: number;
  readonly node: string;
  /** Average of the minute before the first run: the load by other processes. */
  readonly loadBefore: number;
  readonly commit: string;
  /** Name and version. */
  readonly peers: readonly string[];
}

/** Call it before the first run; `minutes` is known only at the end. */
export function lookAtMachine(peers: Peers): Omit<Machine, "minutes"> {
  const [processor] = cpus();
  return {
    startedAt: new Date().toISOString(),
    system: `${type()} ${release()}`,
    processor: processor?.model.trim() ?? "unknown",
    cores: cpus().length,
    memoryGigabytes: Math.round(totalmem() / 1024 ** 3),
    // NODE_EXTRA_CA_CERTS costs each node process some 80 ms.
    node: process.env.NODE_EXTRA_CA_CERTS ? `${process.version} with NODE_EXTRA_CA_CERTS` : process.version,
    loadBefore: loadavg()[0] ?? 0,
    commit: commit(),
    peers: Object.entries(peers).map(([name, peer]: [string, { readonly version: string } | undefined]) =>
      peer === undefined ? `${name}: missing` : peer.version,
    ),
  };
}

function commit(): string {
  try {
    const git = (...args: string[]) => execFileSync("git", args, { cwd: __dirname, encoding: "utf8" }).trim();
    const hash = git("rev-parse", "--short", "HEAD");
    return git("status", "--porcelain", "../..", "--", "src", "lib") === "" ? hash : `${hash} with changes`;
  } catch {
    return "unknown";
  }
}
