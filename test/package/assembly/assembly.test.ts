import * as cdktf from "cdktf";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { assemble, tool } from "../../../scripts/package/assemble";
import { ASSEMBLIES } from "../../../scripts/package/assemblies";
import { reference, referenceFile } from "../../../scripts/package/reference";
import type { Description } from "../../support/jsii/assembly";
import { JsiiKernel, QUIET, type LoadedPackage } from "../../support/jsii/kernel";
import { TypeScriptWorld, type World } from "../../support/jsii/world";
import * as lib from "../../../lib";
import { EveryOption } from "./every-option";
import { synthesizeStack } from "./stack";

jest.setTimeout(240_000);

const FRAMEWORK = "cdktf";

/** As much of jsii's client for Python as the generated code needs; that of jsii itself comes from a registry of Python's. */
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
    const kernel = await JsiiKernel.start(process.cwd());
    const stacks: Record<string, { files: Record<string, string>; used: ReadonlySet<string> }> = {};
    try {
      for (const name of ["constructs", FRAMEWORK]) await kernel.load(packed(name, dirname(require.resolve(`${name}/package.json`)), work));
      await kernel.load(packed(assembly.name, folder, work));
      stacks.kernel = await synthesize(kernel, join(work, "kernel"));
    } finally {
      await kernel.stop();
    }
    const modules = new Map<string, object>([
      [FRAMEWORK, cdktf],
      [assembly.name, lib],
    ]);
    stacks.typescript = await synthesize(new TypeScriptWorld(modules), join(work, "typescript"));

    expect(Object.keys(stacks.kernel.files)).toContain("cdk.tf.json");
    expect(stacks.kernel.files).toEqual(stacks.typescript.files);
    expect([...stacks.kernel.used].sort()).toEqual(Object.keys(description.types).sort());
  });

  const itWithPython = hasPython ? it : () => undefined;
  itWithPython("makes of its Python package what TypeScript makes, by the generated code", () => {
    tool("jsii-pacmak", ["--code-only", "--target", "python"], folder);
    const runtime = join(require.resolve("@jsii/runtime/package.json"), "../webpack/bin/jsii-runtime.js");
    const frameworks = ["constructs", FRAMEWORK].map((name) => packed(name, dirname(require.resolve(`${name}/package.json`)), work));
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

  async function synthesize(world: World, outdir: string) {
    const app = await world.create(`${FRAMEWORK}.App`, [{ fqn: `${FRAMEWORK}.AppConfig`, struct: { outdir } }]);
    const stack = await world.create(`${FRAMEWORK}.TerraformStack`, [app, "stack"]);
    const everything = new EveryOption(world, description, FRAMEWORK, stack);
    await everything.declare();
    await world.call(app, "synth", []);
    return { files: filesBelow(join(outdir, "stacks", "stack")), used: everything.used };
  }
});

/** The package as it would be published; its dependencies are not needed again. */
function packed(name: string, folder: string, work: string): LoadedPackage {
  const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: string };
  const tarball = join(work, `${name.replaceAll(/\W/g, "-")}.tgz`);
  const exclude = name === "cdktf" ? [] : ["--exclude=./node_modules"];
  execFileSync("tar", ["-cf", tarball, ...exclude, "--transform=s,^\\.,package,", "-C", folder, "."]);
  return { name, version, tarball };
}

function filesBelow(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files.map(({ parentPath, name }) => [join(parentPath, name).slice(folder.length + 1), readFileSync(join(parentPath, name), "utf8")]),
  );
}
