import { join } from "node:path";
import { describeWithTerraform, run } from "../support/terraform/terraform";

jest.setTimeout(600_000);

const repository = join(__dirname, "..", "..");

/**
 * From Node 24 on, the demo uses the other framework's CLI, since node-pty of the first is built
 * only for Node 20 and 22. The workflow runs the tests on each.
 */
const MAJOR = Number(process.versions.node.split(".")[0]);

describeWithTerraform("the demo", () => {
  it("deploys, checks, deploys without changes and destroys", async () => {
    const { exitCode, output } = await run(process.execPath, [require.resolve("tsx/cli"), "scripts/demo.ts"], { cwd: repository });

    expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
    expect(output).toContain(MAJOR >= 24 ? "=== cdktn deploy" : "=== cdktf deploy");
    expect(output).toContain("bytes, headers and metadata are there");
    expect(output).toContain("No changes");
    expect(output).toContain("=== Done: copied, checked, deployed again without changes, destroyed");
  });
});
