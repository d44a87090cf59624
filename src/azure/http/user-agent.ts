import { arch, platform } from "node:os";

/** Set by the bundler; absent if the sources run unbundled. */
declare const PROGRAM_VERSION: string | undefined;

const version = typeof PROGRAM_VERSION === "undefined" ? "unbundled" : PROGRAM_VERSION;

/** Identifies this program in the service's logs. */
export const USER_AGENT = `cdktf-azure-blob-copy/${version} (Node.js ${process.version}; ${platform()} ${arch()})`;
