/**
 * `npm run bench:peers`: installs AzCopy from npm into `bench/.peers`, rclone and the Azure CLI
 * from the system's packages. None of them is a dependency of the package. The benchmark lists the
 * missing ones.
 */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const AZCOPY = "@azure-tools/azcopy-linux@10.32.2";
/** AzCopy is linked against libsecret. */
const PACKAGES = ["rclone", "azure-cli", "libsecret-1-0"];

const folder = fileURLToPath(new URL("../.peers", import.meta.url));
const run = (command, ...args) => execFileSync(command, args, { stdio: "inherit" });

mkdirSync(folder, { recursive: true });
run("npm", "install", "--no-save", "--no-audit", "--no-fund", "--prefix", folder, AZCOPY);
// The published file does not have the executable bit.
chmodSync(join(folder, "node_modules/@azure-tools/azcopy-linux/dist/bin/azcopy_linux_amd64"), 0o755);

const install = ["apt-get", "install", "--yes", "--no-install-recommends", ...PACKAGES];
if (process.getuid?.() === 0) run(...install);
else console.log(`The rest needs root: sudo ${install.join(" ")}`);
