const { default: Sequencer } = require("@jest/test-sequencer");

/**
 * The longest files first: if one of them started late, the other cores would be idle at the end of
 * the run.
 */
const LONGEST = [
  "package/projects",
  "e2e/rollback/signals",
  "e2e/rollback/service",
  "package/assembly/aws-cdk",
  "e2e/rollback/cdktf-cli",
  "program/sign-in-lies",
  "e2e/canary",
  "e2e/fake-service",
  "program/sign-in",
  "e2e/demo",
  "e2e/still-declared",
  "package/upgrade",
  "e2e/azurite",
  "src/engine/rehydration",
  "package/assembly/assembly",
  "package/package",
  "package/examples",
  "e2e/situations",
  "e2e/rollback/next-run",
  "src/conformance/ways",
  "e2e/copy-set",
  "e2e/resources",
  "src/conformance/azurite",
  "src/azure/other-services",
  "src/engine/set/flow/request-gate",
  "program/shared-guardian",
  "src/engine/set/prefixes",
  "src/engine/set/options-on-routes",
  "program/interruption",
  "program/copy-set",
  "e2e/rollback/destroy",
  "src/azure/hanging-service",
  "src/azure/http/one-proxy",
  "src/engine/set/in-flight",
  "src/engine/chains",
  "e2e/changes",
  "e2e/sign-in",
].map((name) => `/test/${name}.test.ts`);

/** The order for a machine that has never run these tests. Jest itself would sort by file size. */
module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    const place = ({ path }) => {
      const found = LONGEST.findIndex((end) => path.replaceAll("\\", "/").endsWith(end));
      return found === -1 ? LONGEST.length : found;
    };
    return super.sort(tests).sort((one, other) => place(one) - place(other));
  }
};
