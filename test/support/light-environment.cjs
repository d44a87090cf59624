const { AsyncLocalStorage } = require("node:async_hooks");
const { TestEnvironment } = require("jest-environment-node");

/** Those that the tests of a file, and Jest for them, have begun to use. */
const begun = new Set();
const { run } = AsyncLocalStorage.prototype;
AsyncLocalStorage.prototype.run = function (...given) {
  begun.add(this);
  return run.apply(this, given);
};

/**
 * Jest tells by an AsyncLocalStorage which test is running, has a new one for each file, and gives none up. Node before 24 hands the
 * value of each on to each promise that is made from then on: after thirty files a promise costs several times what it costs at first.
 */
module.exports = class LightEnvironment extends TestEnvironment {
  async teardown() {
    await super.teardown();
    for (const storage of begun) storage.disable();
    begun.clear();
  }
};
