const { rmSync } = require("node:fs");

/** Tries again, because a guardian that is about to end may still remove or write something of its own. */
module.exports = function removeTemporaryFolder() {
  rmSync(globalThis.temporaryFolder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
};
