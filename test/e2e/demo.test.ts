import { delimiter, dirname, join } from "node:path";
import { nodeVersions } from "../support/machine/node-versions";
import { describeWithTerraform, run } from "../support/terraform/terraform";

jest.setTimeout(600_000);

const repository = join(__dirname, "..", "..");

/** The Node of these tests, and the newest: from 24 on it is the other framework's CLI. What is between differs in neither. */
const nodes = nodeVersions.filter(({ major }, index) => index === 0 || major >= 24);

describeWithTerraform("the demo", () => {
  it.each(nodes)("deploys, checks, deploys without changes and destroys on Node $major", async ({ major, executable }) => {
    const env = { ...process.env, PATH: `${dirname(executable)}${delimiter}${process.env.PATH ?? ""}` };
    const { exitCode, output } = await run(executable, [require.resolve("tsx/cli"), "scripts/demo.ts"], { cwd: repository, env });

    expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
    expect(output).toContain(major >= 24 ? "=== cdktn deploy" : "=== cdktf deploy");
    expect(output).toContain("bytes, headers and metadata are there");
    expect(output).toContain("No changes");
    expect(output).toContain("=== Done: copied, checked, deployed again without changes, destroyed");
  });
});
