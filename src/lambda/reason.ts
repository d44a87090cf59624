import type { CopyEvent } from "../engine/ports/events";
import type { CopyFailure } from "../failure/copy-failure";
import { eventText } from "../report/live/event-text";
import { failureText } from "../report/live/failure-text";
import { plainLine } from "../report/live/text-lines";

const MAX_LINE_BYTES = 600;
/** CloudFormation takes an answer of 4,096 bytes, in which the ids of stack and resource, and where the log is, must fit too. */
const MAX_REASON_BYTES = 3_000;

/** The same lines as elsewhere: how it was rolled back, what failed, why, what to do, and the exit code. */
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

/** In an answer, which is JSON. */
function bytesOf(text: string): number {
  return Buffer.byteLength(JSON.stringify(text)) - '""'.length;
}

/** What is thrown at the provider framework, which makes an answer of its message and all that its stack has after the first line. */
export class ReportedFailure extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = "CopyFailure";
    this.stack = "CopyFailure";
  }
}
