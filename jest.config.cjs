const { availableParallelism } = require("node:os");

/**
 * Tests run in a context of node:vm, where looking up a global costs twenty times what it costs elsewhere: each module is given these
 * as arguments instead. Among them is nothing that fake timers replace, and nothing that a package declares by the same name.
 */
const HOT_GLOBALS = ["Array", "Infinity", "JSON", "Map", "Math", "Object", "Reflect", "RegExp", "Set"];

// Each Node reads it when it starts. With all authorities of a system in it that takes longer than all the rest of a start, of which
// there are thousands here; tests stay on this machine, and those that speak TLS name their own.
delete process.env.NODE_EXTRA_CA_CERTS;

// AWS CDK looks at each template with CloudFormation's own rules, and makes ready for that in five seconds of processor time for each
// process and each file of tests: where the published package synthesizes the example it is done, and its report is read.
process.env.CDK_VALIDATION = "false";

/** @type {import("jest").Config} */
module.exports = {
  testEnvironment: "<rootDir>/test/support/jest/light-environment.cjs",
  runtime: "<rootDir>/test/support/jest/compiled-once.cjs",
  roots: ["<rootDir>/test"],
  testMatch: ["**/*.test.ts"],
  transform: { "^.+\\.ts$": ["@swc/jest", { jsc: { target: "es2022", parser: { syntax: "typescript" } } }] },
  sandboxInjectedGlobals: HOT_GLOBALS,
  globalSetup: "<rootDir>/test/support/temporary-folder/make.cjs",
  globalTeardown: "<rootDir>/test/support/temporary-folder/remove.cjs",
  testSequencer: "<rootDir>/test/support/jest/longest-first.cjs",
  reporters: ["default", "<rootDir>/test/support/jest/closing-line-reporter.cjs"],
  // Limits of last resort: tests wait for states, and a busy machine is no failure.
  testTimeout: 300_000,
  // Tests with Terraform wait for most of their time: five workers more than there are cores fill it.
  maxWorkers: availableParallelism() + 5,
};
