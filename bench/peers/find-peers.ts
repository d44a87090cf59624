import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

export interface Peer {
  readonly command: string;
  /** As it calls itself. */
  readonly version: string;
}

/** The programs that a user could take instead, as far as they are on this machine. */
export interface Peers {
  readonly azcopy: Peer | undefined;
  readonly rclone: Peer | undefined;
  readonly az: Peer | undefined;
  readonly terraform: Peer | undefined;
}

/** Where `npm run bench:peers` puts AzCopy. */
const INSTALLED = join(__dirname, "../.peers/node_modules/@azure-tools/azcopy-linux/dist/bin/azcopy_linux_amd64");

/** By the variables AZCOPY, RCLONE and AZ, then where `npm run bench:peers` installs, then on the PATH. */
export function findPeers(environment: NodeJS.ProcessEnv = process.env): Peers {
  return {
    azcopy: peer([environment.AZCOPY, existsSync(INSTALLED) ? INSTALLED : undefined, onPath("azcopy", environment)], ["--version"]),
    rclone: peer([environment.RCLONE, onPath("rclone", environment)], ["version"]),
    az: peer([environment.AZ, onPath("az", environment)], ["--version"]),
    terraform: peer([onPath("terraform", environment)], ["version"]),
  };
}

/** What to tell of a peer that is not there. */
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
