import { delimiter, dirname, join } from "node:path";
import { nodeVersions } from "../support/machine/node-versions";
import { describeWithTerraform, run } from "../support/terraform/terraform";

jest.setTimeout(600_000);

const repository = join(__dirname, "..", "..");

describeWithTerraform("the demo", () => {
  it.each(nodeVersions)("deploys, checks, deploys without changes and destroys on Node $major", async ({ major, executable }) => {
    const env = { ...process.env, PATH: `${dirname(executable)}${delimiter}${process.env.PATH ?? ""}` };
    const { exitCode, output } = await run(executable, [require.resolve("tsx/cli"), "scripts/demo.ts"], { cwd: repository, env });

    expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
    expect(output).toContain(major >= 24 ? "=== cdktn deploy" : "=== cdktf deploy");
    expect(output).toContain("bytes, headers and metadata are there");
    expect(output).toContain("No changes");
    expect(output).toContain("=== Done: copied, checked, deployed again without changes, destroyed");
  });
});
