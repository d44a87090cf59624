const { default: Sequencer } = require("@jest/test-sequencer");

/** Whoever comes late among these has the end of a run for itself, while the other cores have nothing to do. Longest first. */
const LONGEST = [
  "e2e/rollback/signals",
  "e2e/rollback/cdktf-cli",
  "package/projects",
  "e2e/rollback/service",
  "package/package",
  "package/assembly/assembly",
  "e2e/demo",
  "e2e/azurite",
  "package/upgrade",
  "e2e/canary",
  "e2e/rollback/next-run",
  "e2e/rollback/destroy",
  "e2e/still-declared",
  "e2e/fake-service",
  "e2e/sign-in",
  "e2e/situations",
  "e2e/copy-set",
  "program/copy-set",
  "program/sign-in-lies",
  "lib/aws-cdk/blob-copy",
  "src/conformance/azurite",
  "src/conformance/ways",
].map((name) => `/test/${name}.test.ts`);

/** The order of a machine that has never run these tests: Jest itself would go by the sizes of files. */
module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    const place = ({ path }) => {
      const found = LONGEST.findIndex((end) => path.replaceAll("\\", "/").endsWith(end));
      return found === -1 ? LONGEST.length : found;
    };
    return super.sort(tests).sort((one, other) => place(one) - place(other));
  }
};
