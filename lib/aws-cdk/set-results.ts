import { createHash } from "node:crypto";
import { type CustomResource, Token } from "aws-cdk-lib/core";
import { attributesBy } from "../framework/attributes";
import type { Problems } from "../framework/problems";
import { describe } from "../framework/tokens";
import { type ICopyResult, RESULT_ATTRIBUTES } from "../vocabulary/copy-result";

type Attribute = keyof ICopyResult;

/** Maximum size of each value in bytes; for the URL, the minimum. */
const BYTES: Readonly<Record<Attribute, number>> = {
  destinationUrl: 40,
  etag: 22,
  versionId: 28,
  copyId: 36,
  copyStatus: 7,
  bytesCopied: 15,
  lastModified: 24,
  contentMd5: 24,
  method: 24,
  completedOn: 24,
  // A set does not make chains of snapshots.
  destinationSnapshot: 0,
};
/**
 * CloudFormation accepts a response of 4,096 bytes, which also contains the stack's id, the
 * resource's id and the counts.
 */
const MAX_BYTES = 2_900;
/** Quotation marks, a colon and a comma. */
const PUNCTUATION = 6;

/**
 * The requested attributes of single blobs of a set. Only these are in its response, whose size is
 * limited.
 */
export class SetResults {
  private readonly wanted = new Map<string, Set<Attribute>>();
  private readonly malformed: string[] = [];

  constructor(private readonly resource: () => CustomResource) {}

  /** Returns a result that requests each attribute when it is read. */
  result(key: unknown): ICopyResult {
    const known = typeof key === "string" ? key : "";
    const attributes = this.wanted.get(known) ?? new Set<Attribute>();
    if (typeof key === "string") this.wanted.set(known, attributes);
    else this.malformed.push(`result() takes the key of a copy, got ${describe(key)}.`);
    return attributesBy(RESULT_ATTRIBUTES, Token, (name: Attribute) => {
      attributes.add(name);
      return this.resource().getAtt(nameOf(known, name));
    }) as ICopyResult;
  }

  get keys(): string[] {
    return [...this.wanted.keys()].sort();
  }

  /** Each requested attribute with the key of its blob; `as` is its name in the response. */
  get list(): readonly { readonly as: string; readonly key: string; readonly attribute: Attribute }[] {
    return this.keys.flatMap((key) =>
      [...(this.wanted.get(key) ?? [])].sort().map((attribute) => ({ as: nameOf(key, attribute), key, attribute })),
    );
  }

  check(problems: Problems): void {
    for (const problem of this.malformed) problems.add(problem);
    const bytes = this.list.reduce((sum, { as, attribute }) => sum + as.length + BYTES[attribute] + PUNCTUATION, 0);
    if (bytes <= MAX_BYTES) return;
    problems.add(
      `result() requests ${this.list.length} attributes, which take some ${bytes} bytes, but a response to CloudFormation has room for ${MAX_BYTES}; request fewer, or declare those blobs as BlobCopy.`,
    );
  }
}

/**
 * The key is hashed because it may contain characters that are not allowed in an attribute's name.
 */
function nameOf(key: string, attribute: Attribute): string {
  return `${createHash("sha256").update(key).digest("hex").slice(0, 16)}.${attribute}`;
}
