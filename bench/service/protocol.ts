/** What the harness may ask of the service's process, beside HTTP. Both accounts have one container, {@link CONTAINER}. */
export interface ServiceCommands {
  /** Starts listening. */
  start(options: ServiceOptions): ServiceAccounts;
  /** Puts block blobs, named by {@link blobName}, into the source account. */
  putBlobs(blobs: BlobSeries): void;
  /** Makes the source account hold such blobs, and the destination account take them, without memory for either. */
  putBlobsByRule(blobs: BlobSeries): void;
  /** Makes the destination account hold the blobs by rule already, as they are at the source. */
  fillDestination(): void;
  /** From now on List Blobs begins with the prefix whatever it is told, as older services do. */
  ignoreStartFrom(): void;
  /** Empties the destination account. */
  emptyDestination(): void;
  /** What the destination account holds now. */
  destinationContents(): { readonly blobs: number; readonly bytes: number };
  /** From now on Put Blob From URL is throttled by this rule, with 503 and no `Retry-After`; what was counted is forgotten. */
  throttle(rule: ThrottleRule): void;
  /** What became of Put Blob From URL since the rule was set. */
  throttling(): ThrottleCounts;
  /** Copies that are started from now on stay pending for so long. */
  keepPending(milliseconds: number): void;
  /** Counts requests by REST operation since the last call. */
  takeCounts(): Readonly<Record<string, number>>;
  /** When the requests for a blob of the destination account came in, oldest first; needs `recordsRequests`. */
  requestsFor(blob: string): readonly RequestNote[];
}

export interface ServiceOptions {
  /** Before each request is looked at. */
  readonly latencyMilliseconds: number;
  /** How fast one request reads its source; absent: at once. */
  readonly bytesPerSecond?: number;
  readonly recordsRequests?: boolean;
}

export interface ThrottleRule {
  /** Probability that a request is throttled, whatever was sent before; default 0. */
  readonly share?: number;
  /** How many requests are accepted in each second of the clock; default: all. */
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
  /** Of each. */
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

/** Name of the blob with this number, ascending with it: a thousand in a folder. */
export function blobName(index: number): string {
  return `${String(Math.floor(index / 1_000)).padStart(6, "0")}/${String(index % 1_000).padStart(3, "0")}.bin`;
}

/** Number of the blob with this name; undefined for another kind of name. */
export function blobIndex(name: string): number | undefined {
  const [, folder, file] = /^(\d{6})\/(\d{3})\.bin$/.exec(name) ?? [];
  return folder === undefined || file === undefined ? undefined : Number(folder) * 1_000 + Number(file);
}
