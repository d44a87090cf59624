import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { FakeBlobService } from "../support/fake-blob-service";
import { PackedPackage } from "../support/packed-package";
import { describeWithTerraform, run, terraform } from "../support/terraform/terraform";

jest.setTimeout(600_000);

const REPOSITORY = join(__dirname, "..", "..");
const PACKAGE = "cdktf-azure-blob-copy";

interface Project {
  /** Folder in which the app is synthesized. */
  readonly folder: string;
  /** Commands that synthesize it, each with its arguments. */
  readonly commands: readonly (readonly string[])[];
  /**
   * Whether the result is also deployed: where the layout could matter to Terraform or to the
   * program.
   */
  readonly isDeployed?: boolean;
}

const tool = (name: string) => join(REPOSITORY, "node_modules", ".bin", name);
const TSX = ["--import", require.resolve("tsx")];

const BODY = `
const app = new App();
const stack = new TerraformStack(app, "stack");
declare(stack);
app.synth();
function declare(scope) {
  const credential = Credential.connectionStringFromEnvironment("CONNECTION");
  const source = BlobSource.fromUrl(process.env.SOURCE_URL, { credential });
  new BlobCopy(scope, "copy", { source, destination: BlobDestination.fromUrl(process.env.DESTINATION_URL, { credential }) });
}
`;
const NAMES = "BlobCopy, BlobDestination, BlobSource, Credential";
const REQUIRED = `const { App, TerraformStack } = require("cdktf");\nconst { ${NAMES} } = require("${PACKAGE}");\n`;
const IMPORTED = `import { App, TerraformStack } from "cdktf";\nimport { ${NAMES} } from "${PACKAGE}";\n`;
const TYPED = `${IMPORTED}${BODY.replace("declare(scope)", "declare(scope: TerraformStack): void").replaceAll(/process\.env\.(\w+)/g, 'process.env["$1"] ?? ""')}`;
const SWC = `
  const { transformFileSync } = require(${JSON.stringify(require.resolve("@swc/core"))});
  const { code } = transformFileSync("main.ts", { jsc: { parser: { syntax: "typescript" } }, module: { type: "commonjs" } });
  require("node:fs").writeFileSync("main.js", code);
`;
/**
 * The same unit test for Jest and Vitest, with the framework's matchers, which need the globals of
 * Jest.
 */
const UNIT_TEST = `
  Testing.setupJest();
  test("the model is copied", () => {
    const stack = new TerraformStack(Testing.app(), "test");
    const destination = BlobDestination.fromUrl("https://app.blob.core.windows.net/models/current.onnx");
    new BlobCopy(stack, "model", { source: BlobSource.fromUrl("https://example.com/model.onnx"), destination });
    const synthesized = Testing.synth(stack, true);
    expect(synthesized).toHaveResource(BlobCopy);
    const triggers = (url) => ({ triggers_replace: { destination: { kind: "url", url }, source: { kind: "url", url: "https://example.com/model.onnx" } } });
    expect(synthesized).toHaveResourceWithProperties(BlobCopy, triggers("https://app.blob.core.windows.net/models/current.onnx"));
    expect(synthesized).not.toHaveResourceWithProperties(BlobCopy, triggers("https://app.blob.core.windows.net/models/other.onnx"));
    expect(JSON.parse(synthesized).resource.terraform_data.model.input.copies).toHaveLength(1);
  });
`;
const COMPILER = {
  compilerOptions: {
    module: "commonjs",
    target: "es2022",
    skipLibCheck: true,
    strict: true,
    types: [],
    outDir: "out",
    esModuleInterop: true,
  },
};

describeWithTerraform("the published package synthesizes and deploys from a project", () => {
  let packed: PackedPackage;
  let service: FakeBlobService;

  beforeAll(async () => {
    packed = new PackedPackage();
    service = await FakeBlobService.start();
    service.account("dest").putBlob("data", "source", { content: "content" });
  });
  afterAll(async () => {
    packed.remove();
    await service.stop();
  });

  function project(files: Readonly<Record<string, string>>, options: { readonly folder?: string; readonly type?: "module" } = {}): string {
    const folder = packed.project(["cdktf", "constructs"], options);
    write(folder, files);
    return folder;
  }

  function write(folder: string, files: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
  }

  const moveTo = (from: string, to: string) => {
    mkdirSync(dirname(to), { recursive: true });
    renameSync(from, to);
  };

  const node = (...args: string[]) => [process.execPath, ...args];

  const PROJECTS: Record<string, () => Project> = {
    "in CommonJS": () => ({ folder: project({ "main.js": REQUIRED + BODY }), commands: [node("main.js")] }),
    "of ES modules": () => ({
      folder: project({ "main.js": IMPORTED + BODY }, { type: "module" }),
      commands: [node("main.js")],
      isDeployed: true,
    }),
    "in TypeScript, compiled by tsc": () => ({
      folder: project({
        "main.ts": `declare const process: { readonly env: Record<string, string | undefined> };\n${TYPED}`,
        "tsconfig.json": JSON.stringify(COMPILER),
      }),
      commands: [[tool("tsc"), "-p", "."], node("out/main.js")],
    }),
    "in TypeScript, run by tsx": () => ({ folder: project({ "main.ts": TYPED }), commands: [node(...TSX, "main.ts")] }),
    "in TypeScript, run by ts-node": () => ({
      folder: project({ "main.ts": TYPED, "tsconfig.json": JSON.stringify(COMPILER) }),
      commands: [node("--require", require.resolve("ts-node/register/transpile-only"), "main.ts")],
    }),
    "in TypeScript, compiled by swc": () => ({
      folder: project({ "main.ts": TYPED }),
      commands: [node("--eval", SWC), node("main.js")],
    }),
    "in TypeScript, whose types are stripped": () => ({
      folder: project({ "main.ts": TYPED }),
      commands: [[tool("esbuild"), "main.ts", "--format=cjs", "--outfile=main.js"], node("main.js")],
    }),
    "that is bundled, with this package in the bundle": () => ({
      folder: project({ "main.ts": TYPED }),
      commands: [
        [
          tool("esbuild"),
          "main.ts",
          "--bundle",
          "--platform=node",
          "--external:cdktf",
          "--external:constructs",
          "--outfile=build/app/main.js",
        ],
        node("build/app/main.js"),
      ],
      isDeployed: true,
    }),
    "that is bundled, without its packages": () => ({
      folder: project({ "main.ts": TYPED }),
      commands: [
        [tool("esbuild"), "main.ts", "--bundle", "--platform=node", "--packages=external", "--outfile=build/main.js"],
        node("build/main.js"),
      ],
    }),
    "in a folder with blanks, umlauts and quotes": () => ({
      folder: project({ "main.js": REQUIRED + BODY }, { folder: "Müllers 'Projekt' (neu) 100%" }),
      commands: [node("main.js")],
      isDeployed: true,
    }),
    "of a monorepo, whose packages are at its root": () => {
      const root = project({ "packages/infra/main.js": REQUIRED + BODY });
      return { folder: join(root, "packages", "infra"), commands: [node("main.js")] };
    },
    "of a monorepo, with a library that has a version of its own": () => {
      const root = project({
        "packages/infra/main.js": `${REQUIRED}const wrapper = require("wrapper");\n${BODY.replace("declare(stack);", "declare(stack);\nwrapper.declare(stack);")}`,
        "node_modules/wrapper/index.js": `${REQUIRED}exports.declare = (scope) => {
          const credential = Credential.connectionStringFromEnvironment("CONNECTION");
          const source = BlobSource.fromUrl(process.env.SOURCE_URL, { credential });
          new BlobCopy(scope, "wrapped", { source, destination: BlobDestination.fromUrl(process.env.DESTINATION_URL + "-wrapped", { credential }) });
        };`,
      });
      cpSync(join(root, "node_modules", PACKAGE), join(root, "node_modules", "wrapper", "node_modules", PACKAGE), { recursive: true });
      return { folder: join(root, "packages", "infra"), commands: [node("main.js")], isDeployed: true };
    },
    "as pnpm lays it out": () => {
      const folder = project({ "main.js": REQUIRED + BODY });
      const modules = join(folder, "node_modules");
      const store = join(modules, ".pnpm", `${PACKAGE}@1.0.0_cdktf+constructs`, "node_modules");
      moveTo(join(modules, PACKAGE), join(store, PACKAGE));
      // Its peers are next to it in the store. The project has links to its declared dependencies.
      for (const peer of ["cdktf", "constructs"]) symlinkSync(join(REPOSITORY, "node_modules", peer), join(store, peer), "junction");
      symlinkSync(join(store, PACKAGE), join(modules, PACKAGE), "junction");
      return { folder, commands: [node("main.js")] };
    },
    "installed by yarn, whose packages stay in their archives (PnP)": () => {
      const folder = packed.emptyProject();
      const links = Object.fromEntries(["cdktf", "constructs"].map((name) => [name, `link:${join(REPOSITORY, "node_modules", name)}`]));
      const dependencies = { ...links, [PACKAGE]: `file:${packed.tarball}` };
      write(folder, {
        "package.json": JSON.stringify({ name: "app", version: "1.0.0", private: true, dependencies }),
        ".yarnrc.yml": JSON.stringify({
          nodeLinker: "pnp",
          enableTelemetry: false,
          enableNetwork: false,
          enableGlobalCache: false,
          enableImmutableInstalls: false,
          pnpIgnorePatterns: [`${REPOSITORY}/node_modules/**`],
        }),
        "yarn.lock": "",
        "main.js": REQUIRED + BODY,
      });
      const yarn = join(REPOSITORY, "node_modules/@yarnpkg/cli-dist/bin/yarn.js");
      return { folder, commands: [node(yarn, "install"), node("--require", "./.pnp.cjs", "main.js")], isDeployed: true };
    },
    "as yarn lays a workspace out, with a link to it at the root": () => {
      const root = project({ "apps/infra/main.js": REQUIRED + BODY, "apps/infra/package.json": '{"name":"infra","version":"1.0.0"}' });
      symlinkSync(join(root, "apps", "infra"), join(root, "node_modules", "infra"), "junction");
      return { folder: join(root, "node_modules", "infra"), commands: [node("main.js")] };
    },
    "whose app is in a folder of its own, as with cdktf's --app": () => ({
      folder: project({ "infra/main.js": REQUIRED + BODY }),
      commands: [node("infra/main.js")],
    }),
  };

  it.each(Object.keys(PROJECTS))("%s", async (what) => {
    const { folder, commands, isDeployed } = (PROJECTS[what] as () => Project)();
    const name = what.replaceAll(/\W+/g, "-");
    const account = service.account("dest");
    const env = {
      SOURCE_URL: account.blobUrl("data", "source"),
      DESTINATION_URL: account.blobUrl("data", name),
      CONNECTION: account.connectionString,
    };
    for (const [command = "", ...args] of commands) {
      const { exitCode, output } = await run(command, args, { cwd: folder, env: { ...process.env, ...env } });
      expect({ command, exitCode, output: exitCode === 0 ? "" : output }).toEqual({ command, exitCode: 0, output: "" });
    }
    const cwd = join(folder, "cdktf.out", "stacks", "stack");
    const script = programOf(cwd);
    expect(await run(process.execPath, [script, "--version"], { cwd })).toMatchObject({
      exitCode: 0,
      output: expect.stringMatching(/\d+\.\d+\.\d+/) as string,
    });
    if (isDeployed !== true) return;
    expect(await terraform(["init"], { cwd })).toMatchObject({ exitCode: 0 });
    expect(await terraform(["apply", "-auto-approve"], { cwd, env })).toMatchObject({ exitCode: 0 });
    expect(account.getBlob("data", name)?.content.read().toString()).toBe("content");
  });

  /** The program that Terraform would start, seen from the synthesized folder. */
  function programOf(cwd: string): string {
    const { resource } = JSON.parse(readFileSync(join(cwd, "cdk.tf.json"), "utf8")) as {
      resource: { terraform_data: { copy: { provisioner: [{ "local-exec": { interpreter: [string, string] } }] } } };
    };
    const [{ "local-exec": exec }] = resource.terraform_data.copy.provisioner;
    return exec.interpreter[1].replace("${path.module}", ".");
  }

  it.each([
    [
      "Jest",
      "copy.test.js",
      `const { TerraformStack, Testing } = require("cdktf");\nconst { ${NAMES} } = require("${PACKAGE}");\n${UNIT_TEST}`,
      [join(REPOSITORY, "node_modules/jest/bin/jest.js"), "--rootDir", "."],
    ],
    [
      "Vitest",
      "copy.test.mjs",
      `import { TerraformStack, Testing } from "cdktf";\nimport { ${NAMES} } from "${PACKAGE}";\n${UNIT_TEST}`,
      [join(REPOSITORY, "node_modules/vitest/vitest.mjs"), "run", "--globals"],
    ],
  ])("whose unit tests are of %s, with the framework's matchers", async (_, file, text, command) => {
    const folder = project({ [file]: text });
    const { exitCode, output } = await run(process.execPath, command, { cwd: folder, env: { ...process.env, NO_COLOR: "1" } });
    expect({ exitCode, output }).toEqual({ exitCode: 0, output: expect.stringMatching(/Tests:?\s+1 passed/) as string });
  });

  it("says in one sentence what is missing, where a bundled app is without it", async () => {
    const folder = project({ "main.ts": TYPED });
    const bundle = ["main.ts", "--bundle", "--platform=node", "--external:cdktf", "--external:constructs", "--outfile=build/main.js"];
    expect(await run(tool("esbuild"), bundle, { cwd: folder })).toMatchObject({ exitCode: 0 });
    rmSync(join(folder, "node_modules", PACKAGE), { recursive: true });
    const { exitCode, output } = await run(process.execPath, ["build/main.js"], {
      cwd: folder,
      env: {
        ...process.env,
        SOURCE_URL: "https://aaa.blob.core.windows.net/data/a",
        DESTINATION_URL: "https://aaa.blob.core.windows.net/data/b",
      },
    });
    expect(exitCode).not.toBe(0);
    expect(output).toContain("an app that is bundled needs it installed in the folder where it is synthesized");
  });
});
