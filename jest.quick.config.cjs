const all = require("./jest.config.cjs");

/** Properties, simulations and long lists, each of which takes more than ten seconds: `npm test` runs them. */
const LONG = [
  "test/src/engine/set/flow/request-gate",
  "test/src/engine/properties",
  "test/src/engine/other-actors",
  "test/src/engine/set/disturbances",
  "test/src/engine/set/several-sources",
  "test/src/engine/set/manifest",
  "test/src/engine/set/prefixes",
  "test/src/engine/set/lost-machine",
  "test/src/engine/set/options-on-routes",
  "test/src/engine/set/ranges",
  "test/lib/aws-cdk/blob-copy",
  "test/lib/wrong-uses",
  "test/lib/wrong-declarations",
];

/** @type {import("jest").Config} The inner loop: what needs neither Terraform nor a minute. */
module.exports = {
  ...all,
  roots: ["src", "lib", "support", "service-answers"].map((folder) => `<rootDir>/test/${folder}`),
  testPathIgnorePatterns: LONG.map((path) => `${path}\\.test\\.ts$`),
};
