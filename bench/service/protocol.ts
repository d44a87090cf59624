/**
 * Commands of the harness to the service's process, besides HTTP. Both accounts have one container,
 * {@link CONTAINER}.
 */
export interface ServiceCommands {
  /** Starts listening. */
  start(options: ServiceOptions): ServiceAccounts;
  /** Puts block blobs, named by {@link blobName}, into the source account. */
  putBlobs(blobs: BlobSeries): void;
  /**
   * Simulates such blobs in the source account, and lets the destination account accept them,
   * without memory for either.
   */
  putBlobsByRule(blobs: BlobSeries): void;
  /**
   * Lets the destination account hold all simulated blobs already, equal to those at the source.
   */
  fillDestination(): void;
  /**
   * From now on List Blobs ignores `startFrom` and begins with the prefix, as older services do.
   */
  ignoreStartFrom(): void;
  emptyDestination(): void;
  /** Counts the blobs and bytes in the destination account. */
  destinationContents(): { readonly blobs: number; readonly bytes: number };
  /**
   * From now on Put Blob From URL is throttled by this rule, with 503 and without `Retry-After`.
   * Resets the counts.
   */
  throttle(rule: ThrottleRule): void;
  /** Counts of Put Blob From URL since the rule was set. */
  throttling(): ThrottleCounts;
  /** Copies that start from now on stay pending for this long. */
  keepPending(milliseconds: number): void;
  /** Counts requests by REST operation since the last call. */
  takeCounts(): Readonly<Record<string, number>>;
  /**
   * Arrival times of the requests for a blob of the destination account, oldest first. Needs
   * `recordsRequests`.
   */
  requestsFor(blob: string): readonly RequestNote[];
}

export interface ServiceOptions {
  /** Delay before each request is handled. */
  readonly latencyMilliseconds: number;
  /** Speed at which one request reads its source; absent: unlimited. */
  readonly bytesPerSecond?: number;
  readonly recordsRequests?: boolean;
}

export interface ThrottleRule {
  /** Probability that a request is throttled, independently of earlier requests; default 0. */
  readonly share?: number;
  /** Number of requests that are accepted in each second of the clock; default: all. */
  readonly perSecond?: number;
}

export interface ThrottleCounts {
  readonly accepted: number;
  readonly refused: number;
  /** From the first request to the last one. */
  readonly seconds: number;
}

export interface BlobSeries {
  readonly count: number;
  /** Size of each blob. */
  readonly bytes: number;
}

export interface RequestNote {
  readonly operation: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export interface ServiceAccount {
  readonly name: string;
  /** Base64. */
  readonly key: string;
  /** Path-style, without a slash at the end. */
  readonly endpoint: string;
  readonly connectionString: string;
  /** For the container, with all permissions: a query string without `?`. */
  readonly sas: string;
}

export interface ServiceAccounts {
  readonly source: ServiceAccount;
  readonly destination: ServiceAccount;
}

export const CONTAINER = "data";

export interface CommandMessage {
  readonly id: number;
  readonly command: keyof ServiceCommands;
  readonly argument: unknown;
}

export interface ReplyMessage {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}

/** Name of the blob with this number. Names ascend with the numbers, a thousand per folder. */
export function blobName(index: number): string {
  return `${String(Math.floor(index / 1_000)).padStart(6, "0")}/${String(index % 1_000).padStart(3, "0")}.bin`;
}

/** Number of the blob with this name; undefined for other kinds of names. */
export function blobIndex(name: string): number | undefined {
  const [, folder, file] = /^(\d{6})\/(\d{3})\.bin$/.exec(name) ?? [];
  return folder === undefined || file === undefined ? undefined : Number(folder) * 1_000 + Number(file);
}
