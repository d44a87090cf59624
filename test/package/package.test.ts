import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PackedPackage } from "../support/packed-package";
import { run } from "../support/terraform/terraform";

jest.setTimeout(600_000);

describe("the published package", () => {
  let packed: PackedPackage;

  beforeAll(() => {
    packed = new PackedPackage();
  });
  afterAll(() => {
    packed.remove();
  });

  it("holds compiled code, the program and documents, and nothing else", () => {
    const expected = [
      /^dist\/(cdktf|cdktn)\/(lib\/.+|src\/intent\/.+)\.(js|d\.ts)$/,
      /^dist\/program\/(blob-copy|guardian|identity|diagnosis|report-html|relayed-text|pfx)\.js$/,
      /^dist\/program\/package\.json$/,
      /^dist\/conformance\/conformance\.js$/,
      /^dist\/lambda\/(index|federation)\.js$/,
      /^dist\/(THIRD-PARTY-LICENSES|sbom\.cdx\.json)$/,
      /^(CHANGELOG\.md|LICENSE|README\.md|package\.json)$/,
    ];

    expect(packed.files.filter((file) => !expected.some((pattern) => pattern.test(file)))).toEqual([]);
    expect(expected.filter((pattern) => !packed.files.some((file) => pattern.test(file)))).toEqual([]);
  });

  it("is at most 900 kB", () => {
    expect(packed.size).toBeLessThanOrEqual(900_000);
  });

  it("brings no dependencies along, and asks for no framework that an app does not use", () => {
    const manifest = JSON.parse(readFileSync(join(packed.project([]), "node_modules/cdktf-azure-blob-copy/package.json"), "utf8")) as {
      dependencies?: unknown;
      optionalDependencies?: unknown;
      peerDependencies: Record<string, string>;
      peerDependenciesMeta: Record<string, { optional: boolean }>;
    };

    expect(manifest.dependencies).toBeUndefined();
    expect(manifest.optionalDependencies).toBeUndefined();
    expect(Object.keys(manifest.peerDependencies).filter((name) => !manifest.peerDependenciesMeta[name]?.optional)).toEqual(["constructs"]);
  });

  it("says in an SBOM and in the licences what is bundled, and has it all from the lock file", () => {
    const installed = join(packed.project([]), "node_modules/cdktf-azure-blob-copy");
    const { components } = JSON.parse(readFileSync(join(installed, "dist/sbom.cdx.json"), "utf8")) as {
      components: { name: string; version: string; licenses: [{ license: { id: string } }]; hashes: unknown[] }[];
    };
    const licences = readFileSync(join(installed, "dist/THIRD-PARTY-LICENSES"), "utf8");

    expect(components.map(({ name }) => name)).toContain("@azure/identity");
    expect(components.filter(({ hashes }) => hashes.length === 0)).toEqual([]);
    const titles = components.map(({ name, version, licenses: [{ license }] }) => `${name} ${version} (${license.id})`);
    expect(titles.filter((title) => !licences.includes(title))).toEqual([]);
  });

  it("has the section of its version in the changelog", () => {
    const installed = join(packed.project([]), "node_modules/cdktf-azure-blob-copy");
    const { version } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8")) as { version: string };

    expect(readFileSync(join(installed, "CHANGELOG.md"), "utf8")).toContain(`\n## [${version}] - `);
  });

  it("satisfies publint", async () => {
    const result = await run(process.execPath, [join(dirnameOf("publint"), "src/cli.js"), "--strict", packed.tarball], {
      cwd: process.cwd(),
    });

    expect(result).toEqual({ exitCode: 0, output: expect.stringContaining("All good!") as string });
  });

  it("has types that resolve wherever they are imported from", async () => {
    const result = await run(process.execPath, [join(dirnameOf("@arethetypeswrong/cli"), "dist/index.js"), packed.tarball, "--no-color"], {
      cwd: process.cwd(),
    });

    expect(result).toEqual({ exitCode: 0, output: expect.stringContaining("No problems found") as string });
  });

  const resolutions = [
    { module: "commonjs", moduleResolution: "node10" },
    { module: "node16", moduleResolution: "node16" },
    { module: "esnext", moduleResolution: "bundler" },
  ];
  const flavours = [
    { framework: "cdktf", specifier: "cdktf-azure-blob-copy" },
    { framework: "cdktn", specifier: "cdktf-azure-blob-copy/cdktn" },
  ];

  it.each(resolutions)("compiles in apps on cdktf and on cdktn with module resolution $moduleResolution", async (resolution) => {
    const project = packed.project([...flavours.map(({ framework }) => framework), "constructs"]);
    for (const { framework, specifier } of flavours) writeFileSync(join(project, `${framework}.ts`), program(framework, specifier));

    const compiler = require.resolve("typescript/bin/tsc");
    // TypeScript's own library is the same for all, and larger than all other files together.
    const options = ["--module", resolution.module, "--moduleResolution", resolution.moduleResolution, "--skipDefaultLibCheck"];
    const sources = flavours.map(({ framework }) => `${framework}.ts`);
    const result = await run(process.execPath, [compiler, "--noEmit", "--strict", "--target", "es2022", ...options, ...sources], {
      cwd: project,
    });

    expect(result).toEqual({ exitCode: 0, output: "" });
  });
});

function program(framework: string, specifier: string): string {
  return `
    import { App, TerraformOutput, TerraformStack } from "${framework}";
    import { BlobCopy, BlobDestination, BlobSource, Credential, OverwritePolicy } from "${specifier}";
    const app = new App();
    const stack = new TerraformStack(app, "stack");
    const copy: BlobCopy = new BlobCopy(stack, "copy", {
      source: BlobSource.fromUrl("https://aaa.blob.core.windows.net/models/b", { credential: Credential.anonymous() }),
      destination: BlobDestination.fromContainer({ blobEndpoint: "https://bbb.blob.core.windows.net/", containerName: "models", blobName: "b" }),
      overwrite: OverwritePolicy.NEVER,
    });
    new TerraformOutput(stack, "url", { value: copy.destinationUrl, dependsOn: [copy] });
    app.synth();
  `;
}

function dirnameOf(name: string): string {
  return join(__dirname, "..", "..", "node_modules", name);
}
