import type { ServiceError } from "../../failure/service-error";
import { ABORTED, MALFORMED, TIMED_OUT } from "./exchange";

/** How long a request may take, and how often it is made. */
export interface Patience {
  /** Milliseconds for one try. */
  readonly timeout: number;
  readonly tries: number;
  /** Milliseconds before the second try; doubled for each later one. */
  readonly firstPause: number;
  readonly longestPause: number;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

export const Patience = {
  /** Reads and small writes. */
  SHORT: { timeout: 30 * SECOND, tries: 6, firstPause: 200, longestPause: 10 * SECOND },
  /** Writes that the service may take its time for, without moving bytes. */
  MEDIUM: { timeout: 2 * MINUTE, tries: 6, firstPause: 200, longestPause: 10 * SECOND },
  /** The service moves bytes before it answers. */
  LONG: { timeout: 20 * MINUTE, tries: 6, firstPause: 200, longestPause: 10 * SECOND },
  /** The process may be killed at any moment. */
  URGENT: { timeout: 5 * SECOND, tries: 12, firstPause: 100, longestPause: 2 * SECOND },
} as const satisfies Record<string, Patience>;

/** Milliseconds that all pauses of a request may take together. */
export const LONGEST_WAIT = 30 * SECOND;

const TRANSIENT_STATUS = new Set([408, 429, 500, 502, 503, 504]);
const TRANSIENT_SOURCE_CODES = new Set(["InternalError", "OperationTimedOut", "ServerBusy"]);
const TRANSIENT_NETWORK_CODES = new Set([
  TIMED_OUT,
  MALFORMED,
  "ECONNRESET",
  "ECONNREFUSED",
  "ECONNABORTED",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETDOWN",
  "ENETUNREACH",
  "ENOTFOUND",
  "EPIPE",
  // Of the machine: there may be a socket again a moment later.
  "EMFILE",
  "ENFILE",
  "EADDRNOTAVAIL",
  "ENOBUFS",
]);

/** The same request may succeed a moment later. */
export function isTransient(error: ServiceError): boolean {
  if (error.code === ABORTED) return false;
  if (error.status === 0) return TRANSIENT_NETWORK_CODES.has(error.code);
  // Of a source that cannot be read, the source's own answer decides: a missing SAS is a 4xx behind a 500.
  if (error.copySourceCode !== undefined) return TRANSIENT_SOURCE_CODES.has(error.copySourceCode);
  if (error.copySourceStatus !== undefined) return TRANSIENT_STATUS.has(error.copySourceStatus);
  return TRANSIENT_STATUS.has(error.status);
}

/** Milliseconds before the try after `tries` ones; at least what the service asked for. */
export function pauseAfter(tries: number, patience: Patience, retryAfter: number): number {
  const pause = Math.min(patience.firstPause * 2 ** (tries - 1), patience.longestPause);
  // Half of it is chance, so that many requests that failed together do not come back together.
  return Math.max(retryAfter, pause * (0.5 + Math.random() / 2));
}

/** Milliseconds, from `Retry-After`: seconds or a date. 0 without one. */
export function parseRetryAfter(header: string | undefined, now: number): number {
  if (header === undefined) return 0;
  const seconds = Number(header);
  const milliseconds = Number.isNaN(seconds) ? Date.parse(header) - now : seconds * SECOND;
  return Number.isNaN(milliseconds) ? 0 : Math.max(0, milliseconds);
}
