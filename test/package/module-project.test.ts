import { writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { startAzurite, type Azurite } from "../support/azurite";
import { nodeVersions } from "../support/machine/node-versions";
import { PackedPackage } from "../support/packed-package";
import { describeWithTerraform, run, terraform } from "../support/terraform/terraform";

jest.setTimeout(600_000);

describeWithTerraform("a project of ES modules, in a folder with blanks and umlauts", () => {
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

  it.each(nodeVersions)("copies at apply and deletes at destroy, on Node $major", async ({ major, executable }) => {
    const project = packed.project(["cdktf", "constructs"], { folder: "Müllers Projekt (neu)", type: "module" });
    const name = `node ${String(major)}.txt`;
    writeFileSync(join(project, "main.js"), program(name));
    const env = {
      SOURCE_BLOB_ENDPOINT: azurite.source.blobEndpoint,
      SOURCE_CONNECTION_STRING: azurite.source.connectionString,
      DESTINATION_BLOB_ENDPOINT: azurite.destination.blobEndpoint,
      DESTINATION_CONNECTION_STRING: azurite.destination.connectionString,
      PATH: `${dirname(executable)}${delimiter}${process.env.PATH ?? ""}`,
    };

    expect(await run("node", ["main.js"], { cwd: project, env: { ...process.env, ...env } })).toMatchObject({ exitCode: 0 });
    const cwd = join(project, "cdktf.out", "stacks", "stack");
    expect(await terraform(["init"], { cwd })).toMatchObject({ exitCode: 0 });
    expect(await terraform(["apply", "-auto-approve"], { cwd, env })).toMatchObject({ exitCode: 0 });

    const copied = azurite.destination.service.getContainerClient("data").getBlockBlobClient(name);
    expect((await copied.downloadToBuffer()).toString()).toBe("content");
    expect(await terraform(["destroy", "-auto-approve"], { cwd, env })).toMatchObject({ exitCode: 0 });
    expect(await copied.exists()).toBe(false);
  });
});

function program(blobName: string): string {
  return `
    import { App, TerraformStack } from "cdktf";
    import { BlobCopy, BlobDestination, BlobSource, Credential, DestroyPolicy } from "cdktf-azure-blob-copy";
    const app = new App();
    const stack = new TerraformStack(app, "stack");
    new BlobCopy(stack, "copy", {
      source: BlobSource.fromContainer({
        blobEndpoint: process.env.SOURCE_BLOB_ENDPOINT,
        containerName: "data",
        blobName: "blob.txt",
        credential: Credential.connectionStringFromEnvironment("SOURCE_CONNECTION_STRING"),
      }),
      destination: BlobDestination.fromContainer({
        blobEndpoint: process.env.DESTINATION_BLOB_ENDPOINT,
        containerName: "data",
        blobName: ${JSON.stringify(blobName)},
        credential: Credential.connectionStringFromEnvironment("DESTINATION_CONNECTION_STRING"),
      }),
      onDestroy: DestroyPolicy.DELETE,
    });
    app.synth();
  `;
}
