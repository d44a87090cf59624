import { cpSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { DataResource, HttpBackend, type TerraformStack } from "cdktf";
import { BlobCopy, BlobDestination, BlobSource, CopyMethod, Credential, type BlobCopyConfig } from "../../../../lib";
import { CdktfProject } from "../../../support/terraform/cdktf-project";
import {
  Content,
  FakeBlobService,
  type AccountHandle,
  type BlobSeed,
  type BlobView,
  type FakeBlobServiceOptions,
} from "../../../support/fake-blob-service";
import { healthyResources, type HttpStateBackend } from "../../../support/terraform/http-backend";
import { run, type ProcessResult } from "../../../support/terraform/terraform";
import { DeployRun } from "./deploy-run";
import { eventually } from "./eventually";
import { allProcesses, isGuardian, isRunning, signal } from "./processes";

/**
 * `copied earlier`: by Copy Blob from the same source, which has changed since then; for an
 * incremental copy, from an older snapshot.
 */
export type Before = "absent" | "present" | "copied earlier";

export interface DeployWorldOptions {
  /** State of the destination. */
  readonly before?: Before;
  readonly config?: Partial<BlobCopyConfig>;
  /** Default: a block blob of 200 kB. */
  readonly source?: BlobSeed;
  readonly service?: FakeBlobServiceOptions;
  readonly backend?: HttpStateBackend;
  /** Adds a resource that is done while the copy is pending, so Terraform saves its state. */
  readonly withSibling?: boolean;
  /**
   * Number of further copies of the same source, to destinations that are absent before. The same
   * guardian serves them.
   */
  readonly others?: number;
}

const SOURCE: BlobSeed = { content: Buffer.alloc(200_000, "n") };
const CONTAINER = "data";
const CDKTF_CLI = join(__dirname, "../../../../node_modules/.bin/cdktf");

/**
 * A service, a stack that declares one copy on it, and deploys of that stack. Each test has its own
 * world.
 */
export class DeployWorld {
  readonly source: AccountHandle;
  readonly dest: AccountHandle;
  readonly project: CdktfProject;
  /** State of the destination before the first deploy. */
  private before: object | undefined;
  /** Snapshot of the source, if the copy is of a snapshot. */
  private sourceSnapshot: string | undefined;
  private readonly runs: DeployRun[] = [];

  static async start(options: DeployWorldOptions = {}): Promise<DeployWorld> {
    const world = new DeployWorld(await FakeBlobService.start(options.service), options);
    if (options.before === "copied earlier") await world.copyEarlier();
    const init = await world.project.init();
    if (init.exitCode !== 0) throw new Error(init.output);
    return world;
  }

  private constructor(
    readonly service: FakeBlobService,
    private readonly options: DeployWorldOptions,
  ) {
    this.source = service.account("source");
    this.dest = service.account("dest");
    const source = options.source ?? SOURCE;
    this.putSource(source);
    this.dest.createContainer(CONTAINER);
    if (options.before === "present") {
      const isBlockBlob = source.type === undefined || source.type === "BlockBlob";
      this.dest.putBlob(CONTAINER, "copy.bin", {
        type: source.type ?? "BlockBlob",
        // As long as the copy, so that a late write of a page would change it.
        content: source.type === "PageBlob" ? Content.pattern(lengthOf(source), 9) : "as before".padEnd(512),
        metadata: { of: "destination" },
        tags: { kept: "yes", stage: "before" },
        headers: { contentType: "text/x-before", cacheControl: "max-age=7" },
        ...(isBlockBlob ? { accessTier: "Cool" } : {}),
      });
    }
    this.before = this.stateOf("copy.bin");
    this.project = new CdktfProject(this.environment);
    this.declare();
  }

  get environment(): Record<string, string> {
    return { SOURCE_CONNECTION: this.source.connectionString, DEST_CONNECTION: this.dest.connectionString };
  }

  /** Declares the stack for the next deploy. */
  declare(config: Partial<BlobCopyConfig> = {}, andMore: (stack: TerraformStack, copy: BlobCopy) => void = () => undefined): void {
    this.project.synth((stack) => {
      if (this.options.backend !== undefined) {
        const { address } = this.options.backend;
        stack.node.tryRemoveChild("backend");
        new HttpBackend(stack, { address, lockAddress: address, unlockAddress: address });
      }
      const copy = new BlobCopy(stack, "copy", {
        source: this.sourceBlob(),
        destination: this.destinationBlob(),
        method: CopyMethod.COPY_BLOB,
        ...this.options.config,
        ...config,
      });
      for (const blobName of this.otherNames) {
        new BlobCopy(stack, blobName.replace(".bin", ""), {
          source: this.sourceBlob(),
          destination: this.destinationBlob(undefined, blobName),
          method: CopyMethod.COPY_BLOB,
          ...this.options.config,
        });
      }
      if (this.options.withSibling === true)
        new DataResource(stack, "sibling", { provisioners: [{ type: "local-exec", command: "sleep 1" }] });
      andMore(stack, copy);
    });
  }

  sourceBlob(blobName = "blob.bin"): BlobSource {
    return BlobSource.fromContainer({
      blobEndpoint: this.source.endpoint,
      containerName: CONTAINER,
      blobName,
      ...(this.sourceSnapshot === undefined ? {} : { snapshot: this.sourceSnapshot }),
      credential: Credential.connectionStringFromEnvironment("SOURCE_CONNECTION"),
    });
  }

  destinationBlob(credential = Credential.connectionStringFromEnvironment("DEST_CONNECTION"), blobName = "copy.bin"): BlobDestination {
    return BlobDestination.fromContainer({ blobEndpoint: this.dest.endpoint, containerName: CONTAINER, blobName, credential });
  }

  /** `terraform apply`, without waiting for it. */
  startApply({
    descriptors,
    ...options
  }: {
    readonly inTerminal?: boolean;
    readonly env?: Readonly<Record<string, string>>;
    /** Its `ulimit -n`. */
    readonly descriptors?: number | undefined;
  } = {}): DeployRun {
    const args = ["apply", "-auto-approve", "-no-color"];
    return this.start({
      ...(descriptors === undefined
        ? { command: "terraform", args }
        : { command: "sh", args: ["-c", `ulimit -n ${String(descriptors)}; exec terraform ${args.join(" ")}`] }),
      cwd: this.project.stackDirectory,
      ...options,
      env: { ...this.environment, ...options.env },
    });
  }

  /**
   * Starts `cdktf deploy` of the real CLI. Its app is the stack declared here, already synthesized.
   */
  startCdktfDeploy(
    options: { readonly inTerminal?: boolean; readonly env?: Readonly<Record<string, string>>; readonly shell?: string } = {},
  ): DeployRun {
    const { directory } = this.project;
    cpSync(join(directory, "cdktf.out"), join(directory, "synthesized"), { recursive: true });
    const app = { language: "typescript", app: "cp -r synthesized/. cdktf.out", projectId: "blob-copy-test", sendCrashReports: "false" };
    writeFileSync(join(directory, "cdktf.json"), JSON.stringify(app));
    const cli = [
      process.execPath,
      // The CLI's HCL code is WebAssembly, and runs too briefly for optimised code to pay off:
      // compiling it took a quarter of the processor time.
      "--liftoff-only",
      "--require",
      join(__dirname, "../../../support/late-modules.cjs"),
      CDKTF_CLI,
      "deploy",
      "--auto-approve",
    ];
    const [command = "", ...args] = options.shell === undefined ? cli : ["sh", "-c", options.shell.replace("cdktf deploy", cli.join(" "))];
    return this.start({
      command,
      args,
      cwd: directory,
      inTerminal: options.inTerminal ?? false,
      env: { ...this.environment, CDKTF_HOME: join(directory, "home"), CDKTF_LOG_LEVEL: "off", ...options.env },
    });
  }

  /** Resolves when a copy is pending and the program that started it knows its id. */
  async untilPending(run: DeployRun): Promise<void> {
    const isPending = () => this.destination?.copy?.status === "pending" && this.journal.some(({ copyId }) => copyId !== undefined);
    await eventually(isPending, () => `a pending copy:\n${run.output}`);
  }

  start(options: ConstructorParameters<typeof DeployRun>[0]): DeployRun {
    const started = new DeployRun(options);
    this.runs.push(started);
    return started;
  }

  /**
   * Starts `terraform apply` of a copy that stays pending. Resolves when all processes know that it
   * is pending.
   */
  async startPendingApply(options: Parameters<DeployWorld["startApply"]>[0] = {}): Promise<DeployRun> {
    this.service.script.copies({ neverEnds: true, times: 1 });
    const started = this.startApply(options);
    await started.says("Copy started: pending");
    return started;
  }

  get destination(): BlobView | undefined {
    return this.dest.getBlob(CONTAINER, "copy.bin");
  }

  /** The service completes the pending copy. */
  completeCopy(): void {
    this.dest.completeCopy(CONTAINER, "copy.bin");
  }

  /** Another client writes a blob. */
  overwrite(which: "source" | "destination", content: string): void {
    const [account, name] = which === "source" ? ([this.source, "blob.bin"] as const) : ([this.dest, "copy.bin"] as const);
    account.putBlob(CONTAINER, name, { content });
  }

  get sourceLease() {
    return this.source.getBlob(CONTAINER, "blob.bin")?.lease;
  }

  get isComplete(): boolean {
    return this.isCopied("copy.bin");
  }

  private isCopied(blobName: string): boolean {
    const destination = this.dest.getBlob(CONTAINER, blobName);
    const source = this.source.getBlob(CONTAINER, "blob.bin");
    if (source === undefined || destination === undefined || destination.copy?.status === "pending") return false;
    if (this.isChain) {
      const added = this.dest.snapshots(CONTAINER, blobName).slice(blobName === "copy.bin" ? this.chainBefore : 0);
      return added.length === 1 && added.every(([, { content }]) => isSameContent(source.content, content));
    }
    return isSameContent(source.content, destination.content) && isDeepStrictEqual(destination.metadata, source.metadata);
  }

  private get otherNames(): string[] {
    return Array.from({ length: this.options.others ?? 0 }, (_, index) => `other-${String(index + 1)}.bin`);
  }

  get isAsBefore(): boolean {
    return isDeepStrictEqual(this.stateOf("copy.bin"), this.before);
  }

  /** Whether the copy adds a snapshot to an incremental copy, and so replaces nothing. */
  private get isChain(): boolean {
    return this.options.config?.method === CopyMethod.INCREMENTAL_COPY_BLOB;
  }

  /** Number of snapshots of the incremental copy before the first deploy. */
  private get chainBefore(): number {
    return this.isChain && this.options.before === "copied earlier" ? 1 : 0;
  }

  /**
   * The state that a rollback must restore. For an incremental copy this is its snapshots, since
   * only they can be read.
   */
  private stateOf(blobName: string): object | undefined {
    const blob = this.dest.getBlob(CONTAINER, blobName);
    if (!this.isChain || blob === undefined) return contentOf(blob);
    return this.dest.snapshots(CONTAINER, blobName).map(([, snapshot]) => contentOf(snapshot));
  }

  /** Process numbers of the guardians that have not released their destination. */
  get guardians(): number[] {
    return this.readState("guardian")
      .map(({ pid }) => pid as number)
      .filter(isRunning);
  }

  /** Includes guardians that have only just started, such as a replacement guardian. */
  private get guardianProcesses(): number[] {
    const folder = realpathSync(this.project.directory);
    return allProcesses()
      .filter((process) => isGuardian(process) && process.commandLine[1]?.startsWith(folder))
      .map(({ pid }) => pid);
  }

  get lastWords(): Record<string, unknown>[] {
    return this.readState("last-word");
  }

  get journal(): Record<string, unknown>[] {
    return this.readState("journal");
  }

  /** Resolves when all guardians have ended. */
  async guardiansEnded(milliseconds = 20_000): Promise<void> {
    await eventually(
      // The processes are read last: it takes milliseconds during which the services of other tests
      // cannot run.
      () => this.guardians.length === 0 && this.guardianProcesses.length === 0,
      () => `guardians ${this.guardianProcesses.join(", ")} to end`,
      milliseconds,
    );
  }

  /** Wrong leftovers of a deploy that did not finish. */
  get leftovers(): string[] {
    const { destination } = this;
    const found: string[] = [];
    if (destination?.copy?.status === "pending") found.push("a pending copy");
    if (!this.isAsBefore && !this.isComplete)
      found.push(`a destination neither as before nor complete: ${JSON.stringify(this.stateOf("copy.bin"))}`);
    if (!this.isChain && this.dest.snapshots(CONTAINER, "copy.bin").length > 0) found.push("a restore point");
    if (this.dest.uncommittedBlocks(CONTAINER, "copy.bin").length > 0 && this.before === undefined) found.push("uncommitted blocks");
    if (this.sourceLease !== undefined) found.push("a lease on the source");
    for (const name of this.otherNames) {
      const other = this.dest.getBlob(CONTAINER, name);
      if (other !== undefined && !this.isCopied(name))
        found.push(`${name} neither absent nor complete: ${JSON.stringify(contentOf(other))}`);
      if (!this.isChain && this.dest.snapshots(CONTAINER, name).length > 0) found.push(`a restore point of ${name}`);
      if (this.dest.uncommittedBlocks(CONTAINER, name).length > 0) found.push("uncommitted blocks");
    }
    return found;
  }

  /** Deploys again, and returns deviations from the required state after a deploy. */
  async deployAgain(): Promise<{ readonly problems: string[]; readonly output: string }> {
    this.service.script.reset();
    this.options.backend?.forceUnlock();
    const applied = await this.project.terraform(["apply", "-auto-approve"]);
    const planned = await this.project.plan();
    const problems = [...this.leftovers];
    if (applied.exitCode !== 0) problems.push(`the next deploy failed:\n${applied.output}`);
    const incomplete = ["copy.bin", ...this.otherNames].filter((name) => !this.isCopied(name));
    if (incomplete.length > 0) problems.push(`not complete after the next deploy: ${incomplete.join(", ")}\n${applied.output}`);
    if (planned.exitCode !== 0) problems.push(`changes after the next deploy:\n${planned.output}`);
    for (const folder of ["journal", "guardian", "last-word"]) if (this.readState(folder).length > 0) problems.push(`a file in ${folder}`);
    return { problems, output: applied.output };
  }

  private putSource(seed: BlobSeed): void {
    this.source.putBlob(CONTAINER, "blob.bin", { ...seed, metadata: { of: "source" } });
    if (this.isChain) this.sourceSnapshot = this.source.snapshot(CONTAINER, "blob.bin");
  }

  private async copyEarlier(): Promise<void> {
    const source = this.options.source ?? SOURCE;
    this.putSource({ ...source, content: "as it was copied earlier".padEnd(512) });
    const sas = this.source.sas({ container: CONTAINER, permissions: "r" });
    const snapshot = this.sourceSnapshot === undefined ? "" : `snapshot=${encodeURIComponent(this.sourceSnapshot)}&`;
    await this.request(this.isChain ? "copy.bin?comp=incrementalcopy" : "copy.bin", {
      "x-ms-copy-source": `${this.source.blobUrl(CONTAINER, "blob.bin")}?${snapshot}${sas}`,
    });
    await eventually(() => this.destination?.copy?.status === "success");
    this.before = this.stateOf("copy.bin");
    this.putSource(source);
    if (this.isChain) this.declare();
  }

  /** Another client aborts a copy, as `az storage blob copy cancel` does. */
  async abortByHand(copyId: string): Promise<void> {
    await this.request(`copy.bin?comp=copy&copyid=${copyId}`, { "x-ms-copy-action": "abort" });
  }

  /** Sends another client's request to the destination's container. */
  private async request(path: string, headers: Readonly<Record<string, string>>): Promise<void> {
    const sas = this.dest.sas({ container: CONTAINER, permissions: "rcw" });
    const url = `${this.dest.endpoint}/${CONTAINER}/${path}${path.includes("?") ? "&" : "?"}${sas}`;
    const response = await fetch(url, { method: "PUT", headers: { ...headers, "x-ms-version": "2026-04-06" } });
    if (!response.ok) throw new Error(`PUT ${path} was answered ${String(response.status)} ${await response.text()}`);
  }

  /** Deletes the files that another machine, or a fresh checkout, does not have. */
  forgetLocalFiles(): void {
    rmSync(join(this.project.stackDirectory, ".blobcopy"), { recursive: true, force: true });
  }

  /** Addresses of the resources that the local state lists as created and not tainted. */
  get healthyResources(): string[] {
    return healthyResources(readFileSync(join(this.project.directory, "terraform.stack.tfstate"), "utf8"));
  }

  /** Runs `blob-copy status` by hand in the folder in which Terraform runs. */
  status(): Promise<ProcessResult> {
    const { stackDirectory } = this.project;
    const stack = JSON.parse(readFileSync(join(stackDirectory, "cdk.tf.json"), "utf8")) as {
      resource: { terraform_data: { copy: { input: unknown } } };
    };
    const intent = join(this.project.directory, "intent.json");
    writeFileSync(intent, JSON.stringify(stack.resource.terraform_data.copy.input));
    return run(process.execPath, [this.programFile("blob-copy.js"), "status", intent], {
      cwd: stackDirectory,
      env: { ...process.env, ...this.environment },
    });
  }

  /** Texts that must not occur anywhere: keys (decoded and encoded) and signatures. */
  get secrets(): string[] {
    return [this.source, this.dest].flatMap(({ key }) => [key, encodeURIComponent(key)]);
  }

  abortRequests() {
    return this.service.requestsOf("Abort Copy Blob");
  }

  /** Ends processes that still run, and removes all files. */
  async dispose(): Promise<void> {
    for (const { pid } of this.runs) signal(-pid, "SIGKILL");
    await Promise.all(this.runs.map(({ ended }) => ended));
    await eventually(() => this.guardians.length === 0, undefined, 5_000).catch(() => {
      for (const guardian of this.guardians) signal(guardian, "SIGKILL");
    });
    await this.service.stop();
    this.project.remove();
  }

  private programFile(name: string): string {
    const found = readdirSync(this.project.stackDirectory, { recursive: true, encoding: "utf8" }).find((file) => file.endsWith(`/${name}`));
    if (found === undefined) throw new Error(`${name} is not in ${this.project.stackDirectory}`);
    return join(this.project.stackDirectory, found);
  }

  private readState(folder: string): Record<string, unknown>[] {
    const path = join(this.project.stackDirectory, ".blobcopy", folder);
    return unlessGone(() => readdirSync(path), []).flatMap((name) =>
      unlessGone(() => [JSON.parse(readFileSync(join(path, name), "utf8")) as Record<string, unknown>], []),
    );
  }
}

/** Returns `gone` if the folder or file does not exist (any more). */
function unlessGone<Result>(read: () => Result, gone: Result): Result {
  try {
    return read();
  } catch {
    return gone;
  }
}

/** The content that a rollback must restore. */
function contentOf(view: BlobView | undefined) {
  if (view === undefined) return undefined;
  const { type, content, metadata, tags, headers, accessTier } = view;
  const bytes = content.length <= 512 ? content.read().toString() : `${String(content.length)} bytes, MD5 ${content.md5() ?? ""}`;
  const given = (pairs: object) => Object.fromEntries(Object.entries(pairs).filter(([, value]) => value !== undefined));
  return { type, bytes, metadata: given(metadata), tags: given(tags), headers: given(headers), accessTier };
}

function lengthOf({ content = "" }: BlobSeed): number {
  return content.length;
}

const SAMPLE_BYTES = 64 * 1024;
const SAMPLE_EVERY_BYTES = 1024 * 1024;

/**
 * Compares all bytes of small content, and samples of large content, in which a shifted, swapped or
 * missing block shows.
 */
function isSameContent(one: Content, other: Content): boolean {
  if (one.length !== other.length) return false;
  for (let offset = 0; offset < one.length; offset += one.length > SAMPLE_EVERY_BYTES ? SAMPLE_EVERY_BYTES : SAMPLE_BYTES) {
    const length = Math.min(SAMPLE_BYTES, one.length - offset);
    if (!one.read(offset, length).equals(other.read(offset, length))) return false;
  }
  return true;
}
