import type { Duplex } from "node:stream";
import { type CancelReason, isCancelReason } from "./cancel-reason";

/** The guardian's end of the channel to the launcher that has started it, next to standard input, output and error. */
export const CHANNEL_DESCRIPTOR = 3;

/** What a launcher asks of a guardian. */
export interface GuardianRequest {
  /** Of the run: its settings, its intent and its secrets. */
  readonly environment: NodeJS.ProcessEnv;
  /** Path of the guardian's program that belongs to this launcher. */
  readonly program: string;
  /** Where the guardian may meet launchers besides this one, which has started it. */
  readonly rendezvous?: string;
}

/** A launcher's answer to `all-told`: whether it has passed on all that it was given to print. */
export interface Acknowledgement {
  readonly heard: boolean;
}

/**
 * What a launcher says. First its request, then `go` once the guardian has accepted; after that what cancels the run, and at the end
 * whether it was heard.
 *
 * It never says goodbye: it holds the channel for as long as its run lasts, so an end always means "roll back now". And without `go`
 * nothing is begun, so a launcher that waits in vain can turn to another guardian.
 */
export type LauncherMessage = { readonly request: GuardianRequest } | "go" | CancelReason | Acknowledgement;

/**
 * What a guardian says. `all-told` asks for the acknowledgement: what the channel has taken is lost with a launcher that is killed before
 * it has printed it, which is what Terraform does on a signal. The exit code is the last thing: an end without it means that the guardian was killed or has crashed, whatever
 * the exit code of its process (on Windows a killed process ends with 1 like one that failed).
 */
export type GuardianMessage = "accepted" | { readonly print: string } | "all-told" | SessionEnd;

/** How what a launcher had asked for has ended. */
export interface SessionEnd {
  readonly exitCode: number;
  /** Of a recovery: the run that was lost had come to its end, and its results are safe. */
  readonly wasCommitted?: boolean;
}

/** A message as a line of JSON. */
export function lineOf(message: LauncherMessage | GuardianMessage): string {
  return `${JSON.stringify(message)}\n`;
}

/** undefined for what no launcher of ours says. */
export function parseLauncherMessage(value: unknown): LauncherMessage | undefined {
  if (typeof value === "string") return value === "go" || isCancelReason(value) ? value : undefined;
  const { request, heard } = (value ?? {}) as {
    readonly request?: Partial<Record<keyof GuardianRequest, unknown>>;
    readonly heard?: unknown;
  };
  if (typeof heard === "boolean") return { heard };
  const isRequest = typeof request?.program === "string" && typeof request.environment === "object" && request.environment !== null;
  return isRequest ? { request: request as GuardianRequest } : undefined;
}

/**
 * Calls `take` for each value that the other side says, and `ended` once: when the other side has
 * closed the channel, is gone, or says something other than JSON.
 */
export function readMessages(channel: Duplex, take: (value: unknown) => void, ended: () => void): void {
  const parts: string[] = [];
  channel.setEncoding("utf8");
  channel.on("data", (text: string) => {
    const lines = text.split("\n");
    while (lines.length > 1) {
      const line = parts.splice(0).join("") + (lines.shift() ?? "");
      const value = parse(line);
      if (value === undefined) return void channel.destroy();
      take(value);
    }
    parts.push(lines[0] ?? "");
  });
  // A process that was killed shows as an end or as a reset, depending on the platform; both are followed by "close".
  channel.on("error", () => undefined);
  channel.once("close", ended);
}

/** undefined when it is not JSON. */
function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
