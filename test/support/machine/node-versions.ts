import { existsSync } from "node:fs";
import { join } from "node:path";

export interface NodeVersion {
  readonly major: number;
  readonly executable: string;
}

const ownMajor = Number(process.versions.node.split(".")[0]);

/** The Node that runs the tests, and the installed ones of `npm run node-versions`. */
export const nodeVersions: readonly NodeVersion[] = [
  { major: ownMajor, executable: process.execPath },
  ...[22, 24]
    .filter((major) => major !== ownMajor)
    .map((major) => ({ major, executable: join(__dirname, "..", "node-versions", "node_modules", `node-${String(major)}`, "bin", "node") }))
    .filter(({ executable }) => existsSync(executable)),
];

for (const major of [22, 24].filter((wanted) => !nodeVersions.some((version) => version.major === wanted))) {
  process.stderr.write(
    `SKIPPED for want of a Node ${String(major)} binary: the program's tests on it (npm run node-versions installs it on Linux x64)\n`,
  );
}
