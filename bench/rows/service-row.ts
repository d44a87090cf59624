import type { CopyIntent } from "../../src/intent";
import { runProgram, type Secret } from "../our-program";
import { ServiceProcess } from "../service/service-process";
import type { ServiceOptions } from "../service/protocol";
import type { Bench, Sample } from "../row";
import { timeProcess } from "../timed-process";
import type { CopyCommand } from "../peers/copy-commands";

/** The blobs of the source, all of which must be at the destination after each run. */
export interface Blobs {
  readonly count: number;
  /** Of each. */
  readonly bytes: number;
}

/** The service of a row, and how a run is bracketed: an empty destination before, a look at what arrived after. */
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

  /** Gives what `run` measures and the number of requests that it took. */
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

  /** Runs the program from its start to its end, in a folder of its own. */
  runOurs(intent: CopyIntent, secret?: Secret): Promise<Sample> {
    const { workshop } = this.bench;
    return this.bracket(async () => ({ seconds: (await runProgram(workshop, this.accounts, intent, secret && { secret })).seconds }));
  }

  /** Runs a peer from its start to its end, in a folder of its own. */
  runPeer(command: string, build: (folder: string) => CopyCommand): Promise<Sample> {
    const cwd = this.bench.workshop.newFolder();
    const { args, env } = build(cwd);
    return this.bracket(async () => ({ seconds: (await timeProcess(command, args, { cwd, env })).seconds }));
  }

  stop(): Promise<void> {
    return this.service.stop();
  }
}
