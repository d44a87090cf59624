const { AsyncLocalStorage } = require("node:async_hooks");
const { readFileSync } = require("node:fs");
const { TestEnvironment } = require("jest-environment-node");

/** Storages that concurrent tests (and Jest for them) have begun to use. */
const begun = new Set();
let areBesideEachOther = false;

/**
 * Jest uses an AsyncLocalStorage to know which test is running. It creates one for each file and
 * never disables it. Before Node 24, a storage in use costs a sixth of the processor time of all
 * code that waits for promises, and an abandoned one propagates its value for ever. Sequential
 * tests do not need a storage. Without it, a late error fails the file instead of a single test.
 */
const { run } = AsyncLocalStorage.prototype;
AsyncLocalStorage.prototype.run = function (store, callback, ...given) {
  if (!areBesideEachOther && isOfATest(store)) return callback(...given);
  begun.add(this);
  return run.call(this, store, callback, ...given);
};

function isOfATest(store) {
  return typeof store === "object" && store !== null && Object.hasOwn(store, "test");
}

module.exports = class LightEnvironment extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    areBesideEachOther = readFileSync(context.testPath, "utf8").includes(".concurrent");
  }

  async teardown() {
    await super.teardown();
    for (const storage of begun) storage.disable();
    begun.clear();
  }
};
