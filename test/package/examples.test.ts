import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeWithTerraform, terraform } from "../support/terraform/terraform";

/** Some examples load a provider package, which takes its time. */
jest.setTimeout(60_000);

const examples = join(__dirname, "..", "..", "examples");
const names = readdirSync(examples);

let outdir: string;

beforeEach(() => {
  outdir = mkdtempSync(join(tmpdir(), "blob-copy-example-"));
  process.env.CDKTF_OUTDIR = outdir;
});
afterEach(() => {
  delete process.env.CDKTF_OUTDIR;
  rmSync(outdir, { recursive: true, force: true });
});

/** Runs an example on the built package, as a user does; gives the folder of its stack. */
async function synth(name: string): Promise<string> {
  await jest.isolateModulesAsync(() => import(join(examples, name, "main.ts")));
  return join(outdir, "stacks", name);
}

describe("each example", () => {
  it.each(names)("%s synthesises a stack of its name, with the program beside it", async (name) => {
    const stack = await synth(name);

    const synthesised = JSON.parse(readFileSync(join(stack, "cdk.tf.json"), "utf8")) as { resource: Record<string, object> };
    expect(Object.keys(synthesised.resource.terraform_data ?? {})).not.toEqual([]);
    expect(readdirSync(stack, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith("blob-copy.js"))).toHaveLength(1);
  });
});

describeWithTerraform("each example without a provider", () => {
  it.each(names.filter((name) => name !== "with-azurerm"))("%s is valid Terraform", async (name) => {
    const cwd = await synth(name);

    expect(await terraform(["init", "-backend=false"], { cwd })).toMatchObject({ exitCode: 0 });
    expect(await terraform(["validate"], { cwd })).toMatchObject({ exitCode: 0 });
  });
});
