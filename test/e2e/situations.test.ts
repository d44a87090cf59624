import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DataResource, type TerraformStack, TerraformVariable } from "cdktf";
import {
  BlobCopy,
  BlobCopySet,
  BlobDestination,
  BlobSource,
  Credential,
  DestroyPolicy,
  OverwritePolicy,
  RecopyPolicy,
  type BlobCopyConfig,
} from "../../lib";
import { FakeBlobService, type AccountHandle } from "../support/fake-blob-service";
import { CdktfProject } from "../support/terraform/cdktf-project";
import { describeWithTerraform, terraform } from "../support/terraform/terraform";

jest.setTimeout(120_000);

/** Uses of Terraform other than a plain apply. */
describeWithTerraform("Terraform, as people use it:", () => {
  let service: FakeBlobService;
  let source: AccountHandle;
  let dest: AccountHandle;
  let project: CdktfProject;
  const others: CdktfProject[] = [];

  beforeAll(async () => {
    service = await FakeBlobService.start();
    source = service.account("source");
    dest = service.account("dest");
  });
  afterAll(() => service.stop());
  beforeEach(() => {
    for (const account of [source, dest]) for (const name of account.blobNames("data")) account.deleteBlob("data", name);
    for (const name of ["a", "b"]) source.putBlob("data", `v1/${name}`, { content: name });
    dest.createContainer("data");
    project = newProject();
    service.requests.length = 0;
  });
  afterEach(() => {
    project.remove();
    for (const other of others.splice(0)) other.remove();
  });

  const newProject = () => new CdktfProject({ SOURCE: source.connectionString, DEST: dest.connectionString });
  const credentialOf = (variable: string) => Credential.connectionStringFromEnvironment(variable);
  const copyOf =
    (id: string, name = id, more: Partial<BlobCopyConfig> = {}) =>
    (stack: TerraformStack) => {
      return new BlobCopy(stack, id, {
        source: BlobSource.fromUrl(source.blobUrl("data", `v1/${name}`), { credential: credentialOf("SOURCE") }),
        destination: BlobDestination.fromUrl(dest.blobUrl("data", name), { credential: credentialOf("DEST") }),
        ...more,
      });
    };
  const setSides = () => ({
    from: BlobSource.fromPrefix({
      blobEndpoint: source.endpoint,
      containerName: "data",
      prefix: "v1/",
      credential: credentialOf("SOURCE"),
    }),
    to: BlobDestination.fromPrefix({
      blobEndpoint: dest.endpoint,
      containerName: "data",
      prefix: "set/",
      credential: credentialOf("DEST"),
    }),
  });
  const setOf = (id: string) => (stack: TerraformStack) =>
    new BlobCopySet(stack, id, { ...setSides(), prune: true, recopy: RecopyPolicy.EVERY_DEPLOY });
  const copies = () => service.requestsOf("Put Blob From URL").length;
  const names = () => dest.blobNames("data").filter((name) => !name.startsWith(".blobcopy/"));

  async function done(command: Promise<{ readonly exitCode: number | null; readonly output: string }>): Promise<string> {
    const { exitCode, output } = await command;
    if (exitCode !== 0) throw new Error(output);
    return output;
  }

  it("a set that moved keeps its inventory, and prunes by it", async () => {
    project.synth(setOf("set"));
    await done(project.apply());
    source.deleteBlob("data", "v1/b");
    project.synth((stack) => setOf("renamed")(stack).moveFromId("set"));
    const output = await done(project.apply());
    expect(output).toContain("(moved from terraform_data.set)");
    expect(copies()).toBe(2);
    // After a rename and another run, the blob that the source lost in between may belong to
    // another construct, so it stays.
    expect(names()).toEqual(["set/a", "set/b"]);
    source.deleteBlob("data", "v1/a");
    source.putBlob("data", "v1/c", { content: "c" });
    await done(project.apply());
    expect(names()).toEqual(["set/b", "set/c"]);
  });

  it("a removed construct leaves its blob, unless its destroying resource was destroyed before", async () => {
    const both = (stack: TerraformStack) => {
      for (const id of ["a", "b"]) copyOf(id, id, { onDestroy: DestroyPolicy.DELETE })(stack);
      new BlobCopySet(stack, "set", { ...setSides(), include: ["a"], onDestroy: DestroyPolicy.DELETE });
      const to = BlobDestination.fromContainer({
        blobEndpoint: dest.endpoint,
        containerName: "data",
        blobName: "list/b",
        credential: credentialOf("DEST"),
      });
      const from = BlobSource.fromUrl(source.blobUrl("data", "v1/b"), { credential: credentialOf("SOURCE") });
      new BlobCopySet(stack, "list", { copies: [{ source: from, destination: to }], onDestroy: DestroyPolicy.DELETE });
    };
    project.synth(both);
    await done(project.apply());
    const destroyed = ["-target=terraform_data.a_destroy", "-target=terraform_data.list_destroy"];
    await done(project.terraform(["destroy", "-auto-approve", ...destroyed]));
    expect(names()).toEqual(["b", "set/a"]);
    project.synth(() => undefined);
    await done(project.apply());
    expect(names()).toEqual(["b", "set/a"]);
  });

  it("workspaces share a container, and none prunes what another one has copied", async () => {
    project.synth(setOf("set"));
    await done(project.apply());
    await done(project.terraform(["workspace", "new", "preview"]));
    source.deleteBlob("data", "v1/b");
    await done(project.apply());
    expect(names()).toEqual(["set/a", "set/b"]);
    await done(project.terraform(["workspace", "select", "default"]));
    await done(project.apply());
    expect(names()).toEqual(["set/a"]);
  });

  it("two apps write to one container, and each destroys its own", async () => {
    const other = newProject();
    others.push(other);
    project.synth(copyOf("copy", "a", { onDestroy: DestroyPolicy.DELETE }));
    other.synth(copyOf("copy", "b", { onDestroy: DestroyPolicy.DELETE }));
    await done(project.apply());
    await done(other.apply());
    await done(project.destroy());
    expect(names()).toEqual(["b"]);
  });

  it("-target copies what is targeted, and what it needs; -replace copies again, once", async () => {
    project.synth((stack) => {
      for (const id of ["a", "b"]) copyOf(id)(stack);
    });
    await done(project.terraform(["init"]));
    await done(project.terraform(["apply", "-auto-approve", "-target=terraform_data.a_result"]));
    expect(names()).toEqual(["a"]);
    await done(project.apply());
    expect(names()).toEqual(["a", "b"]);
    expect(copies()).toBe(2);
    await done(project.terraform(["apply", "-auto-approve", "-replace=terraform_data.a"]));
    expect(copies()).toBe(3);
    expect(await project.plan()).toMatchObject({ exitCode: 0 });
  });

  it("a saved plan is applied in another folder, as on another machine", async () => {
    project.synth(copyOf("copy", "a"));
    await done(project.terraform(["init"]));
    await done(project.terraform(["plan", "-out=saved.plan"]));
    const elsewhere = newProject();
    others.push(elsewhere);
    rmSync(elsewhere.directory, { recursive: true });
    cpSync(project.directory, elsewhere.directory, { recursive: true });
    project.remove();
    const env = { SOURCE: source.connectionString, DEST: dest.connectionString };
    await done(terraform(["apply", "saved.plan"], { cwd: join(elsewhere.directory, "cdktf.out", "stacks", "stack"), env }));
    expect(names()).toEqual(["a"]);
  });

  it("a state that lost the copy finds the blob as it is declared, and does not fail", async () => {
    project.synth(copyOf("copy", "a", { recopy: RecopyPolicy.EVERY_DEPLOY }));
    await done(project.apply());
    for (const name of ["copy", "copy_confirm", "copy_result"]) await done(project.terraform(["state", "rm", `terraform_data.${name}`]));
    expect(await done(project.apply())).toContain("Nothing to copy");
    expect(copies()).toBe(1);
  });

  it("-refresh-only and a second plan start no program", async () => {
    project.synth(copyOf("copy", "a"));
    await done(project.apply());
    service.requests.length = 0;
    await done(project.terraform(["apply", "-refresh-only", "-auto-approve"]));
    expect(await project.plan()).toMatchObject({ exitCode: 0 });
    expect(service.requests).toEqual([]);
  });

  it.each([
    ["an ephemeral", true],
    ["a sensitive", false],
  ])("%s secret is in no state, and what the program says of its copy can be read", async (_, isEphemeral) => {
    project.synth((stack) => {
      const variable = new TerraformVariable(stack, "secret", { type: "string", sensitive: !isEphemeral });
      if (isEphemeral) variable.addOverride("ephemeral", true);
      const credential = Credential.connectionString(variable.stringValue);
      copyOf("copy", "a", { destination: BlobDestination.fromUrl(dest.blobUrl("data", "a"), { credential }) })(stack);
      const at = { blobEndpoint: dest.endpoint, containerName: "data", credential };
      new BlobCopySet(stack, "set", { ...setSides(), to: BlobDestination.fromPrefix({ ...at, prefix: "set/" }) });
      const list = BlobDestination.fromContainer({ ...at, blobName: "list/b" });
      const from = BlobSource.fromUrl(source.blobUrl("data", "v1/b"), { credential: credentialOf("SOURCE") });
      new BlobCopySet(stack, "list", { copies: [{ source: from, destination: list }] });
    });
    const logFile = join(project.directory, "copies.log");
    const env = { TF_VAR_secret: dest.connectionString, BLOB_COPY_LOG_FILE: logFile };
    const [, key = ""] = /AccountKey=([^;]+)/.exec(dest.connectionString) ?? [];
    expect(key).not.toBe("");
    await done(project.terraform(["init"]));
    await done(project.terraform(["plan", "-out=saved.plan"], { env }));
    const output = await done(project.terraform(["apply", "saved.plan"], { env }));
    expect(names()).toEqual(["a", "list/b", "set/a", "set/b"]);
    // Checks the statements of docs/caveats.md about saved plans.
    expect((await done(project.terraform(["show", "-json", "saved.plan"]))).includes(key)).toBe(!isEphemeral);
    expect(await done(project.terraform(["show", "-json"]))).not.toContain(key);
    expect(output.includes("output suppressed")).toBe(isEphemeral);
    const told = readFileSync(logFile, "utf8");
    for (const line of ["Copied 1 B", "Copied 2 blobs", "Copied 1 blob "]) {
      expect(output.includes(line)).toBe(!isEphemeral);
      expect(told).toContain(line);
    }
    expect(output).not.toContain(key);
    expect(told).not.toContain(key);
  });

  it("what keeps something out, and comes out as null or empty, copies nothing", async () => {
    const set = (stack: TerraformStack) => {
      const { stringValue } = new TerraformVariable(stack, "glob", { type: "string", nullable: true });
      new BlobCopySet(stack, "set", { ...setSides(), include: [stringValue] });
    };
    const copy = (stack: TerraformStack) => {
      const { stringValue: ifMatch } = new TerraformVariable(stack, "etag", { type: "string", nullable: true });
      copyOf("copy", "b", { sourceConditions: { ifMatch } })(stack);
    };
    const applied = async (variables: object) => {
      writeFileSync(join(project.stackDirectory, "terraform.tfvars.json"), JSON.stringify(variables));
      return project.apply();
    };
    project.synth((stack) => {
      set(stack);
      copy(stack);
    });
    for (const [nothing, glob] of [
      [null, "must be a string, got null"],
      ["", "must be a string that is not empty"],
    ]) {
      const { exitCode, output } = await applied({ glob: nothing, etag: nothing });
      expect(exitCode).toBe(1);
      expect(output.replace(/\s*\n[\s│]*/g, " ")).toContain(`set.prefixes.include[0] ${glob ?? ""}`);
      expect(output).toMatch(/sourceConditions\.ifMatch (is null|"" is not an ETag)/);
    }
    expect(service.requests).toEqual([]);
    await done(applied({ glob: "a*", etag: "*" }));
    expect(names()).toEqual(["b", "set/a"]);
  });

  it("what a local-exec had copied is taken over without a copy or a deletion", async () => {
    dest.putBlob("data", "a", { content: "a" });
    const { etag } = dest.getBlob("data", "a") ?? {};
    project.synth((stack) => {
      const provisioners = [
        { type: "local-exec" as const, command: "echo an upload" },
        { type: "local-exec" as const, when: "destroy" as const, command: "exit 1" },
      ];
      new DataResource(stack, "old", { provisioners });
    });
    await done(project.apply());
    project.synth((stack) => {
      stack.addOverride("removed", [{ from: "terraform_data.old", lifecycle: { destroy: false } }]);
      copyOf("copy", "a", { overwrite: OverwritePolicy.IF_DIFFERENT, onDestroy: DestroyPolicy.DELETE })(stack);
    });
    const output = await done(project.apply());
    expect(output).toContain("no longer be managed");
    expect(output).toContain("Nothing to copy");
    expect(dest.getBlob("data", "a")?.etag).toBe(etag);
    await done(project.destroy());
    expect(names()).toEqual(["a"]);
  });

  it("a deploy of one small blob prints what the documents show, and that of a set no more than it", async () => {
    project.synth((stack) => {
      copyOf("model", "a")(stack);
      setOf("set")(stack);
    });
    const printed = await done(project.apply());
    const page = readFileSync(join(__dirname, "../../docs/caveats.md"), "utf8");
    const shown = /```text\n([^]*?)```/.exec(page)?.[1] ?? "";
    const plain = (text: string) =>
      text
        .split("\n")
        .filter((line) => line.startsWith("terraform_data."))
        .map((line) =>
          line
            .replaceAll(/https?:\/\/[^\s,]+/g, "URL")
            .replaceAll(/id=[^\]]+|etag "[^"]+"/g, "…")
            .replaceAll(/(?:after|in) [\d.]+ ?(?:m?s)/g, "…"),
        );
    const [ofSet, others] = [true, false].map((isOfSet) =>
      plain(printed).filter((line) => line.startsWith("terraform_data.set") === isOfSet),
    );
    expect(others).toEqual(plain(shown));
    const frame = (lines: readonly string[] = []) => lines.filter((line) => !/deployment|\(local-exec\): Cop/.test(line));
    expect(frame(ofSet)).toEqual(frame(others).map((line) => line.replace("terraform_data.model", "terraform_data.set")));
  });
});
