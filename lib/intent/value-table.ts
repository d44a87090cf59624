import { asWritten, hclTemplate } from "../framework/hcl";
import type { Resolve } from "../framework/resolution";
import { mayHoldToken } from "../framework/resolution";
import { isOneToken } from "../framework/tokens";

/** Text, or text and indices into the values, to be joined. */
export type TabledText = string | readonly (string | number)[];

const TOKEN = /(\$\{TfToken\[[^\]]+\]\})/;
const TEMPLATE = /[$%]\{/;

/**
 * Parts strings into what is known at synth and what only Terraform knows, for a file that Terraform does not read.
 *
 * Each value is in the table once, however many tokens stand for it: every use of `account.primaryBlobEndpoint` makes another one.
 */
export class ValueTable {
  private readonly indices = new Map<string, number>();

  constructor(private readonly resolve: Resolve) {}

  /** The values by index, in Terraform's template language. */
  get values(): string[] {
    return [...this.indices.keys()];
  }

  /** A string as it goes into the file. */
  text(declared: string): TabledText {
    if (!mayHoldToken(declared) && isLiteral(declared)) return declared;
    const pieces = declared.split(TOKEN);
    const isToken = (index: number): boolean => index % 2 === 1;
    // An expression written by hand, or a number token, can be told from text by Terraform and the framework only.
    const isPlain = pieces.every((piece, index) => isToken(index) || (!mayHoldToken(piece) && isLiteral(piece)));
    if (!isPlain) return this.joined([this.value(declared)]);
    return this.joined(pieces.map((piece, index) => (isToken(index) ? this.value(piece) : piece)));
  }

  private value(declared: string): string | number {
    let resolved = String(this.resolve(asWritten(declared)));
    if (!TEMPLATE.test(resolved)) return resolved;
    // A number alone would stay one in Terraform, and values are text.
    if (!declared.includes("{TfToken[") && isOneToken(declared)) resolved = resolved.replace(/^\$\{([^]+)\}$/, "${tostring($1)}");
    const index = this.indices.get(resolved) ?? this.indices.size;
    this.indices.set(resolved, index);
    return index;
  }

  private joined(parts: (string | number)[]): TabledText {
    if (parts.every((part) => typeof part === "string")) return parts.join("");
    return parts.filter((part) => part !== "");
  }
}

/** Whether all of a text stays as it is: what only looks like a template is no part of Terraform's in a file that it does not read. */
function isLiteral(text: string): boolean {
  return !TEMPLATE.test(text) || asWritten(text) === hclTemplate(text);
}
