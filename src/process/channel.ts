import type { Duplex } from "node:stream";
import { type CancelReason, isCancelReason } from "./cancel-reason";

/**
 * The guardian's end of the channel to the launcher that started it, next to standard input, output
 * and error.
 */
export const CHANNEL_DESCRIPTOR = 3;

/** A launcher's request to a guardian. */
export interface GuardianRequest {
  /** Environment of the run: its settings, its intent and its secrets. */
  readonly environment: NodeJS.ProcessEnv;
  /** Path of the guardian's program that belongs to this launcher. */
  readonly program: string;
  /** Meeting point of this guardian and launchers other than the one that started it. */
  readonly rendezvous?: string;
}

/**
 * A launcher's answer to `all-told`: whether it has passed on everything that it was given to
 * print.
 */
export interface Acknowledgement {
  readonly heard: boolean;
}

/**
 * Messages of a launcher. First its request, then `go` once the guardian has accepted; later a
 * reason to cancel the run, and at the end an acknowledgement of the output.
 *
 * A launcher does not announce its end: it holds the channel for as long as its run lasts, so an
 * end always means "roll back now". Nothing starts without `go`, so a launcher that waits in vain
 * can turn to another guardian.
 */
export type LauncherMessage = { readonly request: GuardianRequest } | "go" | CancelReason | Acknowledgement;

/**
 * Messages of a guardian. `all-told` asks for the acknowledgement: output that the channel has
 * taken is lost if the launcher is killed before it has printed it, as Terraform does on a signal.
 * The exit code comes last. An end without it means that the guardian was killed or has crashed,
 * whatever the exit code of its process (on Windows a killed process ends with 1, like one that
 * failed).
 */
export type GuardianMessage = "accepted" | { readonly print: string } | "all-told" | SessionEnd;

/** Outcome of a launcher's request. */
export interface SessionEnd {
  readonly exitCode: number;
  /** For a recovery: whether the lost run had finished, so that its results are safe. */
  readonly wasCommitted?: boolean;
}

/** A message as a line of JSON. */
export function lineOf(message: LauncherMessage | GuardianMessage): string {
  return `${JSON.stringify(message)}\n`;
}

/** undefined for a value that is not a launcher's message. */
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
 * Calls `take` for each value from the other side, and `ended` once: when the other side has closed
 * the channel, is gone, or sends text other than JSON.
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
  // A killed process shows as an end or as a reset, depending on the platform; "close" follows
  // both.
  channel.on("error", () => undefined);
  channel.once("close", ended);
}

/** undefined for a line that is not JSON. */
function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
