import { acceptEvent } from "../../../../src/lambda/accept-event";
import type { ResourceEvent } from "../../../../src/lambda/ports/event";
import { goOn } from "../../../../src/lambda/go-on";
import { settleAll } from "../../../../src/lambda/settle";
import { AwayForNow } from "../../../../src/lambda/ports/away-for-now";
import type { RecordStore } from "../../../../src/lambda/ports/record";
import type { Surroundings } from "../../../../src/lambda/ports/surroundings";
import { CopyMethod, LocationKind } from "../../../../src/intent";
import { MemoryRecords, recordsFor } from "../../../support/cloudformation/memory-records";
import { SimulatedProvider } from "../../../support/cloudformation/provider";
import { SimulatedStack } from "../../../support/cloudformation/stack";
import type { Template } from "../../../support/cloudformation/template";
import { FakeClock } from "../../../support/machine/fake-clock";
import { MemoryBlobStore } from "../../../support/memory-store";
import { containersOf } from "../../../support/memory-store/listed-container";
import { MemoryProcess } from "../../../support/memory-store/exchange";
import { MemoryService } from "../../../support/memory-store/service";

export const SOURCE = "https://source.blob.test/container/model.bin";
export const OTHER_SOURCE = "https://source.blob.test/container/other.bin";
export const DESTINATION = "https://destination.blob.test/container/model.bin";
export const ELSEWHERE = "https://destination.blob.test/container/elsewhere.bin";
const MINUTE = 60_000;

export interface DeclaredBlobCopy {
  readonly from?: string;
  readonly to?: string;
  readonly method?: CopyMethod;
  readonly onDestroy?: "retain" | "delete";
  readonly options?: Readonly<Record<string, unknown>>;
  readonly run?: Readonly<Record<string, unknown>>;
}

/** A template with one copy, and the resources after it. */
export function template(declared: DeclaredBlobCopy = {}, others: Template["Resources"] = {}): Template {
  const { from = SOURCE, to = DESTINATION, method = CopyMethod.AUTO, onDestroy = "retain", options = {}, run = {} } = declared;
  const source = { kind: LocationKind.URL, url: from };
  const destination = { kind: LocationKind.URL, url: to };
  return {
    Resources: {
      Copy: {
        Type: "Custom::AzureBlobCopy",
        Properties: {
          Intent: JSON.stringify({ version: 1, owner: "App/Copy", copies: [{ source, destination, method, ...options }], ...run }),
          Fingerprint: JSON.stringify({ source, destination, method, ...options }),
          OnDestroy: onDestroy,
        },
      },
      ...others,
    },
  };
}

export interface DeclaredSet {
  /** Prefix of the source. */
  readonly from?: string;
  readonly to?: string;
  readonly prune?: boolean;
  readonly onDestroy?: "retain" | "delete";
  readonly options?: Readonly<Record<string, unknown>>;
  readonly set?: Readonly<Record<string, unknown>>;
  readonly run?: Readonly<Record<string, unknown>>;
}

/** A template with a set, and the resources after it. */
export function setTemplate(declared: DeclaredSet = {}, others: Template["Resources"] = {}): Template {
  const { from = "v1/", to = "live/", prune = false, onDestroy = "retain", options = {}, set = {}, run = {} } = declared;
  const side = (account: string, prefix: string) => ({ blobEndpoint: `https://${account}.blob.test`, containerName: "container", prefix });
  const prefixes = { source: side("source", from), destination: side("destination", to), options };
  const whole = { prefixes, atomic: false, prune, maxConcurrency: 64, maxFailures: 0, resultKeys: [], ...set };
  return {
    Resources: {
      Copy: {
        Type: "Custom::AzureBlobCopySet",
        Properties: {
          Intent: JSON.stringify({ version: 1, owner: "App/Copy", copies: [], set: whole, ...run }),
          Fingerprint: JSON.stringify({ prefixes, prune, set }),
          OnDestroy: onDestroy,
        },
      },
      ...others,
    },
  };
}

export interface DeclaredList {
  /** Pairs of source and destination, by key. */
  readonly copies: Readonly<Record<string, readonly [from: string, to: string]>>;
  readonly onDestroy?: "retain" | "delete";
  readonly options?: Readonly<Record<string, unknown>>;
  readonly set?: Readonly<Record<string, unknown>>;
  /** Requested attributes, by key. */
  readonly results?: Readonly<Record<string, readonly string[]>>;
}

/** A template with a set of a list, and the resources after it. */
export function listTemplate(declared: DeclaredList, others: Template["Resources"] = {}, id = "Copy"): Template {
  const { copies, onDestroy = "retain", options = {}, set = {}, results = {} } = declared;
  const list = Object.entries(copies).map(([key, [from, to]]) => ({
    key,
    source: { kind: LocationKind.URL, url: from },
    destination: { kind: LocationKind.URL, url: to },
    ...options,
  }));
  const whole = { manifest: { file: "copies", values: [] }, atomic: false, prune: false, maxFailures: 0, resultKeys: [], ...set };
  return {
    Resources: {
      [id]: {
        Type: "Custom::AzureBlobCopySet",
        Properties: {
          Intent: JSON.stringify({ version: 1, owner: `App/${id}`, copies: [], set: whole }),
          Copies: JSON.stringify(list),
          Results: JSON.stringify(wantedResults(results)),
          Fingerprint: JSON.stringify({ list, results: Object.keys(results) }),
          OnDestroy: onDestroy,
        },
      },
      ...others,
    },
  };
}

/** As the construct requests them: each is the attribute `<key>.<attribute>`. */
export function wantedResults(results: Readonly<Record<string, readonly string[]>>): readonly object[] {
  return Object.entries(results).flatMap(([key, names]) => names.map((attribute) => ({ as: `${key}.${attribute}`, key, attribute })));
}

/** A resource that needs the copy, and can fail after it. */
export const AFTERWARDS: Template["Resources"] = { After: { Type: "AWS::SNS::Topic", DependsOn: "Copy" } };

/** AWS with one stack, and the storage accounts. */
export class AwsWorld {
  readonly clock = new FakeClock();
  readonly service = new MemoryService(this.clock);
  readonly records = new MemoryRecords();
  readonly log: string[] = [];
  readonly provider: SimulatedProvider;
  readonly stack: SimulatedStack;
  /** Creates the process of a function's next invocation. */
  nextProcess: (name: "onEvent" | "isComplete" | "settle") => MemoryProcess = () => new MemoryProcess();
  secret: (reference: string) => Promise<string> = () => Promise.reject(new Error("there is no secret"));
  /** Whether a request to the table is throttled for longer than the SDK retries. */
  isThrottled: (name: keyof RecordStore) => boolean = () => false;
  /** Whether CloudFormation is throttled for longer than the SDK retries. */
  isStackThrottled: () => boolean = () => false;
  /** The answer of DescribeStacks, which may be slightly outdated. */
  stackStatusIs: (status: string) => string = (status) => status;
  /** Number of deliveries of each request. */
  deliveries = 1;
  /** An attribute that the handlers neither answer nor store, like those of an earlier version. */
  without: string | undefined;
  #runBegan = 0;

  /** @param queryInterval milliseconds between two calls of `isComplete` */
  constructor(queryInterval = 10_000) {
    this.service.put(SOURCE, "new", 1_000);
    this.service.put(OTHER_SOURCE, "other", 2_000);
    const { clock } = this;
    this.provider = new SimulatedProvider({
      clock,
      queryInterval,
      functions: {
        onEvent: (event) => acceptEvent(event as ResourceEvent, this.#surroundings(this.nextProcess("onEvent"))),
        isComplete: async (event) => {
          const answer = await goOn(event as ResourceEvent, this.#surroundings(this.nextProcess("isComplete")), BUDGET, {});
          return JSON.parse(JSON.stringify(answer, (name, value: unknown) => (name === this.without ? undefined : value))) as unknown;
        },
      },
    });
    this.stack = new SimulatedStack({
      send: (request) => this.provider.send(request, this.deliveries),
      statusChanged: async (status) => {
        if (/^(CREATE|UPDATE)_IN_PROGRESS$/.test(status)) {
          await clock.sleep(1_000);
          this.#runBegan = clock.now();
        }
        // The pattern of the rule. Other statuses are not delivered.
        if (!/^(CREATE|UPDATE|UPDATE_ROLLBACK)_COMPLETE$/.test(status)) return;
        await this.provider.idle();
        const event = {
          time: new Date(clock.now()).toISOString(),
          detail: { "stack-id": "stack", "status-details": { status } },
        };
        await this.#asynchronously(() => settleAll(event, this.#surroundings(this.nextProcess("settle")), BUDGET, {}));
      },
    });
  }

  /** Puts an older blob at the destination, with all properties that a restore must bring back. */
  withOldDestination(url = DESTINATION): this {
    this.service.put(url, "old", 700, {
      metadata: { release: "2" },
      tags: { team: "a" },
      contentHeaders: { contentType: "text/plain", cacheControl: "no-cache" },
      tier: "Cool",
    });
    return this;
  }

  create(declared: Template, fails: readonly string[] = []): Promise<string> {
    return this.run(this.stack.create(declared, fails));
  }

  update(declared: Template, fails: readonly string[] = []): Promise<string> {
    return this.run(this.stack.update(declared, fails));
  }

  continueRollback(): Promise<string> {
    return this.run(this.stack.continueRollback());
  }

  delete(): Promise<string> {
    return this.run(this.stack.delete());
  }

  async run<Result>(promise: Promise<Result>): Promise<Result> {
    const result = await this.clock.runToEnd(promise);
    await this.clock.runToEnd(this.provider.idle());
    return result;
  }

  /** The part of a blob that a user sees. */
  see(url = DESTINATION): object | undefined {
    return this.service.see(url);
  }

  /** Leftovers that must not exist after an operation of the stack. */
  leftBehind(...urls: readonly string[]): string[] {
    const left: string[] = [];
    for (const url of urls.length === 0 ? [DESTINATION] : urls) {
      const copy = this.service.blobOf(this.service.name(url))?.copy;
      if (copy?.status === "pending") left.push(`pending copy ${copy.id}`);
      if (this.service.snapshotCount(url) > 0) left.push(`${this.service.snapshotCount(url)} restore points`);
      if (JSON.stringify(this.service.see(url) ?? "").includes("blobcopy_")) left.push("our marks");
    }
    return left;
  }

  /**
   * After a failure or a timeout, AWS Lambda retries an asynchronous invocation twice: after one
   * minute, and after two more.
   */
  async #asynchronously(invoke: () => Promise<void>): Promise<void> {
    for (const pause of [0, MINUTE, 2 * MINUTE]) {
      await this.clock.sleep(pause);
      const over = new AbortController();
      const timeout = this.clock.sleep(BUDGET.life, over.signal).then(() => Promise.reject(new Error("timed out")));
      try {
        await Promise.race([invoke(), timeout]);
        return;
      } catch (error) {
        this.log.push(String(error));
      } finally {
        timeout.catch(() => undefined);
        over.abort();
      }
    }
  }

  #ofStack<Told>(status: Told): Promise<Told> {
    return this.isStackThrottled()
      ? Promise.reject(new AwayForNow("CloudFormation does not answer", new Error("throttled")))
      : Promise.resolve(status);
  }

  #surroundings(process: MemoryProcess): Surroundings {
    return {
      clock: process.clock(this.clock),
      records: recordsFor(process, this.records, (name) => this.isThrottled(name), this.without),
      stackStatus: () => this.#ofStack(this.stackStatusIs(this.stack.status)),
      runBegan: () => this.#ofStack(this.#runBegan),
      statusBefore: () => this.#ofStack(this.stack.statusBefore),
      secret: (reference) => this.secret(reference),
      webIdentityFile: () => Promise.resolve("/tmp/token"),
      blobStore: () => Object.assign(new MemoryBlobStore(this.service, process), containersOf(this.service, process)),
      print: (line) => void this.log.push(line),
    };
  }
}

const BUDGET = { life: 14 * MINUTE, work: 10 * MINUTE, watch: 5_000 };
