import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { TerraformOutput, type TerraformStack } from "cdktf";
import { BlobCopySet, BlobDestination, BlobSource, Credential, DestroyPolicy, type BlobCopySetConfig } from "../../lib";
import { CdktfProject } from "../support/terraform/cdktf-project";
import { FakeBlobService, type AccountHandle } from "../support/fake-blob-service";
import { describeWithTerraform } from "../support/terraform/terraform";

jest.setTimeout(600_000);

describeWithTerraform("a BlobCopySet deployed by Terraform", () => {
  let service: FakeBlobService;
  let source: AccountHandle;
  let dest: AccountHandle;
  let project: CdktfProject;

  beforeEach(async () => {
    service = await FakeBlobService.start();
    source = service.account("source");
    dest = service.account("dest");
    source.createContainer("data");
    dest.createContainer("data");
    project = new CdktfProject({ SOURCE_KEY: source.key, DESTINATION_KEY: dest.key });
  });
  afterEach(async () => {
    project.remove();
    await service.stop();
  });

  const sourceCredential = Credential.accountKeyFromEnvironment("SOURCE_KEY", { accountName: "source" });
  const destinationCredential = Credential.accountKeyFromEnvironment("DESTINATION_KEY", { accountName: "dest" });

  const declare = (config: () => BlobCopySetConfig, key: string) => (stack: TerraformStack) => {
    const set = new BlobCopySet(stack, "set", config());
    new TerraformOutput(stack, "copied", { value: set.copied });
    new TerraformOutput(stack, "skipped", { value: set.skipped });
    new TerraformOutput(stack, "bytes", { value: set.bytesCopied });
    new TerraformOutput(stack, "etag", { value: set.result(key).etag });
  };

  const prefixes = (config: Partial<BlobCopySetConfig> = {}) => ({
    from: BlobSource.fromPrefix({ blobEndpoint: source.endpoint, containerName: "data", prefix: "v3/", credential: sourceCredential }),
    to: BlobDestination.fromPrefix({
      blobEndpoint: dest.endpoint,
      containerName: "data",
      prefix: "now/",
      credential: destinationCredential,
    }),
    ...config,
  });

  it("copies what is below a prefix, with counts and a result as values, and a report", async () => {
    for (let number = 0; number < 300; number++)
      source.putBlob("data", `v3/${String(number)}.onnx`, { content: `model ${String(number)}` });
    source.putBlob("data", "v3/notes.txt", { content: "left out" });
    const report = join(project.directory, "copy-report.html");
    project.synth(declare(() => prefixes({ include: ["**/*.onnx"], report }), "7.onnx"));

    expect(await project.apply()).toMatchObject({ exitCode: 0 });

    expect(dest.blobNames("data")).toHaveLength(300);
    expect(dest.getBlob("data", "now/7.onnx")?.content.read().toString()).toBe("model 7");
    expect(await project.outputs()).toMatchObject({ copied: 300, skipped: 0, etag: dest.getBlob("data", "now/7.onnx")?.etag });
    expect(service.requestsOf("Put Blob From URL")).toHaveLength(300);
    expect(existsSync(report) && readFileSync(report, "utf8")).toContain("<svg");
    expect(await project.plan()).toMatchObject({ exitCode: 0 });
  });

  it("goes on where an earlier deploy failed, and copies nothing twice", async () => {
    for (let number = 0; number < 50; number++) source.putBlob("data", `v3/${String(number)}.onnx`, { content: `model ${String(number)}` });
    service.script.fault(
      { operation: "Put Blob From URL", path: /now\/33\.onnx/ },
      { kind: "answer", status: 409, code: "BlobImmutableDueToPolicy" },
    );
    project.synth(declare(() => prefixes(), "7.onnx"));

    const failed = await project.apply();
    expect(failed.exitCode).toBe(1);
    expect(failed.output).toContain("now/33.onnx");
    expect(failed.output).toContain("immutability policy");

    expect(await project.apply()).toMatchObject({ exitCode: 0 });
    expect(await project.outputs()).toMatchObject({ copied: 1, skipped: 49 });
    expect(dest.blobNames("data")).toHaveLength(50);
  });

  it("copies declared copies, each with its own options", async () => {
    source.putBlob("data", "a.bin", { content: "a", metadata: { of: "source" } });
    source.putBlob("data", "b.bin", { content: "b" });
    const copies = () =>
      ["a", "b"].map((name) => ({
        key: name,
        source: BlobSource.fromContainer({
          blobEndpoint: source.endpoint,
          containerName: "data",
          blobName: `${name}.bin`,
          credential: sourceCredential,
        }),
        destination: BlobDestination.fromContainer({
          blobEndpoint: dest.endpoint,
          containerName: "data",
          blobName: `copy-of-${name}.bin`,
          credential: destinationCredential,
        }),
        ...(name === "b" ? { metadata: { of: "the declaration" } } : {}),
      }));
    project.synth(declare(() => ({ copies: copies() }), "b"));

    expect(await project.apply()).toMatchObject({ exitCode: 0 });

    expect(dest.getBlob("data", "copy-of-a.bin")?.metadata).toEqual({ of: "source" });
    expect(dest.getBlob("data", "copy-of-b.bin")?.metadata).toEqual({ of: "the declaration" });
    expect(await project.outputs()).toMatchObject({ copied: 2, bytes: 2, etag: dest.getBlob("data", "copy-of-b.bin")?.etag });
    expect(await project.plan()).toMatchObject({ exitCode: 0 });
  });

  it("is destroyed with what it copied, wherever that is spelled otherwise by now, and with nothing else", async () => {
    for (const name of ["a", "b"]) source.putBlob("data", `v3/${name}`, { content: name });
    dest.putBlob("data", "now/foreign", { content: "theirs" });
    const set =
      (endpoint: string, prefix = "now/") =>
      (stack: TerraformStack) =>
        new BlobCopySet(stack, "set", {
          ...prefixes(),
          to: BlobDestination.fromPrefix({
            blobEndpoint: endpoint,
            containerName: "data",
            prefix,
            credential: destinationCredential,
          }),
          onDestroy: DestroyPolicy.DELETE,
        });
    project.synth(set(dest.endpoint));
    expect(await project.apply()).toMatchObject({ exitCode: 0 });
    project.synth(set(`${dest.endpoint}/`));
    const respelt = await project.apply();
    expect(respelt.output).toContain("2 blobs left alone (stack/set still declares it");
    expect(respelt.exitCode).toBe(0);
    expect(dest.blobNames("data")).toEqual(expect.arrayContaining(["now/a", "now/b", "now/foreign"]));
    project.synth(set(dest.endpoint, "later/"));
    expect((await project.apply()).exitCode).toBe(0);
    expect(dest.blobNames("data").filter((name) => !name.startsWith(".blobcopy/"))).toEqual(["later/a", "later/b", "now/foreign"]);
    const destroyed = await project.destroy();
    expect(destroyed.output).toContain("Deleted 2 blobs that the set had copied to");
    expect(destroyed.exitCode).toBe(0);
    expect(dest.blobNames("data")).toEqual(["now/foreign"]);
  });

  describe("of a list with onDestroy", () => {
    const list =
      (id: string, endpoint: string, containerName: string, names: readonly string[]) =>
      (stack: TerraformStack): BlobCopySet =>
        new BlobCopySet(stack, id, {
          copies: names.map((name) => ({
            key: name,
            source: BlobSource.fromContainer({
              blobEndpoint: source.endpoint,
              containerName: "data",
              blobName: name,
              credential: sourceCredential,
            }),
            destination: BlobDestination.fromContainer({
              blobEndpoint: endpoint,
              containerName,
              blobName: name,
              credential: destinationCredential,
            }),
          })),
          onDestroy: DestroyPolicy.DELETE,
        });
    const blobs = (container = "data") => dest.blobNames(container).filter((name) => !name.startsWith(".blobcopy/"));

    beforeEach(() => {
      for (const name of ["a", "b", "c"]) source.putBlob("data", name, { content: name });
      dest.putBlob("data", "foreign", { content: "theirs" });
      dest.createContainer("later");
    });

    it("is destroyed with what it copied, also what the list has lost since, however it is spelled by now", async () => {
      project.synth(list("set", dest.endpoint, "data", ["a", "b"]));
      expect(await project.apply()).toMatchObject({ exitCode: 0 });
      project.synth(list("set", dest.endpoint, "data", ["b", "c"]));
      expect(await project.apply()).toMatchObject({ exitCode: 0 });
      expect(blobs()).toEqual(["a", "b", "c", "foreign"]);
      project.synth(list("set", `${dest.endpoint}/`, "data", ["b", "c"]));
      const respelt = await project.apply();
      expect(respelt.output).toContain("left alone (stack/set still declares it");
      expect(respelt.exitCode).toBe(0);
      expect(blobs()).toEqual(["a", "b", "c", "foreign"]);
      const destroyed = await project.destroy();
      expect(destroyed.output).toContain("Deleted 3 blobs that the set had copied to");
      expect(destroyed.exitCode).toBe(0);
      expect(dest.blobNames("data")).toEqual(["foreign"]);
    });

    it("leaves the container that it had before once it is complete in another one, and not when that fails", async () => {
      project.synth(list("set", dest.endpoint, "data", ["a", "b"]));
      expect(await project.apply()).toMatchObject({ exitCode: 0 });
      service.script.fault(
        { operation: "Put Blob From URL", path: "/later/a" },
        { kind: "answer", status: 409, code: "BlobImmutableDueToPolicy" },
      );
      project.synth(list("set", dest.endpoint, "later", ["a", "b"]));
      expect(await project.apply()).toMatchObject({ exitCode: 1 });
      expect(blobs()).toEqual(["a", "b", "foreign"]);
      expect(await project.apply()).toMatchObject({ exitCode: 0 });
      expect([blobs(), blobs("later")]).toEqual([["foreign"], ["a", "b"]]);
      expect(await project.destroy()).toMatchObject({ exitCode: 0 });
      expect(dest.blobNames("later")).toEqual([]);
    });

    it("is destroyed under another id, once it has run under it", async () => {
      project.synth(list("set", dest.endpoint, "data", ["a", "b"]));
      expect(await project.apply()).toMatchObject({ exitCode: 0 });
      const renamed = (names: readonly string[]) => (stack: TerraformStack) => {
        list("renamed", dest.endpoint, "data", names)(stack).moveFromId("set");
      };
      project.synth(renamed(["a", "b"]));
      expect((await project.apply()).output).toContain("0 added");
      project.synth(renamed(["a", "b", "c"]));
      expect(await project.apply()).toMatchObject({ exitCode: 0 });
      expect((await project.destroy()).output).toContain("Deleted 3 blobs");
      expect(blobs()).toEqual(["foreign"]);
    });
  });
});
