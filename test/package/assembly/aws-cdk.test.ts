import * as awsCdk from "aws-cdk-lib";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assemble } from "../../../scripts/package/assemble";
import { ASSEMBLIES } from "../../../scripts/package/assemblies";
import { reference, referenceFile } from "../../../scripts/package/reference";
import type { Description } from "../../support/jsii/assembly";
import * as lib from "../../../lib/aws-cdk";
import { madeOverProtocol } from "./over-protocol";

jest.setTimeout(480_000);

describe("the jsii assembly for AWS CDK", () => {
  const work = mkdtempSync(join(tmpdir(), "blob-copy-aws-cdk-assembly-"));
  const folder = join(work, "assembly");
  const assembly = ASSEMBLIES.find((one) => one.folder === "aws-cdk");
  if (assembly === undefined) throw new Error("no assembly is for AWS CDK");
  let output: string;
  let description: Description;

  beforeAll(() => {
    output = assemble(assembly, folder);
    description = JSON.parse(readFileSync(join(folder, ".jsii"), "utf8")) as Description;
  });
  afterAll(() => {
    rmSync(work, { recursive: true, force: true });
  });

  it("compiles with no warning but that a word is another one in Python", () => {
    expect([...output.matchAll(/warning (JSII\d+: "?\w+"?)/g)].map(([, warning]) => warning)).toEqual(['JSII5018: "from"']);
  });

  it("has the reference that is checked in: npm run build && npm run package", () => {
    expect(readFileSync(referenceFile(assembly), "utf8")).toBe(reference(folder));
  });

  it("makes over jsii's protocol what TypeScript makes, of each construct, option, factory and attribute", async () => {
    const { kernel, typescript } = await madeOverProtocol({ framework: "aws-cdk-lib", modules: [awsCdk, lib], assembly, folder, work });
    expect(deployed(kernel.files)).toEqual(deployed(typescript.files));
    expect([...kernel.used].sort()).toEqual(Object.keys(description.types).sort());
  });
});

/** The template for CloudFormation and the functions, without the time of synthesis. */
function deployed(files: Readonly<Record<string, string>>): Record<string, unknown> {
  const template = files["stack.template.json"] ?? "";
  const assets = Object.keys(files).filter((path) => /^asset\..*\.js$/.test(path));
  expect(assets.filter((path) => path.endsWith("index.js"))).toHaveLength(1);
  return { template: JSON.parse(template.replaceAll(/(synthesizedAt\\":\\")[^\\]+/g, "$1")), assets: assets.sort() };
}
