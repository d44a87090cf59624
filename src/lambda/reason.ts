import type { CopyEvent } from "../engine/ports/events";
import type { CopyFailure } from "../failure/copy-failure";
import { eventText } from "../report/live/event-text";
import { failureText } from "../report/live/failure-text";
import { plainLine } from "../report/live/text-lines";

/** CloudFormation takes an answer of 4,096 bytes, in which the ids of stack and resource must fit too. */
const MAX_LINE_BYTES = 600;

/** The same lines as elsewhere: how it was rolled back, what failed, why, what to do, and the exit code. */
export function reasonOf(failure: CopyFailure, rolledBack: Extract<CopyEvent, { type: "rollback-finished" }> | undefined): string {
  const { exitCode, what, side, why, remedy } = failure;
  const lines = [
    ...failureText({ type: "run-failed", exitCode, what, ...(side === undefined ? {} : { side }), why, remedy }),
    ...(rolledBack === undefined ? [] : eventText(rolledBack)),
  ];
  return lines.map((line) => shortened(plainLine(line))).join("\n");
}

function shortened(line: string): string {
  if (Buffer.byteLength(line) <= MAX_LINE_BYTES) return line;
  return `${Buffer.from(line).subarray(0, MAX_LINE_BYTES).toString("utf8").replace(/�+$/, "")} …`;
}

/** What is thrown at the provider framework, which makes an answer of its message and all that its stack has after the first line. */
export class ReportedFailure extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = "CopyFailure";
    this.stack = "CopyFailure";
  }
}
