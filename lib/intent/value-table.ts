import { asWritten, hclTemplate } from "../framework/hcl";
import type { Resolve } from "../framework/resolution";
import { mayHoldToken } from "../framework/resolution";
import { isOneToken } from "../framework/tokens";

/** Text, or a list of texts and indices of values, to be joined. */
export type TabledText = string | readonly (string | number)[];

const TOKEN = /(\$\{TfToken\[[^\]]+\]\})/;
const TEMPLATE = /[$%]\{/;

/**
 * Separates strings into parts that are known at synth and values that only Terraform knows, for a
 * file that Terraform does not read.
 *
 * The table contains each value once, even if several tokens stand for it: every use of
 * `account.primaryBlobEndpoint` makes another token.
 */
export class ValueTable {
  private readonly indices = new Map<string, number>();

  constructor(private readonly resolve: Resolve) {}

  /** The values by index, in Terraform's template language. */
  get values(): string[] {
    return [...this.indices.keys()];
  }

  /** Returns a string in the form that goes into the file. */
  text(declared: string): TabledText {
    if (!mayHoldToken(declared) && isLiteral(declared)) return declared;
    const pieces = declared.split(TOKEN);
    const isToken = (index: number): boolean => index % 2 === 1;
    // Only Terraform and the framework can distinguish an expression written by hand, or a number
    // token, from text.
    const isPlain = pieces.every((piece, index) => isToken(index) || (!mayHoldToken(piece) && isLiteral(piece)));
    if (!isPlain) return this.joined([this.value(declared)]);
    return this.joined(pieces.map((piece, index) => (isToken(index) ? this.value(piece) : piece)));
  }

  private value(declared: string): string | number {
    let resolved = String(this.resolve(asWritten(declared)));
    if (!TEMPLATE.test(resolved)) return resolved;
    // Terraform would keep a lone number as a number, but values are texts.
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

/**
 * Returns whether a whole text stays as it is. Terraform does not read the file, so a part that
 * only looks like a template is plain text there.
 */
function isLiteral(text: string): boolean {
  return !TEMPLATE.test(text) || asWritten(text) === hclTemplate(text);
}
