import { TerraformOutput, type TerraformStack } from "cdktf";
import { BlobCopy, BlobDestination, BlobSource, CopyMethod, Credential, type BlobCopyConfig } from "../../lib";
import { CdktfProject } from "../support/terraform/cdktf-project";
import { FakeBlobService, type AccountHandle } from "../support/fake-blob-service";
import { describeWithTerraform } from "../support/terraform/terraform";

jest.setTimeout(600_000);

describeWithTerraform("a BlobCopy deployed by Terraform to a service whose copies take their time", () => {
  let service: FakeBlobService;
  let source: AccountHandle;
  let dest: AccountHandle;
  let project: CdktfProject;

  beforeEach(async () => {
    service = await FakeBlobService.start();
    source = service.account("source");
    dest = service.account("dest");
    source.putBlob("data", "blob.bin", { content: Buffer.alloc(1_000_000, "n"), metadata: { of: "source" } });
    dest.createContainer("data");
    project = new CdktfProject({ SOURCE_KEY: source.key, DESTINATION_CONNECTION_STRING: dest.connectionString });
  });
  afterEach(async () => {
    project.remove();
    await service.stop();
  });

  const sourceCredential = Credential.accountKeyFromEnvironment("SOURCE_KEY", { accountName: "source" });

  const declare =
    (config: Partial<BlobCopyConfig> = {}) =>
    (stack: TerraformStack) => {
      const copy = new BlobCopy(stack, "copy", {
        source: BlobSource.fromContainer({
          blobEndpoint: source.endpoint,
          containerName: "data",
          blobName: "blob.bin",
          credential: sourceCredential,
        }),
        destination: BlobDestination.fromContainer({
          blobEndpoint: dest.endpoint,
          containerName: "data",
          blobName: "copy.bin",
          credential: Credential.connectionStringFromEnvironment("DESTINATION_CONNECTION_STRING"),
        }),
        method: CopyMethod.COPY_BLOB,
        ...config,
      });
      new TerraformOutput(stack, "status", { value: copy.copyStatus });
      new TerraformOutput(stack, "copy_id", { value: copy.copyId });
    };

  it("copies a file of a file share to a block blob", async () => {
    source.putFile("share", "folder/a file.txt", "of a share", { contentType: "text/plain" });
    project.synth(
      declare({
        source: BlobSource.fromFileShare({
          fileEndpoint: source.fileEndpoint,
          shareName: "share",
          filePath: "folder/a file.txt",
          credential: sourceCredential,
        }),
        method: CopyMethod.AUTO,
      }),
    );

    expect(await project.apply()).toMatchObject({ exitCode: 0 });

    expect(dest.getBlob("data", "copy.bin")).toMatchObject({ type: "BlockBlob", headers: { contentType: "text/plain" } });
    expect(dest.getBlob("data", "copy.bin")?.content.read().toString()).toBe("of a share");
    expect(await project.plan()).toMatchObject({ exitCode: 0 });
  });

  it.each([2_500, 20_000])(
    "waits for a copy that is pending for %i ms, and notices its end by the next look",
    async (pendingMilliseconds) => {
      service.script.copies({ pendingMilliseconds });
      project.synth(declare());

      const applied = await project.apply();

      expect(applied).toMatchObject({ exitCode: 0 });
      expect(applied.output).toMatch(/pending/);
      const copy = dest.getBlob("data", "copy.bin")?.copy;
      expect(copy).toMatchObject({ status: "success", bytesCopied: 1_000_000 });
      // The interval of the status requests is tested with a fake clock, in the tests of the wait.
      const looks = service.requestsOf("Get Blob Properties").filter(({ path }) => path.endsWith("/copy.bin"));
      const late = looks.filter(({ at }) => at > Number(copy?.completedOn));
      expect(looks.length - late.length).toBeGreaterThanOrEqual(3);
      expect(late.length).toBeLessThanOrEqual(1);
      expect(await project.outputs()).toEqual({ status: "success", copy_id: copy?.id });
      expect(await project.plan()).toMatchObject({ exitCode: 0 });
    },
  );

  it("says why the service failed a copy, ends with exit code 1, and leaves no blob behind", async () => {
    service.script.copies({ pendingMilliseconds: 300, outcome: "failed", statusDescription: '403 AuthenticationFailed "Copy failed."' });
    project.synth(declare());

    const applied = await project.apply();

    expect(applied.exitCode).toBe(1);
    expect(applied.output).toContain("exit status 1.");
    expect(applied.output).toContain("AuthenticationFailed");
    expect(dest.getBlob("data", "copy.bin")).toBeUndefined();
  });

  it("puts a replaced blob back when the copy over it fails", async () => {
    dest.putBlob("data", "copy.bin", { content: "as before", metadata: { of: "destination" }, tags: { kept: "yes" } });
    service.script.copies({ pendingMilliseconds: 300, outcome: "failed", times: 1 });
    project.synth(declare());

    expect(await project.apply()).toMatchObject({ exitCode: 1 });

    const restored = dest.getBlob("data", "copy.bin");
    expect(restored?.content.read().toString()).toBe("as before");
    expect(restored).toMatchObject({ metadata: { of: "destination" }, tags: { kept: "yes" }, snapshots: [] });
  });

  it("aborts a copy that is not done in time, ends with exit code 124, and copies in the next deploy", async () => {
    service.script.copies({ neverEnds: true, times: 1 });
    project.synth(declare({ timeout: "2s" }));

    const applied = await project.apply();

    expect(applied.exitCode).toBe(1);
    expect(applied.output).toContain("exit status 124.");
    expect(service.requestsOf("Abort Copy Blob")).toHaveLength(1);
    expect(dest.getBlob("data", "copy.bin")).toBeUndefined();

    expect(await project.apply()).toMatchObject({ exitCode: 0 });
    expect(dest.getBlob("data", "copy.bin")?.content.length).toBe(1_000_000);
  });

  it("starts a copy without waiting for it when told so, and aborts it on destroy", async () => {
    service.script.copies({ neverEnds: true });
    project.synth(declare({ wait: false }));

    expect(await project.apply()).toMatchObject({ exitCode: 0 });
    expect(await project.outputs()).toMatchObject({ status: "pending" });
    expect(dest.getBlob("data", "copy.bin")?.copy?.status).toBe("pending");

    expect(await project.destroy()).toMatchObject({ exitCode: 0 });
    expect(dest.getBlob("data", "copy.bin")?.copy?.status).not.toBe("pending");
  });

  it("leaves a copy of somebody else alone, and names it", async () => {
    source.putBlob("data", "other.bin", { content: Buffer.alloc(1_000) });
    service.script.copies({ neverEnds: true });
    const first = new CdktfProject({ SOURCE_KEY: source.key, DESTINATION_CONNECTION_STRING: dest.connectionString });
    try {
      first.synth(declare({ wait: false }));
      expect(await first.apply()).toMatchObject({ exitCode: 0 });
      const pending = dest.getBlob("data", "copy.bin")?.copy;
      project.synth(
        declare({
          source: BlobSource.fromContainer({
            blobEndpoint: source.endpoint,
            containerName: "data",
            blobName: "other.bin",
            credential: sourceCredential,
          }),
        }),
      );

      const applied = await project.apply();

      expect(applied.exitCode).toBe(1);
      expect(applied.output).toContain(pending?.id);
      expect(dest.getBlob("data", "copy.bin")?.copy).toMatchObject({ id: pending?.id, status: "pending" });
    } finally {
      first.remove();
    }
  });

  it("adopts a pending copy of the same source instead of starting another", async () => {
    service.script.copies({ pendingMilliseconds: 6_000 });
    const first = new CdktfProject({ SOURCE_KEY: source.key, DESTINATION_CONNECTION_STRING: dest.connectionString });
    try {
      first.synth(declare({ wait: false }));
      expect(await first.apply()).toMatchObject({ exitCode: 0 });
      const pending = dest.getBlob("data", "copy.bin")?.copy;
      expect(pending?.status).toBe("pending");
      project.synth(declare());

      expect(await project.apply()).toMatchObject({ exitCode: 0 });

      expect(await project.outputs()).toEqual({ status: "success", copy_id: pending?.id });
      expect(service.requestsOf("Copy Blob")).toHaveLength(1);
    } finally {
      first.remove();
    }
  });
});
