import type { Problems } from "../../framework/problems";
import { show } from "../../framework/tokens";
import { bytesPerSecond } from "../../intent/bandwidth";

export function checkBandwidth(text: string | undefined, problems: Problems): void {
  if (text !== undefined && bytesPerSecond(text) === undefined) {
    problems.add(
      `bandwidth ${show(text)} is not a rate: write a number above 0 and a unit of bytes, known at synth, such as "200MB/s" or "1GiB/s" (no bits).`,
    );
  }
}
