import * as path from "node:path";

const PACKAGE = "cdktf-azure-blob-copy";

/** Below the compiled files (`dist/cdktf/lib`, `dist/cdktn/lib`), and below the sources. */
const PROGRAM_FOLDERS = [path.join(__dirname, "../../../../program"), path.join(__dirname, "../../../dist/program")];

/**
 * Returns the folders that may contain the provisioner program. The code of a bundled app is not
 * inside this package, so the package that its project has installed is also searched.
 */
export function programFolders(): readonly string[] {
  try {
    const installed = require.resolve(`${PACKAGE}/package.json`, { paths: [process.cwd()] });
    return [...PROGRAM_FOLDERS, path.join(path.dirname(installed), "dist/program")];
  } catch {
    return PROGRAM_FOLDERS;
  }
}

export const NO_PROGRAM = `reinstall ${PACKAGE}, or build it with "npm run build"; an app that is bundled needs it installed in the folder where it is synthesized`;
