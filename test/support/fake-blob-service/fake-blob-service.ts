import { randomBytes } from "node:crypto";
import { createServer as createHttpServer, type Server } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { AccountHandle } from "./account-handle";
import { usualRules } from "./state/account-rules";
import { nextEtag, currentSecond, type AccountState } from "./state/blob-state";
import type { World } from "./http/call";
import { Content } from "./state/content";
import { WEB_PREFIX } from "./operations/copy-source";
import { HttpFront, type FrontSettings, type RecordedRequest } from "./http/http-front";
import { Script } from "./script";

export interface FakeBlobServiceOptions {
  /** Default: `source` and `dest`. The key is base64; default: random. */
  readonly accounts?: readonly { readonly name: string; readonly key?: string }[];
  /**
   * Tokens that `Authorization: Bearer` may carry, with SAS letters for their permissions; default:
   * all permissions.
   */
  readonly bearerTokens?: readonly (string | { readonly token: string; readonly permissions: string })[];
  /** Accepts further tokens, by their signature, audience and time; default: none. */
  readonly isToken?: (token: string) => boolean;
  /** Delay before each request is handled; default 0. */
  readonly latencyMilliseconds?: number;
  /**
   * Speed at which the service reads a source, for each From-URL request and each Copy Blob across
   * accounts; default: unlimited.
   */
  readonly bytesPerSecond?: number;
  /** Time that an archived blob takes to come back; default: for ever. */
  readonly rehydrationMilliseconds?: number;
  /**
   * Whether a From-URL request takes effect although its client has disconnected; default false.
   */
  readonly survivesDisconnect?: boolean;
  /** Default true. */
  readonly recordsRequests?: boolean;
  /** Serve https with this key and certificate (PEM); bearer tokens need it in most clients. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Port of the Blob service; default: a free one. Azure Files always uses a free one. */
  readonly port?: number;
}

export interface WebObjectSeed {
  readonly content: Content | Buffer | string;
  readonly contentType?: string;
  /** null: the server sends none. */
  readonly etag?: string | null;
  /** Default true. */
  readonly allowsHead?: boolean;
}

/**
 * Azure's Blob service in this process and in memory, as the REST documentation describes it. It is
 * strict where emulators are lax: asynchronous copies that stay pending, fail and are aborted, all
 * From-URL operations, leases, archive, SAS.
 */
export class FakeBlobService {
  /** All requests received, oldest first. */
  readonly requests: RecordedRequest[] = [];
  readonly script = new Script();
  private readonly undocumented = new Set<string>();
  private readonly servers: Server[] = [];
  private readonly fronts: FrontSettings[] = [];
  private readonly world: World;

  static async start(options: FakeBlobServiceOptions = {}): Promise<FakeBlobService> {
    const service = new FakeBlobService(options);
    service.world.blobHost = await service.listen("blob", options.port ?? 0);
    service.world.fileHost = await service.listen("file", 0);
    return service;
  }

  private constructor(private readonly options: FakeBlobServiceOptions) {
    const accounts = (options.accounts ?? [{ name: "source" }, { name: "dest" }]).map(({ name, key }): [string, AccountState] => [
      name,
      {
        name,
        key: key === undefined ? randomBytes(64) : Buffer.from(key, "base64"),
        delegationSecret: randomBytes(32),
        containers: new Map(),
        encryptionScopes: new Set<string>(),
        files: new Map(),
        rules: usualRules(),
      },
    ]);
    this.world = {
      accounts: new Map(accounts),
      webObjects: new Map(),
      script: this.script,
      bearerTokens: new Map(
        (options.bearerTokens ?? []).map((one) => (typeof one === "string" ? [one, undefined] : [one.token, one.permissions])),
      ),
      isToken: options.isToken ?? (() => false),
      isSecure: options.tls !== undefined,
      bytesPerSecond: options.bytesPerSecond,
      rehydrationMilliseconds: options.rehydrationMilliseconds ?? Infinity,
      blobHost: "",
      fileHost: "",
    };
  }

  /** Path-style Blob endpoint of an account, without a slash at the end. */
  endpoint(account: string): string {
    return this.account(account).endpoint;
  }

  account(name: string): AccountHandle {
    const state = this.world.accounts.get(name);
    if (state === undefined) throw new Error(`The fake service has no account ${name}.`);
    return new AccountHandle(
      state,
      `${this.scheme}://${this.world.blobHost}/${name}`,
      `${this.scheme}://${this.world.fileHost}/${name}`,
      this.script.ways,
    );
  }

  /** Puts an object on the plain web server and returns its URL. */
  putWebObject(name: string, seed: WebObjectSeed): string {
    this.world.webObjects.set(name, {
      content: seed.content instanceof Content ? seed.content : Content.of(seed.content),
      etag: seed.etag === null ? undefined : (seed.etag ?? nextEtag()),
      lastModified: currentSecond(),
      contentType: seed.contentType ?? "application/octet-stream",
      allowsHead: seed.allowsHead ?? true,
    });
    return `${this.scheme}://${this.world.blobHost}${WEB_PREFIX}${encodeURIComponent(name)}`;
  }

  /** From now on, accepts only these tokens. */
  acceptTokens(...tokens: readonly string[]): void {
    this.world.bearerTokens = new Map(tokens.map((token) => [token, undefined]));
  }

  /** From now on, accepts only this token, with these SAS letters. */
  permit(token: string, permissions: string): void {
    this.world.bearerTokens = new Map([[token, permissions]]);
  }

  set recordsRequests(isRecording: boolean) {
    for (const front of this.fronts) front.isRecording = isRecording;
  }

  set latencyMilliseconds(milliseconds: number) {
    for (const front of this.fronts) front.latencyMilliseconds = milliseconds;
  }

  /** Highest number of simultaneous requests since the last call. */
  takeMostInFlight(): number {
    const most = Math.max(...this.fronts.map(({ mostInFlight }) => mostInFlight));
    for (const front of this.fronts) front.mostInFlight = front.inFlight;
    return most;
  }

  /** Requests so far for one operation. */
  requestsOf(operation: string): RecordedRequest[] {
    return this.requests.filter((request) => request.operation === operation);
  }

  /**
   * Rejects when the program has sent requests that the published description of the API does not
   * allow.
   */
  async stop(): Promise<void> {
    await Promise.all(
      this.servers.map((server) => {
        const closed = new Promise((resolve) => server.close(resolve));
        server.closeAllConnections();
        return closed;
      }),
    );
    if (this.undocumented.size > 0) throw new Error(`The API's description does not allow this:\n${[...this.undocumented].join("\n")}`);
  }

  private get scheme(): string {
    return this.world.isSecure ? "https" : "http";
  }

  private async listen(service: "blob" | "file", port: number): Promise<string> {
    const { latencyMilliseconds = 0, recordsRequests = true, survivesDisconnect = false, tls, host = "127.0.0.1" } = this.options;
    const counts = { inFlight: 0, mostInFlight: 0 };
    const settings: FrontSettings = { service, latencyMilliseconds, isRecording: recordsRequests, survivesDisconnect, ...counts };
    const front = new HttpFront(this.world, settings, this.requests, this.undocumented);
    // Keeps idle connections of clients open: tests pause for longer than node's five seconds.
    const options = { keepAliveTimeout: 600_000, requestTimeout: 0 };
    const server = tls ? createHttpsServer({ ...options, ...tls }, front.listen) : createHttpServer(options, front.listen);
    await new Promise<void>((resolve, reject) => server.once("error", reject).listen({ host, port, backlog: 4096 }, resolve));
    this.servers.push(server);
    this.fronts.push(settings);
    return `${host}:${(server.address() as AddressInfo).port}`;
  }
}
