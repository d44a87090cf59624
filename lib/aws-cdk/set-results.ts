import { createHash } from "node:crypto";
import { type CustomResource, Token } from "aws-cdk-lib/core";
import { attributesBy } from "../framework/attributes";
import type { Problems } from "../framework/problems";
import { describe } from "../framework/tokens";
import { type ICopyResult, RESULT_ATTRIBUTES } from "../vocabulary/copy-result";

type Attribute = keyof ICopyResult;

/** Bytes of a value at its longest; of a URL at its shortest. */
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
  // Sets make no chains.
  destinationSnapshot: 0,
};
/** CloudFormation takes an answer of 4,096 bytes, which the ids of stack and resource, and the counts, are in, too. */
const MAX_BYTES = 2_900;
/** Quotation marks, a colon and a comma. */
const PUNCTUATION = 6;

/** The attributes of single blobs that a set is asked for: only these are in its answer, which is short. */
export class SetResults {
  private readonly wanted = new Map<string, Set<Attribute>>();
  private readonly malformed: string[] = [];

  constructor(private readonly resource: () => CustomResource) {}

  /** A result of which each attribute is asked for when it is read. */
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

  /** Of each attribute: what it is called, and of which blob it is. */
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
      `result is asked for ${this.list.length} attributes, which take some ${bytes} bytes, and an answer to CloudFormation has room for ${MAX_BYTES}; ask for fewer, or declare those blobs as BlobCopy.`,
    );
  }
}

/** A key may have characters that the name of an attribute may not have. */
function nameOf(key: string, attribute: Attribute): string {
  return `${createHash("sha256").update(key).digest("hex").slice(0, 16)}.${attribute}`;
}
