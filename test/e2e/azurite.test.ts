import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BlockBlobClient } from "@azure/storage-blob";
import { DataResource, TerraformIterator, TerraformOutput, TerraformVariable, type TerraformStack } from "cdktf";
import { BlobCopy, BlobDestination, BlobSource, Credential, DestroyPolicy, RecopyPolicy, type BlobCopyConfig } from "../../lib";
import { startAzurite, type Azurite, type StorageAccount } from "../support/azurite";
import { CommandLines } from "../support/canary/command-lines";
import { CdktfProject } from "../support/terraform/cdktf-project";
import { filesWhere } from "../support/machine/files";
import { describeWithTerraform } from "../support/terraform/terraform";

jest.setTimeout(600_000);

describeWithTerraform("a BlobCopy deployed by Terraform to Azurite", () => {
  let azurite: Azurite;
  let project: CdktfProject;
  const sourceCredential = Credential.connectionStringFromEnvironment("SOURCE_CONNECTION_STRING");
  const destinationCredential = Credential.connectionStringFromEnvironment("DESTINATION_CONNECTION_STRING");

  beforeAll(async () => {
    azurite = await startAzurite();
    await Promise.all([azurite.source, azurite.destination].map(({ service }) => service.createContainer("data")));
  });
  afterAll(() => azurite.stop());
  beforeEach(() => {
    project = newProject();
  });
  afterEach(() => {
    project.remove();
  });

  const newProject = () =>
    new CdktfProject({
      SOURCE_CONNECTION_STRING: azurite.source.connectionString,
      DESTINATION_CONNECTION_STRING: azurite.destination.connectionString,
    });

  const blob = ({ service }: StorageAccount, name: string): BlockBlobClient => service.getContainerClient("data").getBlockBlobClient(name);

  const source = (blobName: string, snapshot?: string) =>
    BlobSource.fromContainer({
      blobEndpoint: azurite.source.blobEndpoint,
      containerName: "data",
      blobName,
      credential: sourceCredential,
      ...(snapshot === undefined ? {} : { snapshot }),
    });

  const destination = (blobName: string, account: "source" | "destination" = "destination") =>
    BlobDestination.fromContainer({
      blobEndpoint: azurite[account].blobEndpoint,
      containerName: "data",
      blobName,
      credential: account === "source" ? sourceCredential : destinationCredential,
    });

  const upload = (name: string, text: string, account: "source" | "destination" = "source") =>
    blob(azurite[account], name).upload(text, Buffer.byteLength(text), {
      blobHTTPHeaders: { blobContentType: "text/plain", blobContentLanguage: "en", blobCacheControl: "no-cache" },
      metadata: { origin: account },
      tags: { stage: account },
    });

  const text = async (client: BlockBlobClient) => (await client.downloadToBuffer()).toString();

  const copyWithOutputs = (props: BlobCopyConfig) => (stack: TerraformStack) => {
    const copy = new BlobCopy(stack, "copy", props);
    for (const name of [
      "destinationUrl",
      "etag",
      "copyStatus",
      "bytesCopied",
      "lastModified",
      "contentMd5",
      "method",
      "completedOn",
    ] as const) {
      new TerraformOutput(stack, name, { value: copy[name], staticId: true });
    }
    new TerraformOutput(stack, "copyId", { value: copy.copyId, staticId: true });
    new TerraformOutput(stack, "versionId", { value: copy.versionId, staticId: true });
  };

  it("copies bytes, headers and metadata to another name, and gives its results in the first apply", async () => {
    await upload("named.txt", "of one account");
    project.synth(copyWithOutputs({ source: source("named.txt"), destination: destination("folder/other name.txt") }));

    const applied = await project.apply();

    expect(applied).toMatchObject({ exitCode: 0 });
    const copied = blob(azurite.destination, "folder/other name.txt");
    const properties = await copied.getProperties();
    expect(await text(copied)).toBe("of one account");
    expect(properties).toMatchObject({
      contentType: "text/plain",
      contentLanguage: "en",
      cacheControl: "no-cache",
      metadata: { origin: "source" },
    });
    expect(await project.outputs()).toMatchObject({
      destinationUrl: copied.url,
      etag: properties.etag,
      copyStatus: "success",
      bytesCopied: "of one account".length,
      lastModified: properties.lastModified?.toISOString(),
      contentMd5: Buffer.from(properties.contentMD5 ?? []).toString("base64"),
      copyId: properties.copyId ?? "",
      completedOn: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
    });
    expect(await project.plan()).toMatchObject({ exitCode: 0, output: expect.stringContaining("No changes") as string });
  });

  it("gives the copy the metadata, tags and headers that are declared, and keeps the headers that are not", async () => {
    await upload("overridden.txt", "content");
    project.synth((stack) => {
      new BlobCopy(stack, "copy", {
        source: source("overridden.txt"),
        destination: destination("overridden.txt"),
        metadata: { Reviewed: "yes" },
        tags: { project: "apollo", "cost centre": "42" },
        contentHeaders: { contentType: "text/markdown", contentDisposition: "attachment" },
      });
    });

    expect(await project.apply()).toMatchObject({ exitCode: 0 });

    const copied = blob(azurite.destination, "overridden.txt");
    expect(await copied.getProperties()).toMatchObject({
      metadata: { reviewed: "yes" },
      contentType: "text/markdown",
      contentDisposition: "attachment",
      contentLanguage: "en",
      cacheControl: "no-cache",
    });
    expect((await copied.getTags()).tags).toEqual({ project: "apollo", "cost centre": "42" });
  });

  it("copies the source's tags when asked to", async () => {
    await upload("tagged.txt", "content");
    project.synth((stack) => {
      new BlobCopy(stack, "copy", { source: source("tagged.txt"), destination: destination("tagged.txt"), copySourceTags: true });
    });

    expect(await project.apply()).toMatchObject({ exitCode: 0 });

    expect((await blob(azurite.destination, "tagged.txt").getTags()).tags).toEqual({ stage: "source" });
  });

  it("replaces a blob of the same name, its metadata and its uncommitted blocks", async () => {
    await upload("same.txt", "new");
    await upload("same.txt", "old", "destination");
    project.synth((stack) => {
      new BlobCopy(stack, "copy", { source: source("same.txt"), destination: destination("same.txt") });
    });

    expect(await project.apply()).toMatchObject({ exitCode: 0 });

    const replaced = blob(azurite.destination, "same.txt");
    expect(await text(replaced)).toBe("new");
    expect((await replaced.getProperties()).metadata).toEqual({ origin: "source" });
    expect(await snapshotCount(azurite.destination, "same.txt")).toBe(0);
  });

  it("promotes a snapshot over its base blob", async () => {
    await upload("promoted.txt", "good");
    const { snapshot } = await blob(azurite.source, "promoted.txt").createSnapshot();
    await upload("promoted.txt", "broken");
    project.synth((stack) => {
      new BlobCopy(stack, "copy", { source: source("promoted.txt", snapshot), destination: destination("promoted.txt", "source") });
    });

    expect(await project.apply()).toMatchObject({ exitCode: 0 });

    expect(await text(blob(azurite.source, "promoted.txt"))).toBe("good");
    expect(await snapshotCount(azurite.source, "promoted.txt")).toBe(1);
  });

  it("copies a snapshot to a new blob that can be written", async () => {
    await upload("kept.txt", "as it was");
    const { snapshot } = await blob(azurite.source, "kept.txt").createSnapshot();
    await upload("kept.txt", "as it is");
    project.synth((stack) => {
      new BlobCopy(stack, "copy", { source: source("kept.txt", snapshot), destination: destination("writable.txt", "source") });
    });

    expect(await project.apply()).toMatchObject({ exitCode: 0 });

    const writable = blob(azurite.source, "writable.txt");
    expect(await text(writable)).toBe("as it was");
    await upload("writable.txt", "written again");
    expect(await text(writable)).toBe("written again");
  });

  it("copies a page blob and an append blob as what they are", async () => {
    const container = azurite.source.service.getContainerClient("data");
    await container.getPageBlobClient("disk.vhd").create(1024);
    await container.getPageBlobClient("disk.vhd").uploadPages(Buffer.alloc(512, "p"), 512, 512);
    await container.getAppendBlobClient("events.log").create();
    await container.getAppendBlobClient("events.log").appendBlock("started\n", 8);
    project.synth((stack) => {
      for (const name of ["disk.vhd", "events.log"]) {
        new BlobCopy(stack, name, { source: source(name), destination: destination(name) });
      }
    });

    expect(await project.apply()).toMatchObject({ exitCode: 0 });

    const disk = blob(azurite.destination, "disk.vhd");
    expect((await disk.getProperties()).blobType).toBe("PageBlob");
    expect(await text(disk)).toBe("\0".repeat(512) + "p".repeat(512));
    const log = blob(azurite.destination, "events.log");
    expect((await log.getProperties()).blobType).toBe("AppendBlob");
    expect(await text(log)).toBe("started\n");
  });

  it("plans no changes on another machine, which has the state but none of the local files", async () => {
    await upload("moved.txt", "content");
    const declare = copyWithOutputs({ source: source("moved.txt"), destination: destination("moved.txt") });
    project.synth(declare);
    expect(await project.apply()).toMatchObject({ exitCode: 0 });

    const elsewhere = newProject();
    try {
      elsewhere.synth(declare);
      cpSync(join(project.directory, "terraform.stack.tfstate"), join(elsewhere.directory, "terraform.stack.tfstate"));
      await elsewhere.terraform(["init"]);

      expect(await elsewhere.plan()).toMatchObject({ exitCode: 0, output: expect.stringContaining("No changes") as string });
      expect(await elsewhere.outputs()).toEqual(await project.outputs());
    } finally {
      elsewhere.remove();
    }
  });

  it("leaves no secret in the project folder, the plan, the output or any process's arguments", async () => {
    await upload("secret.txt", "content");
    project.synth((stack) => {
      new BlobCopy(stack, "copy", { source: source("secret.txt"), destination: destination("secret.txt") });
    });
    const commandLines = new CommandLines({ everyMilliseconds: 5 });
    await project.terraform(["init"]);
    const planned = await project.terraform(["plan", "-out=saved.tfplan"]);
    const shown = await project.terraform(["show", "-json", "saved.tfplan"]);
    const applied = await project.terraform(["apply", "saved.tfplan"], {
      env: { TF_LOG: "TRACE", TF_LOG_PATH: join(project.directory, "trace.log") },
    });
    commandLines.stop();
    expect(applied).toMatchObject({ exitCode: 0 });

    const keys = [azurite.source.key, azurite.destination.key].flatMap((key) => [key, encodeURIComponent(key)]);
    const isTelling = (text: string) => keys.some((key) => text.includes(key)) || /sig=[\w%+/]{20}/.test(text);
    mkdirSync(join(project.directory, "logs"));
    writeFileSync(join(project.directory, "logs", "output.txt"), [planned, shown, applied].map(({ output }) => output).join("\n"));
    expect(filesWhere(project.directory, isTelling)).toEqual([]);
    expect(commandLines.count("terraform")).toBeGreaterThan(0);
    expect(commandLines.lines.filter(isTelling)).toEqual([]);
  });

  it("uses a secret that Terraform holds, keeps it out of state and output, and shows its progress all the same", async () => {
    await upload("held.txt", "content");
    project.synth((stack) => {
      const key = new TerraformVariable(stack, "account_key", { type: "string", sensitive: true });
      new BlobCopy(stack, "copy", {
        source: source("held.txt"),
        destination: BlobDestination.fromContainer({
          blobEndpoint: azurite.destination.blobEndpoint,
          containerName: "data",
          blobName: "held.txt",
          credential: Credential.accountKey(key.stringValue, { accountName: azurite.destination.name }),
        }),
      });
    });

    const applied = await project.apply({ env: { TF_VAR_account_key: azurite.destination.key } });

    expect(applied).toMatchObject({ exitCode: 0 });
    expect(applied.output).toMatch(/\(local-exec\): Cop/);
    expect(applied.output).not.toContain(azurite.destination.key);
    expect(filesWhere(project.directory, (content) => content.includes(azurite.destination.key))).toEqual([]);
    expect(await text(blob(azurite.destination, "held.txt"))).toBe("content");
  });

  it("waits for what it depends on, and is waited for by what depends on it", async () => {
    await upload("ordered.txt", "content");
    project.synth((stack) => {
      const before = new DataResource(stack, "before", { provisioners: [{ type: "local-exec", command: "sleep 0.5" }] });
      const copy = new BlobCopy(stack, "copy", {
        source: source("ordered.txt"),
        destination: destination("ordered.txt"),
        dependsOn: [before],
      });
      new DataResource(stack, "after", { dependsOn: [copy] });
      new DataResource(stack, "uses", { input: { url: copy.destinationUrl } });
    });

    const { exitCode, output } = await project.apply();

    expect(exitCode).toBe(0);
    const line = (pattern: RegExp) => output.split("\n").findIndex((candidate) => pattern.test(candidate));
    const started = line(/terraform_data\.copy\S*: Creating/);
    const copied = line(/terraform_data\.copy\S*: Creation complete/);
    expect(line(/terraform_data\.before: Creation complete/)).toBeGreaterThan(-1);
    expect(started).toBeGreaterThan(line(/terraform_data\.before: Creation complete/));
    expect(line(/terraform_data\.after: Creating/)).toBeGreaterThan(copied);
    expect(line(/terraform_data\.uses: Creating/)).toBeGreaterThan(copied);
  });

  it("makes a copy for each element of an iterator", async () => {
    await upload("each.txt", "content");
    project.synth((stack) => {
      const names = TerraformIterator.fromList(["first", "second"]);
      new BlobCopy(stack, "copy", {
        forEach: names,
        source: source("each.txt"),
        destination: destination(`each/${names.value as string}.txt`),
      });
    });

    expect(await project.apply()).toMatchObject({ exitCode: 0 });

    expect(await text(blob(azurite.destination, "each/first.txt"))).toBe("content");
    expect(await text(blob(azurite.destination, "each/second.txt"))).toBe("content");
    expect(await project.plan()).toMatchObject({ exitCode: 0 });
  });

  it("copies again when the declaration changes, and only then", async () => {
    await upload("changed.txt", "first");
    const declare = (revision: string) => (stack: TerraformStack) => {
      const copy = new BlobCopy(stack, "copy", {
        source: source("changed.txt"),
        destination: destination("changed.txt"),
        copyTriggers: { revision },
      });
      new TerraformOutput(stack, "bytes", { value: copy.bytesCopied });
    };
    project.synth(declare("1"));
    await project.apply();
    await upload("changed.txt", "second, longer");

    project.synth(declare("1"));
    expect(await project.plan()).toMatchObject({ exitCode: 0 });
    project.synth(declare("2"));
    expect(await project.apply()).toMatchObject({ exitCode: 0 });

    expect(await text(blob(azurite.destination, "changed.txt"))).toBe("second, longer");
    expect(await project.outputs()).toEqual({ bytes: "second, longer".length });
    expect(await project.plan()).toMatchObject({ exitCode: 0 });
  });

  it("looks in every deploy when told to, and copies only when the source or the destination has changed", async () => {
    await upload("rates.txt", "first");
    const deploy = async () => {
      project.synth((stack) => {
        const copy = new BlobCopy(stack, "copy", {
          source: source("rates.txt"),
          destination: destination("rates.txt"),
          recopy: RecopyPolicy.EVERY_DEPLOY,
        });
        new TerraformOutput(stack, "etag", { value: copy.etag });
      });
      expect(await project.apply()).toMatchObject({ exitCode: 0 });
      const { etag } = await blob(azurite.destination, "rates.txt").getProperties();
      expect(await project.outputs()).toEqual({ etag });
      return etag;
    };
    const first = await deploy();

    expect(await deploy()).toBe(first);
    await upload("rates.txt", "second");
    const second = await deploy();
    expect(second).not.toBe(first);
    expect(await text(blob(azurite.destination, "rates.txt"))).toBe("second");
    await upload("rates.txt", "by somebody else", "destination");
    await deploy();
    expect(await text(blob(azurite.destination, "rates.txt"))).toBe("second");
  });

  it("keeps the blob on destroy, and deletes it when the declaration says so", async () => {
    await upload("destroyed.txt", "content");
    project.synth((stack) => {
      new BlobCopy(stack, "kept", { source: source("destroyed.txt"), destination: destination("destroy/kept.txt") });
      new BlobCopy(stack, "deleted", {
        source: source("destroyed.txt"),
        destination: destination("destroy/deleted.txt"),
        onDestroy: DestroyPolicy.DELETE,
      });
      new BlobCopy(stack, "changed", {
        source: source("destroyed.txt"),
        destination: destination("destroy/changed.txt"),
        onDestroy: DestroyPolicy.DELETE,
      });
    });
    expect(await project.apply()).toMatchObject({ exitCode: 0 });
    await upload("destroy/changed.txt", "by somebody else", "destination");

    expect(await project.destroy()).toMatchObject({ exitCode: 0 });

    expect(await blob(azurite.destination, "destroy/kept.txt").exists()).toBe(true);
    expect(await blob(azurite.destination, "destroy/deleted.txt").exists()).toBe(false);
    expect(await text(blob(azurite.destination, "destroy/changed.txt"))).toBe("by somebody else");
  });

  it("fails with what, which side, why and what to do when the source is not there, and copies once it is", async () => {
    project.synth((stack) => {
      new BlobCopy(stack, "copy", { source: source("missing.txt"), destination: destination("missing.txt") });
    });

    const failed = await project.apply();

    expect(failed.exitCode).toBe(1);
    expect(failed.output).toContain("exit status 4");
    expect(failed.output).toContain(blob(azurite.source, "missing.txt").url);
    expect(failed.output).toMatch(/source/i);
    expect(await blob(azurite.destination, "missing.txt").exists()).toBe(false);

    await upload("missing.txt", "here now");
    expect(await project.apply()).toMatchObject({ exitCode: 0 });
    expect(await text(blob(azurite.destination, "missing.txt"))).toBe("here now");
  });

  async function snapshotCount(account: StorageAccount, name: string): Promise<number> {
    let count = 0;
    for await (const item of account.service.getContainerClient("data").listBlobsFlat({ prefix: name, includeSnapshots: true })) {
      if (item.snapshot) count += 1;
    }
    return count;
  }
});
