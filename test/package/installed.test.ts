import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { startAzurite, type Azurite } from "../support/azurite";
import { PackedPackage } from "../support/packed-package";
import { describeWithTerraform, run, terraform } from "../support/terraform/terraform";

jest.setTimeout(600_000);

describeWithTerraform("the published package, installed", () => {
  let packed: PackedPackage;
  let azurite: Azurite;

  beforeAll(async () => {
    packed = new PackedPackage();
    azurite = await startAzurite();
    const source = await azurite.source.service.createContainer("data");
    await source.containerClient.getBlockBlobClient("blob.txt").upload("content", 7);
    await azurite.destination.service.createContainer("data");
  });
  afterAll(async () => {
    packed.remove();
    await azurite.stop();
  });

  it.each([
    { framework: "cdktf", specifier: "cdktf-azure-blob-copy", other: "cdktn" },
    { framework: "cdktn", specifier: "cdktf-azure-blob-copy/cdktn", other: "cdktf" },
  ])("deploys a copy from a project that has $framework and no $other", async ({ framework, specifier, other }) => {
    const project = packed.project([framework, "constructs"]);
    expect(() => require.resolve(other, { paths: [join(project, "node_modules", "cdktf-azure-blob-copy")] })).toThrow(
      "Cannot resolve module",
    );
    writeFileSync(join(project, "main.js"), program(framework, specifier));
    const env = {
      SOURCE_BLOB_ENDPOINT: azurite.source.blobEndpoint,
      SOURCE_CONNECTION_STRING: azurite.source.connectionString,
      DESTINATION_BLOB_ENDPOINT: azurite.destination.blobEndpoint,
      DESTINATION_CONNECTION_STRING: azurite.destination.connectionString,
    };

    expect(await run(process.execPath, ["main.js"], { cwd: project, env: { ...process.env, ...env } })).toMatchObject({ exitCode: 0 });
    const cwd = join(project, "cdktf.out", "stacks", "stack");
    expect(await terraform(["init"], { cwd })).toMatchObject({ exitCode: 0 });
    expect(await terraform(["apply", "-auto-approve"], { cwd, env })).toMatchObject({ exitCode: 0 });

    const copied = azurite.destination.service.getContainerClient("data").getBlockBlobClient(framework);
    expect((await copied.downloadToBuffer()).toString()).toBe("content");
    const { etag } = await copied.getProperties();
    expect(JSON.parse((await terraform(["output", "-json"], { cwd })).output)).toMatchObject({ etag: { value: etag } });
  });
});

function program(framework: string, specifier: string): string {
  return `
    const { App, TerraformOutput, TerraformStack } = require("${framework}");
    const { BlobCopy, BlobDestination, BlobSource, Credential } = require("${specifier}");
    const app = new App();
    const stack = new TerraformStack(app, "stack");
    const copy = new BlobCopy(stack, "copy", {
      source: BlobSource.fromContainer({
        blobEndpoint: process.env.SOURCE_BLOB_ENDPOINT,
        containerName: "data",
        blobName: "blob.txt",
        credential: Credential.connectionStringFromEnvironment("SOURCE_CONNECTION_STRING"),
      }),
      destination: BlobDestination.fromContainer({
        blobEndpoint: process.env.DESTINATION_BLOB_ENDPOINT,
        containerName: "data",
        blobName: "${framework}",
        credential: Credential.connectionStringFromEnvironment("DESTINATION_CONNECTION_STRING"),
      }),
    });
    new TerraformOutput(stack, "etag", { value: copy.etag });
    app.synth();
  `;
}
