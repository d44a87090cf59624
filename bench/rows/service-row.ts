import type { CopyIntent } from "../../src/intent";
import { runProgram, type Secret } from "../our-program";
import { ServiceProcess } from "../service/service-process";
import type { ServiceOptions } from "../service/protocol";
import type { Bench, Sample } from "../row";
import { timeProcess } from "../timed-process";
import type { CopyCommand } from "../peers/copy-commands";

/** The blobs of the source. After each run, all of them must be at the destination. */
export interface Blobs {
  readonly count: number;
  /** Size of each blob. */
  readonly bytes: number;
}

/**
 * The service of a row. Empties the destination before each run, and checks its content afterwards.
 */
export class ServiceRow {
  static async start(bench: Bench, options: ServiceOptions, blobs: Blobs): Promise<ServiceRow> {
    const service = await ServiceProcess.start(bench.workshop.client("service"), options);
    await service.ask("putBlobs", blobs);
    return new ServiceRow(bench, service, blobs);
  }

  private constructor(
    readonly bench: Bench,
    readonly service: ServiceProcess,
    private readonly blobs: Blobs,
  ) {}

  get accounts() {
    return this.service.accounts;
  }

  /** Returns the measurements of `run` and the number of its requests. */
  async bracket(run: () => Promise<Sample>): Promise<Sample> {
    await this.service.ask("emptyDestination");
    await this.service.ask("takeCounts");
    const sample = await run();
    const arrived = await this.service.ask("destinationContents");
    const { count, bytes } = this.blobs;
    if (arrived.blobs !== count || arrived.bytes !== count * bytes) {
      throw new Error(`${arrived.blobs} blobs of ${arrived.bytes} bytes arrived instead of ${count} of ${count * bytes}`);
    }
    const counts = await this.service.ask("takeCounts");
    return { ...sample, requests: Object.values(counts).reduce((sum, count) => sum + count, 0) };
  }

  /** Runs the program from its start to its end, in its own folder. */
  runOurs(intent: CopyIntent, secret?: Secret): Promise<Sample> {
    const { workshop } = this.bench;
    return this.bracket(async () => ({ seconds: (await runProgram(workshop, this.accounts, intent, secret && { secret })).seconds }));
  }

  /** Runs a peer from its start to its end, in its own folder. */
  runPeer(command: string, build: (folder: string) => CopyCommand): Promise<Sample> {
    const cwd = this.bench.workshop.newFolder();
    const { args, env } = build(cwd);
    return this.bracket(async () => ({ seconds: (await timeProcess(command, args, { cwd, env })).seconds }));
  }

  stop(): Promise<void> {
    return this.service.stop();
  }
}
