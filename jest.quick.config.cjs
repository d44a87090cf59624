const all = require("./jest.config.cjs");

/** What takes more than four seconds of processor time, or waits for more than ten: `npm test` runs them. */
const LONG = [
  "test/lib/aws-cdk/blob-copy",
  "test/lib/synth-speed",
  "test/src/azure/azurite",
  "test/src/azure/hanging-service",
  "test/src/azure/http/one-proxy",
  "test/src/conformance/azurite",
  "test/src/conformance/fake",
  "test/src/conformance/ways",
  "test/src/engine/other-actors",
  "test/src/engine/properties",
  "test/src/engine/set/atomic-prune",
  "test/src/engine/set/disturbances",
  "test/src/engine/set/flow/request-gate",
  "test/src/engine/set/in-flight",
  "test/src/engine/set/lost-machine",
  "test/src/engine/set/options-on-routes",
  "test/src/engine/set/prefixes",
  "test/src/engine/set/properties",
  "test/src/engine/set/ranges",
  "test/src/failure/refusals",
  "test/src/failure/remedies",
];

/** @type {import("jest").Config} The inner loop: what needs neither Terraform nor a minute. */
module.exports = {
  ...all,
  roots: ["src", "lib", "support", "service-answers"].map((folder) => `<rootDir>/test/${folder}`),
  testPathIgnorePatterns: LONG.map((path) => `${path}\\.test\\.ts$`),
};
