import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";
import { PackedPackage } from "../support/packed-package";
import { run } from "../support/terraform/terraform";

jest.setTimeout(600_000);

describe("the published package for AWS CDK", () => {
  let packed: PackedPackage;
  let project: string;

  beforeAll(() => {
    packed = new PackedPackage();
    project = packed.project(["aws-cdk-lib", "constructs"]);
  });
  afterAll(() => {
    packed.remove();
  });

  it("synthesizes in a project that has aws-cdk-lib, constructs and nothing else, with all that a function needs", async () => {
    writeFileSync(join(project, "main.js"), APP);
    const { exitCode, output } = await run(process.execPath, ["main.js"], { cwd: project });

    expect({ exitCode, output }).toEqual({
      exitCode: 0,
      output: expect.stringContaining("FILES federation.js,identity.js,index.js") as string,
    });
    expect(output).toContain("RESOURCE Custom::AzureBlobCopy");
    expect(output).toContain("FRAMEWORKS aws-cdk-lib");
  });

  it("synthesizes the example without any credential, with each of its copies", async () => {
    const example = ts.transpileModule(readFileSync(join(__dirname, "../../examples/aws-cdk/main.ts"), "utf8"), {
      compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
    });
    writeFileSync(join(project, "example.js"), example.outputText);
    const env = { PATH: process.env["PATH"] ?? "", CDK_OUTDIR: "example.out", CDK_VALIDATION: "true" };
    const { exitCode, output } = await run(process.execPath, ["example.js"], { cwd: project, env });

    expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(readFileSync(join(project, "example.out/validation-report.json"), "utf8"))).toMatchObject({ pluginReports: [] });
    const template = readFileSync(join(project, "example.out/azure-models.template.json"), "utf8");
    const { Resources, Outputs } = JSON.parse(template) as {
      readonly Resources: Record<string, { Type: string }>;
      readonly Outputs: object;
    };
    const types = Object.values(Resources).map(({ Type }) => Type);
    expect(types.filter((type) => type.startsWith("Custom::")).sort()).toEqual([
      "Custom::AzureBlobCopy",
      "Custom::AzureBlobCopySet",
      "Custom::AzureBlobCopySet",
    ]);
    expect(Object.keys(Outputs).sort()).toEqual(["Etag", "LabelsEtag", "RoleToTrust"]);
  });

  it("has types that need no other framework", () => {
    const seen = new Set<string>();
    const packages = new Set<string>();
    const visit = (file: string): void => {
      if (seen.has(file)) return;
      seen.add(file);
      for (const { fileName } of ts.preProcessFile(readFileSync(file, "utf8"), true, true).importedFiles) {
        if (!fileName.startsWith(".")) packages.add(fileName.split("/")[0] ?? "");
        else
          visit(
            ts.resolveModuleName(fileName, file, { moduleResolution: ts.ModuleResolutionKind.Node10 }, ts.sys).resolvedModule
              ?.resolvedFileName ?? "",
          );
      }
    };
    visit(join(project, "node_modules/cdktf-azure-blob-copy/dist/cdktf/lib/aws-cdk/index.d.ts"));

    expect([...packages].sort()).toEqual(["aws-cdk-lib", "constructs"]);
    expect(dirname([...seen][0] ?? "")).toContain("aws-cdk");
  });
});

const APP = `
  const { App, Stack } = require("aws-cdk-lib");
  const { readdirSync } = require("node:fs");
  const { BlobCopy, BlobDestination, BlobSource, Credential } = require("cdktf-azure-blob-copy/aws-cdk");
  const app = new App({ outdir: "cdk.out" });
  const stack = new Stack(app, "Stack");
  const credential = Credential.webIdentity({ tenantId: "tenant", clientId: "client" });
  new BlobCopy(stack, "Copy", {
    source: BlobSource.fromUrl("https://source.blob.core.windows.net/models/b"),
    destination: BlobDestination.fromUrl("https://destination.blob.core.windows.net/models/b", { credential }),
  });
  const assembly = app.synth();
  const template = assembly.getStackByName("Stack").template;
  for (const { Type } of Object.values(template.Resources)) console.log("RESOURCE " + Type);
  const folders = readdirSync("cdk.out").filter((name) => name.startsWith("asset."));
  for (const folder of folders) console.log("FILES " + readdirSync("cdk.out/" + folder).sort().join(","));
  const loaded = Object.keys(require.cache).flatMap((file) => /node_modules\\/(aws-cdk-lib|cdktf|cdktn)\\//.exec(file)?.[1] ?? []);
  console.log("FRAMEWORKS " + [...new Set(loaded)].join(","));
`;
