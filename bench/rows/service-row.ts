import { ServiceProcess } from "../service/service-process";
import type { ServiceOptions } from "../service/protocol";
import type { Bench, Sample } from "../row";
import { timeProcess } from "../timed-process";
import type { CopyCommand } from "../peers/copy-commands";

/** What the destination must hold after each run. */
export interface Expected {
  readonly blobs: number;
  /** Of all of them together. */
  readonly bytes: number;
}

/** The service of a row, and how a run is bracketed: an empty destination before, a look at what arrived after. */
export class ServiceRow {
  static async start(bench: Bench, options: ServiceOptions, expected: Expected): Promise<ServiceRow> {
    return new ServiceRow(bench, await ServiceProcess.start(bench.workshop.client("service"), options), expected);
  }

  private constructor(
    readonly bench: Bench,
    readonly service: ServiceProcess,
    private readonly expected: Expected,
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
    if (arrived.blobs !== this.expected.blobs || arrived.bytes !== this.expected.bytes) {
      throw new Error(
        `${arrived.blobs} blobs of ${arrived.bytes} bytes arrived instead of ${this.expected.blobs} of ${this.expected.bytes}`,
      );
    }
    const counts = await this.service.ask("takeCounts");
    return { ...sample, requests: Object.values(counts).reduce((sum, count) => sum + count, 0) };
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
