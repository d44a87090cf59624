import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

export interface Peer {
  readonly command: string;
  /** As the program itself reports it. */
  readonly version: string;
}

/** The alternative programs that are on this machine. */
export interface Peers {
  readonly azcopy: Peer | undefined;
  readonly rclone: Peer | undefined;
  readonly az: Peer | undefined;
  readonly terraform: Peer | undefined;
}

/** Path to which `npm run bench:peers` installs AzCopy. */
const INSTALLED = join(__dirname, "../.peers/node_modules/@azure-tools/azcopy-linux/dist/bin/azcopy_linux_amd64");

/**
 * Searches the variables AZCOPY, RCLONE and AZ, then the folder of `npm run bench:peers`, then the
 * PATH.
 */
export function findPeers(environment: NodeJS.ProcessEnv = process.env): Peers {
  return {
    azcopy: peer([environment.AZCOPY, existsSync(INSTALLED) ? INSTALLED : undefined, onPath("azcopy", environment)], ["--version"]),
    rclone: peer([environment.RCLONE, onPath("rclone", environment)], ["version"]),
    az: peer([environment.AZ, onPath("az", environment)], ["--version"]),
    terraform: peer([onPath("terraform", environment)], ["version"]),
  };
}

/** The note about a peer that is not installed. */
export function missing(name: string): string {
  return `${name}: not on this machine (\`npm run bench:peers\` installs it, or says how)`;
}

function peer(candidates: readonly (string | undefined)[], versionArguments: readonly string[]): Peer | undefined {
  const command = candidates.find((candidate) => candidate !== undefined && candidate !== "");
  if (command === undefined) return undefined;
  try {
    const output = execFileSync(command, versionArguments, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    return { command, version: (output.split("\n")[0] ?? "").replaceAll(/\s+/g, " ").trim() };
  } catch {
    return undefined;
  }
}

function onPath(name: string, { PATH = "" }: NodeJS.ProcessEnv): string | undefined {
  return PATH.split(delimiter)
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file));
}
