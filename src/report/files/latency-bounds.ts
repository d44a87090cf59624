/** Upper bounds, in milliseconds, of the histogram's bars. The last bar is unbounded. */
export const LATENCY_BOUNDS: readonly number[] = [5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 300_000];
