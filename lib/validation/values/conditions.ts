import type { BlobConditions } from "../../vocabulary/copy-options";
import type { Problems } from "../../framework/problems";
import { DeclaredText, show } from "../../framework/tokens";

const ETAG = /^(\*|(W\/)?"[^"]*")$/;

export function checkConditions(conditions: BlobConditions | undefined, at: string, problems: Problems): void {
  if (conditions === undefined) return;
  checkKnown(
    conditions.ifMatch,
    `${at}.ifMatch`,
    (value) => ETAG.test(value),
    'an ETag: quote it as the service does, such as "\\"0x8D…\\"", or give "*"',
    problems,
  );
  checkKnown(
    conditions.ifNoneMatch,
    `${at}.ifNoneMatch`,
    (value) => ETAG.test(value),
    'an ETag: quote it as the service does, such as "\\"0x8D…\\"", or give "*"',
    problems,
  );
  checkKnown(conditions.ifModifiedSince, `${at}.ifModifiedSince`, isTime, "a time: use RFC 1123 or ISO 8601", problems);
  checkKnown(conditions.ifUnmodifiedSince, `${at}.ifUnmodifiedSince`, isTime, "a time: use RFC 1123 or ISO 8601", problems);
  checkKnown(conditions.ifTags, `${at}.ifTags`, (value) => value.trim() !== "", "an expression over blob index tags", problems);
}

function checkKnown(value: string | undefined, at: string, holds: (value: string) => boolean, what: string, problems: Problems): void {
  if (value === undefined) return;
  if (typeof value !== "string" || (new DeclaredText(value).isKnown && !holds(value))) problems.add(`${at} ${show(value)} is not ${what}.`);
}

function isTime(value: string): boolean {
  return !Number.isNaN(Date.parse(value));
}
