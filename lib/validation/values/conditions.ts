import { timeOf } from "../../../src/intent";
import type { BlobConditions } from "../../vocabulary/copy-options";
import type { Problems } from "../../framework/problems";
import { DeclaredText } from "../../framework/tokens";

/** Conditions that are right one by one, and of which no blob fulfils both. */
export function checkConditions(conditions: BlobConditions | undefined, at: string, problems: Problems): void {
  if (conditions === undefined) return;
  const { ifMatch, ifNoneMatch } = conditions;
  if (ifMatch !== undefined && isKnown(ifMatch) && (ifNoneMatch === "*" || ifNoneMatch === ifMatch)) {
    problems.add(`${at}.ifMatch and ${at}.ifNoneMatch exclude each other, so nothing would ever be copied; remove one of them.`);
  }
  const [since, until] = [conditions.ifModifiedSince, conditions.ifUnmodifiedSince].map((time) =>
    time === undefined ? time : timeOf(time),
  );
  if (since !== undefined && until !== undefined && since >= until) {
    problems.add(
      `${at}.ifModifiedSince is not before ${at}.ifUnmodifiedSince, and no blob was modified between them; correct one of the times.`,
    );
  }
}

function isKnown(text: string): boolean {
  return new DeclaredText(text).isKnown;
}
