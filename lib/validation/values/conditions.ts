import { secretIn, type TextForm, timeOf } from "../../../src/intent";
import type { BlobConditions } from "../../vocabulary/copy-options";
import type { Problems } from "../../framework/problems";
import { TokenAwareText, show } from "../../framework/tokens";

/** Only the parts that every such expression has, because the service defines the grammar. */
const TAG_EXPRESSION: TextForm = {
  pattern: /^(?!.*@container).*(?:[<>]=?|=|<>)\s*'[^']*'/s,
  otherwise: "is not an expression over blob index tags: write names in double and values in single quotes, such as \"env\" = 'prod'",
};

/**
 * Adds problems of conditions that are each valid, but that a blob can never fulfil together. The
 * form of each condition is checked separately.
 */
export function checkConditions(conditions: BlobConditions | undefined, at: string, problems: Problems): void {
  if (conditions === undefined) return;
  const { ifMatch, ifNoneMatch, ifTags } = conditions;
  // An empty text, or one with a secret, is reported together with the other options.
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
    problems.add(`${at}.ifModifiedSince is not before ${at}.ifUnmodifiedSince, so no blob fulfils both; correct one of the times.`);
  }
}

function isKnown(text: string): boolean {
  return new TokenAwareText(text).isKnown;
}
