const { mkdtempSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join } = require("node:path");

/**
 * Puts the temporary files of the tests, and of the programs that they start, below one folder of
 * this run. Its name is short because the names of sockets begin with it, and some systems allow
 * only 103 characters.
 */
module.exports = function makeTemporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), "bc-"));
  for (const name of ["TMPDIR", "TMP", "TEMP"]) process.env[name] = folder;
  globalThis.temporaryFolder = folder;
};
