import { type EachForm, nearest, type TextForm } from "..";

interface MapForm {
  readonly names?: readonly string[];
  readonly required?: readonly string[];
  readonly booleans?: readonly string[];
  readonly forms?: Readonly<Record<string, TextForm>>;
  readonly each?: EachForm;
}

/** Limits of a whole number, both inclusive. */
interface Range {
  readonly min: number;
  readonly max?: number;
}

/**
 * The fields of one object of an intent's JSON, read by name.
 *
 * Each read checks its field, and notes a problem with the field's path. The caller continues, so
 * one run lists all problems. Terraform writes null for a value that was not given: null counts as
 * absent, unless it is refused.
 */
export class Fields {
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #nulls: readonly string[];

  /**
   * @param at path of the object, such as `copies[0].source`; empty for the intent itself, and
   * ending in a colon where it names a place
   * @param problems list to which all reads of this object and its children add their problems
   */
  constructor(
    json: unknown,
    readonly at: string,
    readonly problems: string[],
  ) {
    const entries = isObject(json) ? Object.entries(json) : [];
    this.#values = Object.fromEntries(entries.filter(([, value]) => value !== null));
    this.#nulls = entries.flatMap(([name, value]) => (value === null ? name : []));
    if (!isObject(json)) problems.push(`${at === "" ? "the intent" : at} must be an object, got ${show(json)}`);
  }

  has(name: string): boolean {
    return this.#values[name] !== undefined;
  }

  /** The value as it is in the JSON, unchecked, so that a wrong one does not hinder other reads. */
  raw(name: string): unknown {
    return this.#values[name];
  }

  get names(): readonly string[] {
    return Object.keys(this.#values);
  }

  /** Notes each null, as a field or among an object's values, for fields that must not vanish. */
  refuseNulls(...names: readonly string[]): void {
    const nulls = names.flatMap((name) => {
      const value = this.#values[name];
      const within = isObject(value) ? Object.keys(value).filter((each) => value[each] === null) : [];
      return [...(this.#nulls.includes(name) ? [name] : []), ...within.map((each) => `${name}.${each}`)];
    });
    for (const name of nulls)
      this.problem(name, "is null, which would have the same effect as no declaration; give a value, or leave it out of the declaration");
  }

  /**
   * A number or boolean that Terraform computed keeps its type even where a text is expected, and
   * is converted.
   */
  text(name: string, form?: TextForm): string | undefined {
    const value = this.#values[name];
    if (value === undefined) return undefined;
    if (!isPlain(value)) {
      this.problem(name, `must be a string, got ${show(value)}`);
      return undefined;
    }
    const text = String(value);
    if (form?.pattern.test(text) === false) this.problem(name, `${show(text)} ${form.otherwise}`);
    return text;
  }

  requiredText(name: string): string {
    const text = this.text(name) ?? "";
    // For a value that is not text, `text` has already noted a problem.
    if (text === "" && isPlain(this.#values[name] ?? "")) this.problem(name, "must be a string that is not empty");
    return text;
  }

  boolean(name: string): boolean | undefined {
    return this.#typed(name, "boolean") as boolean | undefined;
  }

  number(name: string): number | undefined {
    return this.#typed(name, "number") as number | undefined;
  }

  integer(name: string, { min, max = Number.MAX_SAFE_INTEGER }: Range): number | undefined {
    const value = this.number(name);
    if (value === undefined || (Number.isInteger(value) && value >= min && value <= max)) return value;
    this.problem(name, `must be a whole number from ${min} to ${max}, got ${value}`);
    return undefined;
  }

  oneOf<Value extends string>(name: string, values: Readonly<Record<string, Value>>): Value | undefined {
    const value = this.#values[name];
    if (value === undefined) return undefined;
    const found = Object.values(values).find((known) => known === value);
    if (found === undefined) this.problem(name, `must be one of ${Object.values(values).join(", ")}, got ${show(value)}`);
    return found;
  }

  /**
   * Notes each field that does not have one of these names: a misspelt one would have no effect.
   */
  refuseOthers(names: readonly string[]): void {
    for (const name of this.names.filter((given) => !names.includes(given))) {
      const near = nearest(name, names);
      this.problem(name, near === undefined ? "is not known here" : `is not known here; did you mean ${near}?`);
    }
  }

  /** An object of names and texts. `names` lists the only names that it may have. */
  map(name: string, { names, required = [], booleans = [], forms = {}, each }: MapForm = {}): Readonly<Record<string, string>> | undefined {
    const fields = this.child(name);
    if (fields === undefined) return undefined;
    if (names !== undefined) fields.refuseOthers(names);
    const missing = required.filter((key) => (fields.#values[key] ?? "") === "");
    for (const key of missing) fields.requiredText(key);
    const given = fields.names.filter((key) => !missing.includes(key));
    const texts = given.flatMap((key) => {
      // Users choose these names: "constructor" must not find an inherited property.
      const form = Object.hasOwn(forms, key) ? forms[key] : each?.value;
      if (each?.name?.pattern.test(key) === false) this.problem(name, `has ${show(key)}, which ${each.name.otherwise}`);
      const value =
        booleans.includes(key) && typeof fields.#values[key] === "boolean" ? String(fields.#values[key]) : fields.text(key, form);
      return value === undefined ? [] : [[key, value] as const];
    });
    if (each !== undefined) this.#limit(name, each, texts);
    return Object.fromEntries(texts);
  }

  #limit(name: string, { most = Infinity, bytes = Infinity }: EachForm, texts: readonly (readonly [string, string])[]): void {
    const size = Buffer.byteLength(texts.flat().join(""));
    if (texts.length > most) this.problem(name, `has ${texts.length} names, and the service takes ${most}`);
    if (size > bytes) this.problem(name, `takes ${size} bytes, and the service stores ${bytes}`);
  }

  /** A list of texts; empty when it is absent. */
  texts(name: string): readonly string[] {
    return this.list(name).flatMap((item, index) => {
      if (isPlain(item) && item !== "") return String(item);
      this.problem(`${name}[${index}]`, `must be a string${item === "" ? " that is not empty" : `, got ${show(item)}`}`);
      return [];
    });
  }

  /** A list of anything; empty when it is absent. */
  list(name: string): readonly unknown[] {
    const value = this.#values[name] ?? [];
    if (Array.isArray(value)) return value;
    this.problem(name, `must be a list, got ${show(value)}`);
    return [];
  }

  child(name: string): Fields | undefined {
    return this.has(name) ? this.requiredChild(name) : undefined;
  }

  requiredChild(name: string): Fields {
    return new Fields(this.#values[name], this.#path(name), this.problems);
  }

  /** The objects of a list; empty when it is absent. */
  children(name: string): readonly Fields[] {
    return this.list(name).map((item, index) => new Fields(item, `${this.#path(name)}[${index}]`, this.problems));
  }

  /** Notes a problem of a field. */
  problem(name: string, what: string): void {
    this.problems.push(`${this.#path(name)} ${what}`);
  }

  #typed(name: string, type: "number" | "boolean"): unknown {
    const value = this.#values[name];
    if (value === undefined || typeof value === type) return value;
    this.problem(name, `must be a ${type}, got ${show(value)}`);
    return undefined;
  }

  #path(name: string): string {
    if (this.at === "") return name;
    return this.at.endsWith(":") ? `${this.at} ${name}` : `${this.at}.${name}`;
  }
}

/** Whether a value has a unique text. Terraform converts it in the same way. */
export function isPlain(value: unknown): value is string | number | boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

function isObject(json: unknown): json is Readonly<Record<string, unknown>> {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}

export function show(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
