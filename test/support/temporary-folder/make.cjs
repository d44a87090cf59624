const { mkdtempSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join } = require("node:path");

/**
 * What the tests, and the programs that they start, put into the system's temporary folder is below one folder of this run. Its name is
 * short because sockets have theirs below it, and some systems take no more than 103 characters.
 */
module.exports = function makeTemporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), "bc-"));
  for (const name of ["TMPDIR", "TMP", "TEMP"]) process.env[name] = folder;
  globalThis.temporaryFolder = folder;
};
