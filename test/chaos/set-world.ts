import { existsSync, readdirSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { BlobCopySet, BlobDestination, BlobSource, Credential, RecopyPolicy } from "../../lib";
import { DeployRun } from "../e2e/rollback/support/deploy-run";
import { eventually } from "../e2e/rollback/support/eventually";
import { allProcesses, isGuardian, signal } from "../e2e/rollback/support/processes";
import { CdktfProject } from "../support/terraform/cdktf-project";
import type { FakeBlobService } from "../support/fake-blob-service";
import type { ProcessResult } from "../support/terraform/terraform";
import type { SetScenario } from "./set-scenario";

export const CONTAINER = "data";

/** One deployment of a set, below its own prefix in a shared container. */
export class SetDeployment {
  readonly #project: CdktfProject;
  readonly #runs: DeployRun[] = [];

  constructor(
    readonly service: FakeBlobService,
    readonly prefix: string,
    { kind }: SetScenario,
  ) {
    const [source, dest] = [service.account("source"), service.account("dest")];
    this.#project = new CdktfProject({ SOURCE_KEY: source.key, DESTINATION_KEY: dest.key });
    const place = { containerName: CONTAINER };
    this.#project.synth((stack) => {
      // All deployments use the same construct path, so only the deployment's id distinguishes
      // them.
      new BlobCopySet(stack, "set", {
        from: BlobSource.fromPrefix({
          ...place,
          blobEndpoint: source.endpoint,
          prefix: "src/",
          credential: Credential.accountKeyFromEnvironment("SOURCE_KEY", { accountName: "source" }),
        }),
        to: BlobDestination.fromPrefix({
          ...place,
          blobEndpoint: dest.endpoint,
          prefix,
          credential: Credential.accountKeyFromEnvironment("DESTINATION_KEY", { accountName: "dest" }),
        }),
        atomic: kind === "atomic",
        prune: kind === "prune",
        recopy: RecopyPolicy.EVERY_DEPLOY,
        timeout: "60s",
      });
    });
  }

  async init(): Promise<void> {
    const { exitCode, output } = await this.#project.terraform(["init"]);
    if (exitCode !== 0) throw new Error(output);
  }

  /** `terraform apply`, without waiting for it. */
  start(descriptors: number | undefined): DeployRun {
    const apply = "terraform apply -auto-approve -no-color";
    const { SOURCE_KEY, DESTINATION_KEY } = this.#environment;
    const run = new DeployRun({
      command: "sh",
      args: ["-c", descriptors === undefined ? `exec ${apply}` : `ulimit -n ${String(descriptors)}; exec ${apply}`],
      cwd: this.#project.stackDirectory,
      env: { SOURCE_KEY, DESTINATION_KEY },
    });
    this.#runs.push(run);
    return run;
  }

  apply(): Promise<ProcessResult> {
    return this.#project.terraform(["apply", "-auto-approve"]);
  }

  async guardiansEnded(milliseconds: number): Promise<void> {
    await eventually(
      () => this.#guardians.length === 0,
      () => `guardians ${this.#guardians.join(", ")} to end`,
      milliseconds,
    );
  }

  /**
   * See {@link CdktfProject}: for the next deploy, the copied blobs belong to another deployment.
   */
  get hasLostState(): boolean {
    return this.#project.hasLostState;
  }

  /** Local files of runs that are not finished. */
  get localLeftovers(): string[] {
    const folder = join(this.#project.stackDirectory, ".blobcopy");
    return ["journal", "guardian", "last-word", "set"].flatMap((name) =>
      existsSync(join(folder, name)) ? readdirSync(join(folder, name)).map((file) => `${name}/${file}`) : [],
    );
  }

  async dispose(): Promise<void> {
    for (const { pid } of this.#runs) signal(-pid, "SIGKILL");
    await Promise.all(this.#runs.map(({ ended }) => ended));
    for (const guardian of this.#guardians) signal(guardian, "SIGKILL");
    this.#project.remove();
  }

  get #environment() {
    return { SOURCE_KEY: this.service.account("source").key, DESTINATION_KEY: this.service.account("dest").key };
  }

  get #guardians(): number[] {
    const folder = realpathSync(this.#project.directory);
    return allProcesses()
      .filter((process) => isGuardian(process) && process.commandLine[1]?.startsWith(folder))
      .map(({ pid }) => pid);
  }
}
