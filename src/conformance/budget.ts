import { CHECKS_AT_ONCE } from "./run-suite";

/**
 * Estimate for a run of the whole suite, announced before it begins. A test compares it with a run
 * against the fake service.
 */
export const BUDGET = {
  /** If no copy takes long; each second of waiting adds one or two requests. */
  requests: 1_700,
  /**
   * At least this share of the requests are reads. The others are writes, which cost about ten
   * times as much.
   */
  readShare: 0.45,
  /** Uploaded or copied, if no copy can be aborted in time. */
  mebibytes: 160,
} as const;

/**
 * Dollars. List prices of hot, locally redundant storage for 10,000 requests, and of a GiB between
 * regions of a continent.
 */
const WRITES_PRICE = 0.065;
const READS_PRICE = 0.005;
const TRANSFER_PRICE = 0.02;

/** Seconds for a request over a slow connection. */
const SLOW_REQUEST = 0.2;
/**
 * Seconds of waiting that the checks share: the term of a lease, times in whole seconds, pending
 * copies.
 */
const WAITING = 60;

/** Milliseconds after which no further check begins. */
export const LATEST_BEGIN = 4 * 60_000;
/** Milliseconds after which no check is awaited. */
export const LATEST_END = LATEST_BEGIN + 40_000;

/** Dollars. */
export function costOf({ requests, readShare, mebibytes }: typeof BUDGET): number {
  const reads = requests * readShare;
  return (reads * READS_PRICE + (requests - reads) * WRITES_PRICE) / 10_000 + (mebibytes / 1024) * TRANSFER_PRICE;
}

/** The announcement in sentences, printed before anything is sent. */
export function announce(endpoints: readonly string[], containers: readonly string[]): string {
  const cents = costOf(BUDGET) * 100;
  const seconds = Math.round((BUDGET.requests * SLOW_REQUEST) / CHECKS_AT_ONCE) + WAITING;
  return [
    `This tests the behaviour that the program relies on, at ${[...new Set(endpoints)].join(" and ")}.`,
    `It works in containers of its own, ${containers.join(" and ")}, and removes them at its end, also when it fails or is interrupted.`,
    `It sends about ${BUDGET.requests} requests and moves at most ${BUDGET.mebibytes} MiB, which costs about ${cents.toFixed(1)} cents at list price.`,
    `It takes less than ${Math.ceil(seconds / 60)} minutes at ${SLOW_REQUEST * 1_000} ms a request, and never more than five.`,
  ].join("\n");
}
