import type { Call } from "../http/call";
import type { BlobState } from "./blob-state";
import { ServiceFailure } from "../service-failure";

type Verdict = "met" | "notMet" | "notModified" | "tagsNotMet";

function etagMatches(header: string, etag: string): boolean {
  return header === "*" || header === etag || header.split(",").some((one) => one.trim() === etag);
}

function isTagConditionMet(expression: string, tags: Readonly<Record<string, string>>): boolean {
  return expression.split(/\s+or\s+/i).some((alternative) =>
    alternative.split(/\s+and\s+/i).every((comparison) => {
      const [, key = "", operator, value = ""] = /^\s*"?([^"=<>]+?)"?\s*(=|<>|>=?|<=?)\s*'([^']*)'\s*$/.exec(comparison) ?? [];
      if (operator === undefined) throw new ServiceFailure("InvalidHeaderValue");
      const actual = tags[key];
      if (operator === "<>") return actual !== value;
      if (actual === undefined) return false;
      if (operator === "=") return actual === value;
      return operator.startsWith(">")
        ? actual > value || (operator === ">=" && actual === value)
        : actual < value || (operator === "<=" && actual === value);
    }),
  );
}

function verdict(call: Call, prefix: "" | "x-ms-source-", blob: Pick<BlobState, "etag" | "lastModified" | "tags"> | undefined): Verdict {
  const ifMatch = call.header(`${prefix}if-match`);
  if (ifMatch !== undefined && (blob === undefined || !etagMatches(ifMatch, blob.etag))) return "notMet";
  const ifTags = call.header(prefix === "" ? "x-ms-if-tags" : "x-ms-source-if-tags");
  if (ifTags !== undefined && (blob === undefined || !isTagConditionMet(ifTags, blob.tags))) return "tagsNotMet";
  if (blob === undefined) return "met";
  const unmodifiedSince = call.header(`${prefix}if-unmodified-since`);
  if (unmodifiedSince !== undefined && blob.lastModified > Date.parse(unmodifiedSince)) return "notMet";
  const ifNoneMatch = call.header(`${prefix}if-none-match`);
  if (ifNoneMatch !== undefined) return etagMatches(ifNoneMatch, blob.etag) ? "notModified" : "met";
  const modifiedSince = call.header(`${prefix}if-modified-since`);
  if (modifiedSince !== undefined && blob.lastModified <= Date.parse(modifiedSince)) return "notModified";
  return "met";
}

export function checkReadConditions(call: Call, blob: BlobState): void {
  const result = verdict(call, "", blob);
  if (result === "notMet" || result === "tagsNotMet") throw new ServiceFailure("ConditionNotMet");
  if (result === "notModified") throw new ServiceFailure("ConditionNotMet", { status: 304 });
}

/**
 * Copy operations report which side's condition failed, except for conditions on tags. Other
 * operations do not.
 */
export function checkWriteConditions(
  call: Call,
  blob: BlobState | undefined,
  code: "ConditionNotMet" | "TargetConditionNotMet" = "ConditionNotMet",
): void {
  const isConflict = call.world.script.ways.is("destination-must-be-absent", "as a conflict");
  if (blob !== undefined && call.header("if-none-match") === "*" && isConflict) throw new ServiceFailure("BlobAlreadyExists");
  const result = verdict(call, "", blob);
  if (result !== "met") throw new ServiceFailure(result === "tagsNotMet" ? "ConditionNotMet" : code);
}

/** Has the status that a read of the source would have. */
export function failedSourceCondition(
  call: Call,
  source: Pick<BlobState, "etag" | "lastModified" | "tags">,
): { readonly code: "ConditionNotMet" | "SourceConditionNotMet"; readonly status: 304 | 412 } | undefined {
  const result = verdict(call, "x-ms-source-", source);
  if (result === "met") return undefined;
  return { code: result === "tagsNotMet" ? "ConditionNotMet" : "SourceConditionNotMet", status: result === "notModified" ? 304 : 412 };
}
