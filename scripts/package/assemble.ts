import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, posix } from "node:path";
import type { Assembly } from "./assemblies";
import { importing, sourcesOf } from "./sources";

const root = join(__dirname, "../..");

interface Manifest {
  readonly version: string;
  readonly license: string;
  readonly homepage: string;
  readonly bugs: object;
  readonly repository: { readonly type: string; readonly url: string };
  readonly engines: object;
  readonly publishConfig: object;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

/**
 * Writes an assembly's package into a folder, compiles it with jsii and returns jsii's output. The
 * program must be built already.
 */
export function assemble(assembly: Assembly, folder: string): string {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [path, text] of sourcesOf(root, assembly.entry)) write(join(folder, path), importing(text, assembly.framework));
  for (const name of ["LICENSE", "CHANGELOG.md"]) cpSync(join(root, name), join(folder, name));
  for (const name of [...assembly.programs, "THIRD-PARTY-LICENSES", "sbom.cdx.json"])
    cpSync(join(root, "dist", name), join(folder, "dist", name), { recursive: true });
  const own = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Manifest;
  write(join(folder, "package.json"), `${JSON.stringify(manifestOf(assembly, own), null, 2)}\n`);
  write(join(folder, "tsconfig.json"), JSON.stringify(compilerOptions(assembly)));
  write(join(folder, "README.md"), readmeOf(assembly, own));
  for (const peer of [...assembly.peers, "@types/node"]) link(folder, peer, join(root, "node_modules", peer));
  return tool("jsii", [], folder);
}

/** Makes an assembly's packages for other languages, below its folder. */
export function translate(assembly: Assembly, folder: string, languages: readonly string[], args: readonly string[]): void {
  // To translate README's example, jsii resolves the names in it, so the package must be able to
  // import itself. jsii-docgen follows each link, so it must run before this link exists.
  link(folder, assembly.name, folder);
  tool("jsii-pacmak", [...args, ...languages.flatMap((language) => ["--target", language])], folder);
}

/** Runs one of jsii's tools to its end and returns its output. */
export function tool(name: "jsii" | "jsii-docgen" | "jsii-pacmak", args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [executable(name), ...args], {
    cwd,
    encoding: "utf8",
    // A build need not repeat each time whether jsii still supports this version of Node.
    env: { ...process.env, JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: String(process.versions.node.split(".")[0]) },
  });
  const output = `${stdout}${stderr}`;
  if (status !== 0) throw new Error(`${name} ${args.join(" ")} failed in ${cwd}:\n${output}`);
  return output;
}

function executable(name: string): string {
  const manifest = createRequire(__filename).resolve(`${name}/package.json`);
  const { bin } = JSON.parse(readFileSync(manifest, "utf8")) as { bin: string | Record<string, string> };
  const path = typeof bin === "string" ? bin : bin[name];
  if (path === undefined) throw new Error(`${name} has no executable of its name`);
  return join(dirname(manifest), path);
}

function manifestOf(assembly: Assembly, own: Manifest): object {
  const peers = assembly.peers.map((name): [string, string] => [name, own.peerDependencies[name] ?? "*"]);
  const compiled = posix.join(assembly.outDir, assembly.entry).replace(/\.ts$/, "");
  return {
    name: assembly.name,
    version: own.version,
    description: assembly.description,
    keywords: assembly.keywords,
    homepage: own.homepage,
    bugs: own.bugs,
    repository: own.repository,
    license: own.license,
    author: { name: "The authors of cdktf-azure-blob-copy", url: own.homepage, organization: true },
    stability: "experimental",
    main: `${compiled}.js`,
    types: `${compiled}.d.ts`,
    files: ["dist", ".jsii", "CHANGELOG.md", "!*.tsbuildinfo"],
    engines: own.engines,
    publishConfig: own.publishConfig,
    peerDependencies: Object.fromEntries(peers),
    devDependencies: Object.fromEntries(peers.map(([name, range]) => [name, lowest(range)])),
    jsii: { outdir: "bindings", tsconfig: "tsconfig.json", validateTsconfig: "minimal", versionFormat: "short", targets: assembly.targets },
  };
}

function lowest(range: string): string {
  return /\d+\.\d+\.\d+/.exec(range)?.[0] ?? range;
}

/** The repository's compiler options, but with the kind of modules that jsii needs. */
function compilerOptions(assembly: Assembly): object {
  const compilerOptions = {
    target: "es2022",
    lib: ["es2022"],
    types: ["node"],
    module: "commonjs",
    moduleResolution: "node",
    strict: true,
    noImplicitOverride: true,
    noUncheckedIndexedAccess: true,
    esModuleInterop: true,
    skipLibCheck: true,
    declaration: true,
    noEmitOnError: true,
    rootDir: ".",
    outDir: assembly.outDir,
  };
  return { compilerOptions, include: [assembly.entry] };
}

/**
 * Makes a page of the repository the package's README: with absolute links, and examples that
 * import this package.
 */
function readmeOf(assembly: Assembly, { repository }: Manifest): string {
  const address = repository.url.replace(/^git\+|\.git$/g, "");
  const { page, module } = assembly.readme;
  return importing(readFileSync(join(root, page), "utf8"), assembly.framework)
    .replaceAll(`"${module}"`, `"${assembly.name}"`)
    .replace("npm install cdktf-azure-blob-copy", installOf(assembly))
    .replace(/^# .*$/m, `# ${assembly.name}`)
    .replace(/(!?)\[([^\]]*)\]\((?!https?:|#)([^)]+)\)/g, (_, mark: string, text: string, target: string) => {
      const path = posix.join(posix.dirname(page), target);
      return mark === "!" ? `![${text}](${address}/raw/main/${path})` : `[${text}](${address}/blob/main/${path})`;
    });
}

function installOf({ name, targets: { python, dotnet, go, java } }: Assembly): string {
  return [
    `npm install ${name}`,
    `pip install ${python.distName}`,
    `dotnet add package ${dotnet.packageId}`,
    `go get ${go.moduleName}/${go.packageName}`,
    `# Maven: ${java.maven.groupId}:${java.maven.artifactId}`,
  ].join("\n");
}

function link(folder: string, name: string, target: string): void {
  const path = join(folder, "node_modules", name);
  mkdirSync(dirname(path), { recursive: true });
  rmSync(path, { force: true });
  symlinkSync(target, path, "junction");
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
