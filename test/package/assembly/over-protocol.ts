import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Assembly } from "../../../scripts/package/assemblies";
import type { Description } from "../../support/jsii/assembly";
import { JsiiKernel, type LoadedPackage } from "../../support/jsii/kernel";
import { TypeScriptWorld, type World } from "../../support/jsii/world";
import { EveryOption } from "./every-option";
import { startApp } from "./frameworks";

interface Given {
  readonly framework: "cdktf" | "aws-cdk-lib";
  /** The framework and the library as TypeScript modules. */
  readonly modules: readonly [framework: object, library: object];
  readonly assembly: Assembly;
  /** Folder of the assembly. */
  readonly folder: string;
  readonly work: string;
}

interface Made {
  readonly files: Readonly<Record<string, string>>;
  /** Types of the assembly that were used. */
  readonly used: ReadonlySet<string>;
}

/** An app with all constructs and options, synthesized over jsii's protocol and in TypeScript. */
export async function madeOverProtocol(given: Given): Promise<{ readonly kernel: Made; readonly typescript: Made }> {
  const { framework, modules, assembly, folder, work } = given;
  const kernel = await JsiiKernel.start(process.cwd());
  try {
    for (const name of ["constructs", ...assembliesUnder(framework), framework]) await kernel.load(packed(name, work));
    await kernel.load(packed(assembly.name, work, folder));
    const here = new TypeScriptWorld(
      new Map<string, object>([
        [framework, modules[0]],
        [assembly.name, modules[1]],
      ]),
    );
    return { kernel: await synthesize(kernel, "kernel", given), typescript: await synthesize(here, "typescript", given) };
  } finally {
    await kernel.stop();
  }
}

async function synthesize(world: World, name: string, { framework, folder, work }: Given): Promise<Made> {
  const outdir = join(work, name);
  const started = await startApp(framework, world, outdir);
  const description = JSON.parse(readFileSync(join(folder, ".jsii"), "utf8")) as Description;
  const everything = new EveryOption(world, description, started.framework, started.stack);
  await everything.declare();
  await world.call(started.app, "synth", []);
  return { files: filesBelow(outdir), used: everything.used };
}

interface Manifest {
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly bundleDependencies?: readonly string[];
  readonly bundledDependencies?: readonly string[];
}

function manifestIn(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
}

function folderOf(name: string): string {
  return dirname(require.resolve(`${name}/package.json`));
}

/** Dependencies of a package that are assemblies themselves. */
function assembliesUnder(name: string): readonly string[] {
  const { dependencies = {}, bundleDependencies, bundledDependencies = bundleDependencies ?? [] } = manifestIn(folderOf(name));
  const others = Object.keys(dependencies).filter((dependency) => !bundledDependencies.includes(dependency));
  return others.filter((dependency) => existsSync(join(folderOf(dependency), ".jsii")));
}

/** Packs the package as it would be published, with only those dependencies that it bundles. */
export function packed(name: string, work: string, folder = folderOf(name)): LoadedPackage {
  const { version, bundleDependencies, bundledDependencies = bundleDependencies } = manifestIn(folder);
  const tarball = join(work, `${name.replaceAll(/\W/g, "-")}.tgz`);
  const exclude = ["*.d.ts", ...(bundledDependencies === undefined ? ["./node_modules"] : [])].map((pattern) => `--exclude=${pattern}`);
  if (!existsSync(tarball)) execFileSync("tar", ["-cf", tarball, ...exclude, "--transform=s,^\\.,package,", "-C", folder, "."]);
  return { name, version, tarball };
}

export function filesBelow(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files.map(({ parentPath, name }) => [join(parentPath, name).slice(folder.length + 1), readFileSync(join(parentPath, name), "utf8")]),
  );
}
