import { secretIn, type TextForm, timeOf } from "../../../src/intent";
import type { BlobConditions } from "../../vocabulary/copy-options";
import type { Problems } from "../../framework/problems";
import { TokenAwareText, show } from "../../framework/tokens";

/** Only what every such expression has: the service's grammar is its own. */
const TAG_EXPRESSION: TextForm = {
  pattern: /^(?!.*@container).*(?:[<>]=?|=|<>)\s*'[^']*'/s,
  otherwise: "is not an expression over blob index tags: write names in double and values in single quotes, such as \"env\" = 'prod'",
};

/** Conditions that are right one by one, and of which no blob fulfils both; each has a form of its own. */
export function checkConditions(conditions: BlobConditions | undefined, at: string, problems: Problems): void {
  if (conditions === undefined) return;
  const { ifMatch, ifNoneMatch, ifTags } = conditions;
  // One that is empty, or holds a secret, is told as such, with the other options.
  const hasTags = ifTags !== undefined && ifTags !== "" && secretIn(ifTags) === undefined;
  if (hasTags && isKnown(ifTags) && !TAG_EXPRESSION.pattern.test(ifTags))
    problems.add(`${at}.ifTags ${show(ifTags)} ${TAG_EXPRESSION.otherwise}.`);
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
  return new TokenAwareText(text).isKnown;
}
