/**
 * Runs the fake service as a separate process, so that it shares only the machine with the measured
 * programs.
 */
import { FakeBlobService } from "../../test/support/fake-blob-service";
import type { AccountHandle } from "../../test/support/fake-blob-service";
import { Content } from "../../test/support/fake-blob-service";
import {
  blobName,
  CONTAINER,
  type BlobSeries,
  type CommandMessage,
  type ReplyMessage,
  type RequestNote,
  type ServiceAccount,
  type ServiceAccounts,
  type ServiceCommands,
  type ServiceOptions,
  type ThrottleCounts,
  type ThrottleRule,
} from "./protocol";
import { ForgetfulContainer, RuleContainer } from "./rule-containers";
import { Throttle } from "./throttle";

/** Includes `l` to list and `t` for tags: all permissions that a peer may need. */
const ALL_PERMISSIONS = "racwdxltmeop";
const SAS_LIFETIME_MILLISECONDS = 24 * 3_600_000;

class Service {
  private counts: Record<string, number> = {};
  private readonly noted: (RequestNote & { readonly path: string })[] = [];
  private ruled: ForgetfulContainer | undefined;

  static async start(options: ServiceOptions): Promise<Service> {
    const { latencyMilliseconds, bytesPerSecond, recordsRequests = false } = options;
    return new Service(
      await FakeBlobService.start({
        latencyMilliseconds,
        // Recording would also compare each request with the service's API document, which takes
        // time and is not in a bundle.
        recordsRequests: false,
        ...(bytesPerSecond === undefined ? {} : { bytesPerSecond }),
      }),
      recordsRequests,
    );
  }

  private throttler = new Throttle({});

  private constructor(
    private readonly fake: FakeBlobService,
    recordsRequests: boolean,
  ) {
    for (const account of [this.source, this.destination]) account.createContainer(CONTAINER, { publicAccess: "container" });
    // The script is called for each request, so it can count requests without storing them.
    fake.script.random(({ operation, path }) => {
      this.counts[operation] = (this.counts[operation] ?? 0) + 1;
      if (recordsRequests) this.noted.push({ operation, path, at: performance.timeOrigin + performance.now() });
      if (operation !== "Put Blob From URL" || this.throttler.accepts()) return undefined;
      return { kind: "answer", status: 503, code: "ServerBusy" };
    });
  }

  get accounts(): ServiceAccounts {
    return { source: describe(this.source), destination: describe(this.destination) };
  }

  putBlobs({ count, bytes }: BlobSeries): void {
    const content = Content.pattern(bytes);
    for (let index = 0; index < count; index++) this.source.putBlob(CONTAINER, blobName(index), { content });
  }

  putBlobsByRule(series: BlobSeries): void {
    this.ruled = new ForgetfulContainer(series);
    this.source.mountContainer(new RuleContainer(series));
    this.destination.mountContainer(this.ruled);
  }

  fillDestination(): void {
    this.ruled?.fill();
  }

  ignoreStartFrom(): void {
    for (const { name } of [this.source, this.destination]) this.fake.script.startFrom(name, "ignored");
  }

  throttle(rule: ThrottleRule): void {
    this.throttler = new Throttle(rule);
  }

  throttling(): ThrottleCounts {
    return this.throttler.counts;
  }

  emptyDestination(): void {
    this.ruled = undefined;
    this.destination.createContainer(CONTAINER);
  }

  destinationContents(): { blobs: number; bytes: number } {
    if (this.ruled !== undefined) return { blobs: this.ruled.blobs, bytes: this.ruled.blobs * this.ruled.bytesOfEach };
    const names = this.destination.blobNames(CONTAINER);
    return {
      blobs: names.length,
      bytes: names.reduce((sum, name) => sum + (this.destination.getBlob(CONTAINER, name)?.content.length ?? 0), 0),
    };
  }

  keepPending(milliseconds: number): void {
    this.fake.script.copies({ pendingMilliseconds: milliseconds });
  }

  takeCounts(): Record<string, number> {
    const taken = this.counts;
    this.counts = {};
    return taken;
  }

  requestsFor(blob: string): RequestNote[] {
    const path = new URL(this.destination.blobUrl(CONTAINER, blob)).pathname;
    return this.noted.filter((request) => request.path === path).map(({ operation, at }) => ({ operation, at }));
  }

  private get source(): AccountHandle {
    return this.fake.account("source");
  }

  private get destination(): AccountHandle {
    return this.fake.account("dest");
  }
}

function describe(account: AccountHandle): ServiceAccount {
  const { name, key, endpoint, connectionString } = account;
  const expiresOn = new Date(Date.now() + SAS_LIFETIME_MILLISECONDS);
  return { name, key, endpoint, connectionString, sas: account.sas({ container: CONTAINER, permissions: ALL_PERMISSIONS, expiresOn }) };
}

let service: Service | undefined;

async function obey({ command, argument }: CommandMessage): Promise<unknown> {
  if (command === "start") {
    service = await Service.start(argument as ServiceOptions);
    return service.accounts;
  }
  if (service === undefined) throw new Error(`${command} before start`);
  const commands: { readonly [Name in keyof ServiceCommands]?: unknown } = service;
  return (commands[command] as (argument: unknown) => unknown).call(service, argument);
}

process.on("message", (message: CommandMessage) => {
  const reply = (rest: Omit<ReplyMessage, "id">) => process.send?.({ id: message.id, ...rest } satisfies ReplyMessage);
  obey(message).then(
    (result) => reply({ result }),
    (error: unknown) => reply({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});
process.on("disconnect", () => process.exit());
