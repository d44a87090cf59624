import { createHash, randomBytes } from "node:crypto";
import { parseContainer } from "../../azure/address/blob-url";
import { type CredentialNotice, Credentials } from "../../azure/credential/credentials";
import type { EncryptionKey } from "../../azure/credential/encryption-keys";
import { createBlobStore } from "../../azure/create-blob-store";
import type { TokenCache } from "../../azure/identity/token-cache";
import type { Tokens } from "../../azure/identity/tokens";
import { RestClient } from "../../azure/rest/rest-client";
import type { ContainerReference } from "../../engine/ports/blob-container";
import type { Clock } from "../../engine/ports/clock";
import { CopyFailure } from "../../failure/copy-failure";
import { ExitCode } from "../../failure/exit-code";
import type { Side } from "../../failure/service-error";
import type { CredentialReference } from "../../intent";
import { Bench, type Seeded } from "./bench";
import { Requests } from "./requests";

/** A storage account that the suite may write to. */
export interface AccountUnderTest {
  readonly blobEndpoint: string;
  /** If absent, the default Azure credential. */
  readonly credential?: CredentialReference;
}

export interface LaboratoryOptions {
  readonly source: AccountUnderTest;
  readonly destination: AccountUnderTest;
  readonly environment: NodeJS.ProcessEnv;
  readonly clock: Clock;
  readonly notify?: (notice: CredentialNotice) => void;
}

/** Variable that holds {@link Laboratory.key} in the environment of the laboratory's store. */
export const KEY_VARIABLE = "CONFORMANCE_KEY";
/** Large enough that a copy between accounts is still pending when it is inspected. */
export const LARGE_BYTES = 8 * 1024 * 1024;
const LARGE_LINE = "large and copied slowly. ";
/** Made once, when it is first needed. */
let largeText: string | undefined;
const SIDES = ["source", "destination"] as const;
const TRIES = 5;
const FIRST_PAUSE_MILLISECONDS = 500;

/** Two containers that belong to the suite, in two accounts or in one. */
export class Laboratory {
  readonly source: Bench;
  readonly destination: Bench;
  readonly store: ReturnType<typeof createBlobStore>;
  readonly #client: RestClient;
  readonly #requests: Readonly<Record<Side, Requests>>;
  readonly #containers: Readonly<Record<Side, ContainerReference>>;
  readonly #created = new Set<Side>();
  readonly #closed = new AbortController();
  /** After the laboratory is closed, its `sleep` never ends, so checks that wait stop there. */
  readonly clock: Clock;
  /** For blobs that are encrypted with a key that is sent with each request. */
  readonly key: EncryptionKey;
  #large: Promise<Seeded> | undefined;

  constructor(private readonly options: LaboratoryOptions) {
    const { notify } = options;
    const bytes = randomBytes(32);
    this.key = { key: bytes.toString("base64"), sha256: createHash("sha256").update(bytes).digest("base64") };
    const environment = { ...options.environment, [KEY_VARIABLE]: this.key.key };
    const clock = (this.clock = clockUntil(this.#closed.signal, options.clock));
    const tokens: Tokens = new Map<string, TokenCache>();
    this.store = createBlobStore({ environment, clock, tokens, ...(notify === undefined ? {} : { notify }) });
    this.#client = new RestClient(clock, environment);
    const credentials = new Credentials({ environment, workingDirectory: process.cwd(), clock, tokens, notify: () => undefined });
    const run = randomBytes(6).toString("hex");
    const containerOf = (side: Side): ContainerReference => ({ ...options[side], containerName: `blobcopy-conformance-${run}-${side}` });
    this.#containers = { source: containerOf("source"), destination: containerOf("destination") };
    const requestsTo = (side: Side) => {
      const blob = parseContainer(this.#containers[side], side);
      return new Requests(this.#client, { side, blob, credential: credentials.resolve(options[side].credential, blob, side) });
    };
    this.#requests = { source: requestsTo("source"), destination: requestsTo("destination") };
    const benchOf = (side: Side) => new Bench(this.store, this.store.container(this.#containers[side], side), this.#requests[side]);
    this.source = benchOf("source");
    this.destination = benchOf("destination");
  }

  /** Copies within an account follow other rules than copies between accounts. */
  get hasTwoAccounts(): boolean {
    return this.source.container.account !== this.destination.container.account;
  }

  /** A blob of {@link LARGE_BYTES} at the source, put once for all checks. */
  large(): Promise<Seeded> {
    largeText ??= LARGE_LINE.repeat(LARGE_BYTES / LARGE_LINE.length + 1).slice(0, LARGE_BYTES);
    return (this.#large ??= this.source.put({ content: largeText }));
  }

  /** Containers that remain afterwards, unless {@link close} removes them. */
  get containerNames(): readonly string[] {
    return SIDES.map((side) => this.#containers[side].containerName);
  }

  /**
   * Create Container, on both sides.
   *
   * @throws CopyFailure
   */
  async open(): Promise<void> {
    for (const side of SIDES) {
      // Added first: a container whose response was lost must also be removed.
      this.#created.add(side);
      const answer = await this.#container(side, "Create Container", "PUT");
      if (answer.status < 300) continue;
      this.#created.delete(side);
      throw new CopyFailure({
        exitCode: answer.status === 401 || answer.status === 403 ? ExitCode.NOT_AUTHORISED : ExitCode.COPY_FAILED,
        what: "The suite's container could not be created",
        side,
        why: `Create Container at ${this.options[side].blobEndpoint} was answered ${answer.status} ${answer.code ?? ""}`,
        remedy: "give a credential that may create and delete containers in this account, and read, write and list blobs and their tags",
      });
    }
  }

  /**
   * Delete Container, on both sides, with retries. Returns the names of containers that are still
   * there.
   */
  async close(): Promise<readonly string[]> {
    this.#closed.abort();
    const left: string[] = [];
    for (const side of this.#created) {
      if (!(await this.#remove(side))) left.push(`${this.options[side].blobEndpoint}: ${this.#containers[side].containerName}`);
    }
    this.store.close();
    this.#client.close();
    return left;
  }

  async #remove(side: Side): Promise<boolean> {
    for (let tries = 1, pause = FIRST_PAUSE_MILLISECONDS; ; tries++, pause *= 2) {
      const status = await this.#container(side, "Delete Container", "DELETE").then(
        (answer) => answer.status,
        () => 0,
      );
      if (status === 404 || (status > 0 && status < 300)) return true;
      if (tries === TRIES) return false;
      await this.options.clock.sleep(pause);
    }
  }

  #container(side: Side, operation: string, method: "PUT" | "DELETE") {
    return this.#requests[side].send(undefined, { operation, method, query: [["restype", "container"]] });
  }
}

function clockUntil(ended: AbortSignal, clock: Clock): Clock {
  return {
    now: () => clock.now(),
    sleep: async (milliseconds, signal) => {
      const either = signal === undefined ? ended : AbortSignal.any([signal, ended]);
      try {
        await clock.sleep(milliseconds, either);
      } catch (error) {
        if (!ended.aborted) throw error;
        await new Promise(() => undefined);
      }
    },
  };
}
