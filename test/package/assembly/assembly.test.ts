import * as cdktf from "cdktf";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { assemble, translate } from "../../../scripts/package/assemble";
import { ASSEMBLIES } from "../../../scripts/package/assemblies";
import { reference, referenceFile } from "../../../scripts/package/reference";
import { undocumented, type Description } from "../../support/jsii/assembly";
import { QUIET } from "../../support/jsii/kernel";
import * as lib from "../../../lib";
import { filesBelow, madeOverProtocol, packed } from "./over-protocol";
import { synthesizeStack } from "./stack";

jest.setTimeout(240_000);

const FRAMEWORK = "cdktf";

/**
 * The part of jsii's client for Python that the generated code needs. jsii's own client would come
 * from a registry of Python.
 */
const CLIENT = join(__dirname, "../../support/jsii/python");
const hasPython = spawnSync("python3", ["--version"]).status === 0;
if (!hasPython) process.stderr.write("There is no python3 here, so the generated Python package is not imported.\n");

describe("the jsii assembly", () => {
  const work = mkdtempSync(join(tmpdir(), "blob-copy-assembly-"));
  const folder = join(work, "assembly");
  const assembly = ASSEMBLIES.find((one) => one.folder === FRAMEWORK);
  if (assembly === undefined) throw new Error(`no assembly is for ${FRAMEWORK}`);
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

  it("lets each construct be named in dependsOn where a language goes by declared interfaces, as Java and C# do", () => {
    const constructs = Object.values(description.types).filter(({ base }) => base === `${FRAMEWORK}.TerraformElement`);
    expect(constructs.map(({ name }) => name)).toEqual(["BlobCopy", "BlobCopySet"]);
    for (const { interfaces } of constructs) expect(interfaces).toContain(`${FRAMEWORK}.ITerraformDependable`);
  });

  it("says of each type, member, option and argument what it is, in a first sentence that stands alone", () => {
    expect(undocumented(description)).toEqual([]);
  });

  it("has the reference that is checked in: npm run build && npm run package", () => {
    expect(readFileSync(referenceFile(assembly), "utf8")).toBe(reference(folder));
  });

  it("has the same reference for the successor of the framework", () => {
    const ours = readFileSync(referenceFile(assembly), "utf8");
    const successor = ASSEMBLIES.find(({ folder }) => folder === "cdktn");
    if (successor === undefined) throw new Error("no assembly is for cdktn");
    const expected = ours.replaceAll(assembly.name, successor.name).replaceAll(/\bcdktf\./g, "cdktn.");
    expect(readFileSync(referenceFile(successor), "utf8")).toBe(expected);
  });

  it("makes over jsii's protocol what TypeScript makes, of each construct, option, factory and attribute", async () => {
    const { kernel, typescript } = await madeOverProtocol({ framework: FRAMEWORK, modules: [cdktf, lib], assembly, folder, work });
    expect(Object.keys(kernel.files)).toContain(join("stacks", "stack", "cdk.tf.json"));
    expect(kernel.files).toEqual(typescript.files);
    expect([...kernel.used].sort()).toEqual(Object.keys(description.types).sort());
  });

  const itWithPython = hasPython ? it : () => undefined;
  itWithPython("makes of its Python package what TypeScript makes, by the generated code", () => {
    translate(assembly, folder, ["python"], ["--code-only"]);
    const runtime = join(require.resolve("@jsii/runtime/package.json"), "../webpack/bin/jsii-runtime.js");
    const frameworks = ["constructs", FRAMEWORK].map((name) => packed(name, work));
    const env = {
      ...process.env,
      ...QUIET,
      PYTHONPATH: [CLIENT, join(folder, "bindings", "python", "src")].join(delimiter),
      PYTHONDONTWRITEBYTECODE: "1",
      JSII_RUNTIME: runtime,
      JSII_PACKAGES: JSON.stringify(frameworks.map(({ name, version, tarball }) => [name, version, tarball])),
    };
    const made = { python: join(work, "stack-python"), typescript: join(work, "stack-typescript") };
    execFileSync("python3", [join(__dirname, "stack.py"), made.python], { env, stdio: ["ignore", "inherit", "inherit"] });
    synthesizeStack(made.typescript);
    expect(Object.keys(filesBelow(made.python))).toContain(join("stacks", "stack", "cdk.tf.json"));
    expect(filesBelow(made.python)).toEqual(filesBelow(made.typescript));
  });
});
