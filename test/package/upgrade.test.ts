import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FakeBlobService, type AccountHandle } from "../support/fake-blob-service";
import { PackedPackage } from "../support/packed-package";
import { describeWithTerraform, run, terraform } from "../support/terraform/terraform";

jest.setTimeout(600_000);

/** The previous version, whose deploys must continue to work. */
const BEFORE = "de344d4";
const REPOSITORY = join(__dirname, "../..");

/** Built from the history, with the present node_modules. */
function packedBefore(folder: string): PackedPackage {
  const archive = join(folder, "before.tar");
  try {
    execFileSync("git", ["archive", "--output", archive, BEFORE], { cwd: REPOSITORY, stdio: "pipe" });
  } catch (error) {
    throw new Error(`the version before (${BEFORE}) is not in the history: clone it in full, or run git fetch --unshallow`, {
      cause: error,
    });
  }
  const repository = join(folder, "repository");
  mkdirSync(repository);
  execFileSync("tar", ["-xf", archive, "-C", repository]);
  symlinkSync(join(REPOSITORY, "node_modules"), join(repository, "node_modules"), "junction");
  execFileSync(process.execPath, ["scripts/build.mjs"], { cwd: repository, stdio: "pipe" });
  return new PackedPackage(repository);
}

/** One project: two single copies, a set that prunes, and an atomic set. */
const PROGRAM = `
  const { App, TerraformOutput, TerraformStack } = require("cdktf");
  const { BlobCopy, BlobCopySet, BlobDestination, BlobSource, CopyMethod, Credential, DestroyPolicy, RecopyPolicy } = require("cdktf-azure-blob-copy");
  const app = new App();
  const stack = new TerraformStack(app, "stack");
  const source = { blobEndpoint: process.env.SOURCE_ENDPOINT, containerName: "data", credential: Credential.accountKeyFromEnvironment("SOURCE_KEY", { accountName: "source" }) };
  const dest = { blobEndpoint: process.env.DESTINATION_ENDPOINT, containerName: "data", credential: Credential.accountKeyFromEnvironment("DESTINATION_KEY", { accountName: "dest" }) };
  const copy = new BlobCopy(stack, "copy", {
    source: BlobSource.fromContainer({ ...source, blobName: "single" }),
    destination: BlobDestination.fromContainer({ ...dest, blobName: "kept" }),
  });
  new BlobCopy(stack, "deleted", {
    source: BlobSource.fromContainer({ ...source, blobName: "single" }),
    destination: BlobDestination.fromContainer({ ...dest, blobName: "deleted" }),
    method: CopyMethod.COPY_BLOB,
    metadata: { release: "3" },
    onDestroy: DestroyPolicy.DELETE,
  });
  new BlobCopySet(stack, "pruned", {
    from: BlobSource.fromPrefix({ ...source, prefix: "set/" }),
    to: BlobDestination.fromPrefix({ ...dest, prefix: "pruned/" }),
    prune: true,
    recopy: RecopyPolicy.EVERY_DEPLOY,
  });
  new BlobCopySet(stack, "atomic", {
    from: BlobSource.fromPrefix({ ...source, prefix: "set/" }),
    to: BlobDestination.fromPrefix({ ...dest, prefix: "atomic/" }),
    atomic: true,
  });
  // Each attribute that there is, also one that the state of the version before does not have.
  for (const name of ["etag", "destinationSnapshot"]) if (name in copy) new TerraformOutput(stack, name, { value: copy[name] });
  app.synth();
`;

/**
 * Operations that copy, write or remove a user's blob. The inventory of a set is below .blobcopy/.
 */
const CHANGES = /^(Copy Blob|Put |Append Block|Delete Blob|Abort Copy Blob|Set Blob|Snapshot Blob)/;

describeWithTerraform("a deploy made by the version before", () => {
  const folder = mkdtempSync(join(tmpdir(), "blob-copy-upgrade-"));
  let before: PackedPackage;
  let now: PackedPackage;
  let service: FakeBlobService;
  let source: AccountHandle;
  let dest: AccountHandle;
  let project: string;

  beforeAll(async () => {
    before = packedBefore(folder);
    now = new PackedPackage();
    service = await FakeBlobService.start();
    source = service.account("source");
    dest = service.account("dest");
    source.putBlob("data", "single", { content: "the content" });
    for (const name of ["a", "b", "c"]) source.putBlob("data", `set/${name}`, { content: name });
    dest.createContainer("data");
    dest.putBlob("data", "pruned/theirs", { content: "theirs" });
    project = before.project(["cdktf", "constructs"]);
    writeFileSync(join(project, "main.js"), PROGRAM);
    await deploy();
  });

  afterAll(async () => {
    before.remove();
    now.remove();
    await service.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const environment = () => ({
    SOURCE_ENDPOINT: source.endpoint,
    DESTINATION_ENDPOINT: dest.endpoint,
    SOURCE_KEY: source.key,
    DESTINATION_KEY: dest.key,
  });
  const stack = () => join(project, "cdktf.out", "stacks", "stack");

  async function deploy(): Promise<string> {
    const env = environment();
    expect(await run(process.execPath, ["main.js"], { cwd: project, env: { ...process.env, ...env } })).toMatchObject({ exitCode: 0 });
    expect(await terraform(["init"], { cwd: stack(), env })).toMatchObject({ exitCode: 0 });
    const applied = await terraform(["apply", "-auto-approve"], { cwd: stack(), env });
    expect(applied).toMatchObject({ exitCode: 0 });
    return applied.output;
  }

  /** As npm does it: only the package's folder changes. */
  function upgrade(): void {
    const installed = join("node_modules", "cdktf-azure-blob-copy");
    rmSync(join(project, installed), { recursive: true });
    cpSync(join(now.project(["cdktf", "constructs"]), installed), join(project, installed), { recursive: true });
  }

  const contents = () =>
    Object.fromEntries(
      dest
        .blobNames("data")
        .filter((name) => !name.startsWith(".blobcopy/"))
        .map((name) => [name, dest.getBlob("data", name)?.content.read().toString()]),
    );
  const changes = () => service.requests.filter(({ operation, path }) => CHANGES.test(operation) && !path.includes(".blobcopy"));

  it("goes on with this one: nothing is copied, nothing is deleted, and the set goes on pruning what it copied", async () => {
    const copied = contents();
    expect(Object.keys(copied)).toHaveLength(9);
    upgrade();
    service.requests.length = 0;
    const output = await deploy();
    expect({ output, changes: changes().map(({ operation, path }) => `${operation} ${path}`) }).toMatchObject({ changes: [] });
    expect(contents()).toEqual(copied);

    service.requests.length = 0;
    await deploy();
    expect(changes()).toEqual([]);

    source.deleteBlob("data", "set/c");
    await deploy();
    const { "pruned/c": pruned, ...others } = copied;
    expect(pruned).toBe("c");
    expect(contents()).toEqual(others);
  });

  it("is destroyed by this one as it declared: its copy is deleted, and what it was to keep stays", async () => {
    expect(await terraform(["destroy", "-auto-approve"], { cwd: stack(), env: environment() })).toMatchObject({ exitCode: 0 });
    expect(Object.keys(contents())).toContain("kept");
    expect(Object.keys(contents())).toContain("pruned/theirs");
    expect(Object.keys(contents())).not.toContain("deleted");
  });
});
