import { TerraformIterator, TerraformVariable, type TerraformStack } from "cdktf";
import { BlobCopy, BlobDestination, BlobSource, Credential, DestroyPolicy, type BlobCopyConfig } from "../../lib";
import { startAzurite, type Azurite } from "../support/azurite";
import { CdktfProject } from "../support/terraform/cdktf-project";
import { describeWithTerraform } from "../support/terraform/terraform";

jest.setTimeout(600_000);

describeWithTerraform("a blob with onDestroy DELETE, whose declaration changes while its source is gone", () => {
  let azurite: Azurite;
  let project: CdktfProject;

  beforeAll(async () => {
    azurite = await startAzurite();
    await Promise.all([azurite.source, azurite.destination].map(({ service }) => service.createContainer("data")));
  });
  afterAll(() => azurite.stop());
  beforeEach(() => {
    project = new CdktfProject({
      SOURCE_CONNECTION_STRING: azurite.source.connectionString,
      DESTINATION_CONNECTION_STRING: azurite.destination.connectionString,
    });
  });
  afterEach(() => project.remove());

  const blob = (account: "source" | "destination", name: string) =>
    azurite[account].service.getContainerClient("data").getBlockBlobClient(name);
  const credential = Credential.connectionStringFromEnvironment("DESTINATION_CONNECTION_STRING");
  const inParts = (blobName: string, blobEndpoint = azurite.destination.blobEndpoint) =>
    BlobDestination.fromContainer({ blobEndpoint, containerName: "data", blobName, credential });

  function declare(destination: BlobDestination, more: Partial<BlobCopyConfig> = {}): (stack: TerraformStack) => void {
    return (stack) => {
      const source = BlobSource.fromContainer({
        blobEndpoint: azurite.source.blobEndpoint,
        containerName: "data",
        blobName: "source",
        credential: Credential.connectionStringFromEnvironment("SOURCE_CONNECTION_STRING"),
      });
      new BlobCopy(stack, "copy", { source, destination, onDestroy: DestroyPolicy.DELETE, ...more });
    };
  }

  async function deploy(declaration: (stack: TerraformStack) => void): Promise<{ exitCode: number; output: string }> {
    project.synth(declaration);
    return project.apply();
  }

  async function deployed(declaration: (stack: TerraformStack) => void): Promise<void> {
    await blob("source", "source").upload("content", 7);
    const { exitCode, output } = await deploy(declaration);
    if (exitCode !== 0) throw new Error(output);
    await blob("source", "source").delete();
  }

  it.each<[string, (name: string) => (stack: TerraformStack) => void]>([
    ["is a URL now", (name) => declare(BlobDestination.fromUrl(`${azurite.destination.blobEndpoint}/data/${name}`, { credential }))],
    ["has another slash at the end of its endpoint", (name) => declare(inParts(name, `${azurite.destination.blobEndpoint}/`))],
    [
      "has an endpoint that only Terraform knows now",
      (name) => (stack) => {
        const endpoint = new TerraformVariable(stack, "endpoint", { type: "string", default: `${azurite.destination.blobEndpoint}/` });
        declare(inParts(name, endpoint.stringValue))(stack);
      },
    ],
  ])("stays when its destination %s", async (what, respelt) => {
    const name = what.replaceAll(" ", "-");
    await deployed(declare(inParts(name)));
    const { exitCode, output } = await deploy(respelt(name));
    expect(exitCode).not.toBe(0);
    expect(output).toContain("still declares it");
    expect((await blob("destination", name).downloadToBuffer()).toString()).toBe("content");
  });

  it("stays when only the key of its element changes", async () => {
    const elements = (key: string) => (stack: TerraformStack) => {
      const forEach = TerraformIterator.fromMap({ [key]: { name: "element" } });
      new BlobCopy(stack, "copy", {
        forEach,
        source: BlobSource.fromUrl(`${azurite.source.blobEndpoint}/data/source`, {
          credential: Credential.connectionStringFromEnvironment("SOURCE_CONNECTION_STRING"),
        }),
        destination: inParts(forEach.getString("name")),
        onDestroy: DestroyPolicy.DELETE,
      });
    };
    await deployed(elements("old"));
    await deploy(elements("new"));
    expect((await blob("destination", "element").downloadToBuffer()).toString()).toBe("content");
  });

  it("stays at its old place until the copy to the new one is complete", async () => {
    await deployed(declare(inParts("before")));
    const { exitCode, output } = await deploy(declare(inParts("after")));
    expect(exitCode).not.toBe(0);
    expect(output).toContain("it is deleted when the copy to its new place is complete");
    expect((await blob("destination", "before").downloadToBuffer()).toString()).toBe("content");
    await blob("source", "source").upload("content", 7);
    expect(await project.apply()).toMatchObject({ exitCode: 0 });
    expect(await blob("destination", "before").exists()).toBe(false);
    expect((await blob("destination", "after").downloadToBuffer()).toString()).toBe("content");
  });

  it("stays at its old place when somebody has changed it before the new copy is complete", async () => {
    await deployed(declare(inParts("changed")));
    await deploy(declare(inParts("moved")));
    await blob("destination", "changed").upload("theirs", 6);
    await blob("source", "source").upload("content", 7);
    expect((await project.apply()).output).toContain("another client has changed it");
    expect((await blob("destination", "changed").downloadToBuffer()).toString()).toBe("theirs");
  });

  it("is deleted when it moves, and when it is destroyed", async () => {
    await deployed(declare(inParts("old")));
    await blob("source", "source").upload("content", 7);
    expect(await deploy(declare(inParts("new")))).toMatchObject({ exitCode: 0 });
    expect(await blob("destination", "old").exists()).toBe(false);
    expect(await project.destroy()).toMatchObject({ exitCode: 0 });
    expect(await blob("destination", "new").exists()).toBe(false);
  });
});
