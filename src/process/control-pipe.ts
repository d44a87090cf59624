import type { Readable, Writable } from "node:stream";
import { type CancelReason, isCancelReason } from "./cancel-reason";

/**
 * The control pipe runs from the launcher to the guardian's standard input. It carries at most a few lines, each the name of
 * a {@link CancelReason}, and its end means that the launcher is gone. The launcher never says goodbye: it holds the pipe
 * for as long as the guardian lives, so an end of file always means "roll back now".
 */
export function sayCancel(pipe: Writable, reason: CancelReason): void {
  pipe.write(`${reason}\n`);
}

/** Calls `cancel` for each line, and with `launcher-gone` once at the end. */
export function listenForCancel(pipe: Readable, cancel: (reason: CancelReason) => void): void {
  let rest = "";
  pipe.setEncoding("utf8");
  pipe.on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (isCancelReason(line)) cancel(line);
  });
  // A killed launcher shows as an end or as a reset, depending on the platform; both are followed by "close".
  pipe.on("error", () => undefined);
  pipe.on("close", () => cancel("launcher-gone"));
}
