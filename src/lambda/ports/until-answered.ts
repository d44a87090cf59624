import type { Clock } from "../../engine/ports/clock";
import { AwayForNow } from "./away-for-now";

const PAUSE_MILLISECONDS = 5_000;

/**
 * Repeats a request while AWS cannot answer it. For requests that no later invocation would repeat.
 *
 * @throws AwayForNow if that lasts for longer than `milliseconds`
 */
export async function untilAnswered<Result>(clock: Clock, milliseconds: number, request: () => Promise<Result>): Promise<Result> {
  const giveUpAt = clock.now() + milliseconds;
  for (;;) {
    try {
      return await request();
    } catch (error) {
      if (!(error instanceof AwayForNow) || clock.now() >= giveUpAt) throw error;
      await clock.sleep(PAUSE_MILLISECONDS);
    }
  }
}
