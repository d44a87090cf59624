import { createBlobStore } from "../../../src/azure/create-blob-store";
import { systemClock } from "../../../src/engine/clock";
import { CopyFailure } from "../../../src/engine/copy-failure";
import { parseIntent } from "../../../src/engine/parse-intent";
import { runSet } from "../../../src/engine/set/run-set";
import type { BlobResult, CopyIntent, CopySet, SetReceipt } from "../../../src/intent";
import { ExitCode } from "../../../src/process/exit-code";
import type { CopyEvent } from "../../../src/report/events";
import { FakeBlobService, type FakeBlobServiceOptions } from "../../support/fake-blob-service";
import { MemoryJournal } from "../../support/memory-journal";

export const cancelled = new CopyFailure({ exitCode: ExitCode.INTERRUPTED, what: "Cancelled", why: "Ctrl-C", remedy: "deploy again" });

export interface SetEnded {
  readonly receipt: SetReceipt | undefined;
  readonly failure: CopyFailure | undefined;
  readonly results: readonly BlobResult[];
}

export interface SetRunOptions {
  /** Called once for each result, so that a test can interfere. */
  readonly onResult?: (result: BlobResult) => void;
  readonly cancel?: AbortSignal;
  readonly intent?: Record<string, unknown>;
  /** Besides the connection strings. */
  readonly environment?: NodeJS.ProcessEnv;
}

/** Two accounts with a container each, and a machine that runs copy sets. */
export class SetWorld {
  readonly journal = new MemoryJournal();
  events: CopyEvent[] = [];
  manifest: readonly string[] = [];

  static async start(options: FakeBlobServiceOptions = {}): Promise<SetWorld> {
    return new SetWorld(await FakeBlobService.start(options));
  }

  private constructor(readonly service: FakeBlobService) {
    this.source.createContainer("src");
    this.destination.createContainer("dst");
  }

  get source() {
    return this.service.account("source");
  }

  get destination() {
    return this.service.account("dest");
  }

  get environment(): NodeJS.ProcessEnv {
    return { SOURCE: this.source.connectionString, DEST: this.destination.connectionString };
  }

  /** Blobs at the source, by name. */
  put(blobs: Readonly<Record<string, string>>): this {
    for (const [name, content] of Object.entries(blobs)) this.source.putBlob("src", name, { content });
    return this;
  }

  /** What the destination holds, by name. */
  contents(): Record<string, string> {
    return Object.fromEntries(
      this.destination.blobNames("dst").map((name) => [name, this.destination.getBlob("dst", name)?.content.read().toString() ?? ""]),
    );
  }

  prefix(side: "source" | "destination", prefix = "") {
    const [account, containerName, variable] = side === "source" ? ["source", "src", "SOURCE"] : ["dest", "dst", "DEST"];
    return { blobEndpoint: this.service.endpoint(account), containerName, prefix, credential: { kind: "connection-string", variable } };
  }

  prefixes(change: Record<string, unknown> = {}) {
    return { prefixes: { source: this.prefix("source"), destination: this.prefix("destination"), ...change } };
  }

  intentOf(set: Record<string, unknown>, intent: Record<string, unknown> = {}): CopyIntent & { readonly set: CopySet } {
    const parsed = parseIntent({ version: 1, owner: "Stack/set", copies: [], set, timeoutMilliseconds: 60_000, ...intent });
    if (parsed.set === undefined) throw new Error("the set was lost in parsing");
    return { ...parsed, set: parsed.set };
  }

  async run(
    set: Record<string, unknown>,
    { onResult, cancel = new AbortController().signal, intent = {}, environment = {} }: SetRunOptions = {},
  ): Promise<SetEnded> {
    const store = createBlobStore({ environment: { ...this.environment, ...environment } });
    const results: BlobResult[] = [];
    const { manifest } = this;
    try {
      const receipt = await runSet(this.intentOf(set, intent), {
        store,
        clock: systemClock,
        emit: (event) => this.events.push(event),
        journal: this.journal,
        cancel,
        manifestLines: async function* () {
          yield* manifest;
        },
        observe: (result) => {
          results.push(result);
          onResult?.(result);
        },
        commit: () => undefined,
      });
      return { receipt, failure: undefined, results };
    } catch (error) {
      if (!(error instanceof CopyFailure)) throw error;
      return { receipt: undefined, failure: error, results };
    } finally {
      store.close();
    }
  }

  of<Type extends CopyEvent["type"]>(type: Type): Extract<CopyEvent, { type: Type }>[] {
    return this.events.filter((event): event is Extract<CopyEvent, { type: Type }> => event.type === type);
  }

  requests(operation: string): number {
    return this.service.requestsOf(operation).length;
  }

  async stop(): Promise<void> {
    await this.service.stop();
  }
}
