const { availableParallelism } = require("node:os");

/** @type {import("jest").Config} */
module.exports = {
  testEnvironment: "node",
  roots: ["<rootDir>/test"],
  testMatch: ["**/*.test.ts"],
  transform: { "^.+\\.ts$": ["@swc/jest", { jsc: { target: "es2022", parser: { syntax: "typescript" } } }] },
  reporters: ["default", "<rootDir>/test/support/closing-line-reporter.cjs"],
  // Limits of last resort: tests wait for states, and a busy machine is no failure.
  testTimeout: 60_000,
  // Tests with Terraform wait for half of their time: one worker more than there are cores fills it.
  maxWorkers: availableParallelism() + 1,
};
