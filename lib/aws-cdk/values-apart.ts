import { Token } from "aws-cdk-lib/core";

/** Place of a value: names and indices, starting with the property of the resource. */
type Path = readonly string[];

/**
 * Separates a declaration into JSON that is fully known at synth, and the values that only
 * CloudFormation knows. CloudFormation inserts a value into a text unescaped, so a quotation mark
 * or a backslash in a value would change the JSON.
 */
export class ValuesApart {
  private readonly places = new Map<string | number, Path[]>();

  /** Each separated value with all of its places; undefined if there are none. */
  get property(): readonly { readonly Is: unknown; readonly At: readonly Path[] }[] | undefined {
    if (this.places.size === 0) return undefined;
    return [...this.places].map(([value, at]) => ({ Is: value, At: at }));
  }

  /**
   * Returns the declaration with an empty text, or 0, in place of each separated value.
   * @param property name of the property that holds the declaration as JSON
   */
  of(property: string, declared: unknown): unknown {
    return this.apart(declared, [property]);
  }

  private apart(declared: unknown, at: Path): unknown {
    if ((typeof declared === "string" || typeof declared === "number") && Token.isUnresolved(declared)) {
      this.places.set(declared, [...(this.places.get(declared) ?? []), at]);
      return typeof declared === "string" ? "" : 0;
    }
    if (Token.isUnresolved(declared) || typeof declared !== "object" || declared === null) return declared;
    if (Array.isArray(declared)) return declared.map((item, index) => this.apart(item, [...at, String(index)]));
    return Object.fromEntries(Object.entries(declared).map(([name, item]) => [name, this.apart(item, [...at, name])]));
  }
}
