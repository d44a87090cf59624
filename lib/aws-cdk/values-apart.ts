import { Token } from "aws-cdk-lib/core";

/** Where a value belongs: names and indices, from the property of the resource on. */
type Path = readonly string[];

/**
 * Parts what is declared into JSON, which is all known at synth, and the values that only CloudFormation knows. These are no part of the JSON,
 * because CloudFormation puts a value into a text as it is: one with a quotation mark or a backslash would make something else of it.
 */
export class ValuesApart {
  private readonly places = new Map<string | number, Path[]>();

  /** Each value, with every place that it belongs to; undefined where there is none. */
  get property(): readonly { readonly Is: unknown; readonly At: readonly Path[] }[] | undefined {
    if (this.places.size === 0) return undefined;
    return [...this.places].map(([value, at]) => ({ Is: value, At: at }));
  }

  /** What is declared, with an empty text, or a 0, for each value that is apart. @param property the property that has it as JSON */
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
