import type { CopyEvent } from "../engine/ports/events";
import type { CopyFailure } from "../failure/copy-failure";
import { eventText } from "../report/live/event-text";
import { failureText } from "../report/live/failure-text";
import { plainLine } from "../report/live/text-lines";

const MAX_LINE_BYTES = 600;
/**
 * CloudFormation accepts an answer of 4,096 bytes. It must also hold the ids of stack and resource,
 * and the place of the log.
 */
const MAX_REASON_BYTES = 3_000;

/**
 * The same lines as elsewhere: the failure with its cause, remedy and exit code, and the outcome of
 * the rollback.
 */
export function reasonOf(failure: CopyFailure, rolledBack: Extract<CopyEvent, { type: "rollback-finished" }> | undefined): string {
  const { exitCode, what, side, why, remedy } = failure;
  const lines = [
    ...failureText({ type: "run-failed", exitCode, what, ...(side === undefined ? {} : { side }), why, remedy }),
    ...(rolledBack === undefined ? [] : eventText(rolledBack)),
  ];
  const lineBytes = Math.min(MAX_LINE_BYTES, Math.floor(MAX_REASON_BYTES / lines.length));
  return lines.map((line) => shortened(plainLine(line), lineBytes)).join("\n");
}

function shortened(line: string, maxBytes: number): string {
  if (bytesOf(line) <= maxBytes) return line;
  let text = "";
  let bytes = bytesOf(" …");
  for (const character of line) {
    bytes += bytesOf(character);
    if (bytes > maxBytes) break;
    text += character;
  }
  return `${text} …`;
}

/** The size in an answer, which is JSON. */
function bytesOf(text: string): number {
  return Buffer.byteLength(JSON.stringify(text)) - '""'.length;
}

/**
 * Thrown at the provider framework, whose answer contains the message and all lines of the stack
 * after the first.
 */
export class ReportedFailure extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = "CopyFailure";
    this.stack = "CopyFailure";
  }
}
