const { AsyncLocalStorage } = require("node:async_hooks");
const { readFileSync } = require("node:fs");
const { TestEnvironment } = require("jest-environment-node");

/** Those that tests beside each other, and Jest for them, have begun to use. */
const begun = new Set();
let areBesideEachOther = false;

/**
 * Jest tells by an AsyncLocalStorage which test is running, has a new one for each file, and gives none up. Before Node 24 one that is in
 * use costs a sixth of the processor time of all that waits for promises, and one that is left behind hands its value on for ever. Where
 * tests run one after the other nobody has to ask which of them it is: an error that comes too late then fails the file, not a test of it.
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
