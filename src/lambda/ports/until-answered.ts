import type { Clock } from "../../engine/ports/clock";
import { AwayForNow } from "./away-for-now";

const PAUSE_MILLISECONDS = 5_000;

/**
 * Asks AWS again while it cannot answer for the moment, where no later invocation would.
 *
 * @throws AwayForNow when that lasts for longer than `milliseconds`
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
