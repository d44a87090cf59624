const { rmSync } = require("node:fs");

/** Retries, because a guardian that is about to end may still remove or write its own files. */
module.exports = function removeTemporaryFolder() {
  rmSync(globalThis.temporaryFolder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
};
