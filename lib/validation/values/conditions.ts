import { type TextForm, timeOf } from "../../../src/intent";
import type { BlobConditions } from "../../vocabulary/copy-options";
import type { Problems } from "../../framework/problems";
import { checkNoSecret } from "./secrets";
import { DeclaredText, show } from "../../framework/tokens";

const ETAG: TextForm = {
  pattern: /^(?:\*|(?:W\/)?"[^"]*")$/,
  otherwise: 'is not an ETag: quote it as the service does, such as "\\"0x8D…\\"", or give "*"',
};
/** Only what every such expression has: the service's grammar is its own. */
const TAG_EXPRESSION: TextForm = {
  pattern: /^(?!.*@container).*(?:[<>]=?|=|<>)\s*'[^']*'/s,
  otherwise: "is not an expression over blob index tags: write names in double and values in single quotes, such as \"env\" = 'prod'",
};

/** What is no condition, and conditions that are right one by one, and of which no blob fulfils both; times are of a form of their own. */
export function checkConditions(conditions: BlobConditions | undefined, at: string, problems: Problems): void {
  if (conditions === undefined) return;
  const { ifMatch, ifNoneMatch, ifTags } = conditions;
  checkForm(ifMatch, ETAG, `${at}.ifMatch`, problems);
  checkForm(ifNoneMatch, ETAG, `${at}.ifNoneMatch`, problems);
  if (ifTags !== undefined && checkNoSecret(ifTags, `${at}.ifTags`, problems)) checkForm(ifTags, TAG_EXPRESSION, `${at}.ifTags`, problems);
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

function checkForm(value: string | undefined, { pattern, otherwise }: TextForm, at: string, problems: Problems): void {
  if (value !== undefined && isKnown(value) && !pattern.test(value)) problems.add(`${at} ${show(value)} ${otherwise}.`);
}

function isKnown(text: string): boolean {
  return new DeclaredText(text).isKnown;
}
