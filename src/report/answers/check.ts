import type { CopyFailure } from "../../failure/copy-failure";
import type { CheckedPart } from "../../engine/check/checked-part";
import type { LogFormat } from "../../util/log-format";
import { failureText } from "../live/failure-text";
import type { Print } from "../live/reporter";
import { plainLine } from "../live/text-lines";

/**
 * `blob-copy check`: a line for each part that was tried, followed by its fault. Resolves with the
 * first failure, which is not printed here: the caller prints it last.
 */
export async function printCheck(
  parts: AsyncIterable<CheckedPart>,
  { print, logFormat }: { readonly print: Print; readonly logFormat: LogFormat },
): Promise<CopyFailure | undefined> {
  let first: CopyFailure | undefined;
  for await (const { failure, ...part } of parts) {
    const isInOrder = failure === undefined;
    const text = `${isInOrder ? "ok  " : "FAIL"}  ${part.part.padEnd(11)}  ${part.url}: ${part.found}`;
    print(
      `${logFormat === "json" ? JSON.stringify({ event: "checked", isInOrder, ...part, ...(failure && fieldsOf(failure)) }) : plainLine(text)}\n`,
    );
    if (first !== undefined && failure !== undefined && logFormat === "text")
      for (const line of failureText({ type: "run-failed", ...fieldsOf(failure) })) print(`${plainLine(line)}\n`);
    first ??= failure;
  }
  if (first === undefined && logFormat === "text") print("Check: no problems found\n");
  return first;
}

function fieldsOf({ exitCode, what, side, why, remedy }: CopyFailure) {
  return { exitCode, what, why, remedy, ...(side === undefined ? {} : { side }) };
}
