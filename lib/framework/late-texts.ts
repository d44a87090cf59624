import { Problems } from "./problems";
import { isBlock, isKnownText, isTokenOfList, mayHoldToken, type Block, type Resolve } from "./resolution";
import { describe, isUnknownMap, isUnknownNumber, isValueObject } from "./tokens";

/** Options that must be known as soon as they are declared. */
const KNOWN_AT_ONCE: ReadonlySet<string> = new Set(["timeout", "rollback", "recopy", "onDestroy", "bandwidth"]);

/** Names that messages use for the internal fields of a side. */
const PARTS: Readonly<Record<string, string>> = {
  _place: "",
  _credential: "credential",
  _encryptionKey: "encryptionKeyEnvironment",
  _secret: "",
  _variable: "",
  _identity: "",
  _accountName: "accountName",
};

/**
 * Returns a declaration as validation sees it. Texts that synth makes late (`Lazy`) are resolved,
 * and checked like all others. A late text that resolves to nothing becomes empty. Values that only
 * the deploy knows stay as they are, and so do constructs.
 *
 * @returns undefined if a value cannot be resolved to its type, which is added to the problems: any
 * further problem would be about values that the user has not declared
 */
export function withLateTexts<Value extends object>(declared: Value, resolve: Resolve, problems: Problems): Value | undefined {
  const { length: before } = problems.list;
  const settled = new LateTexts(resolve, problems).settled(declared, []);
  return problems.list.length > before ? undefined : (settled as Value);
}

/**
 * Returns the problems of declared values that cannot be made at synth. Some frameworks resolve a
 * declaration before they validate it, and their errors name neither the option nor the construct.
 */
export function brokenTexts(declared: object, resolve: Resolve): readonly string[] {
  const broken: string[] = [];
  new LateTexts(resolve, new Problems(), broken).settled(declared, []);
  return broken;
}

class LateTexts {
  constructor(
    private readonly resolve: Resolve,
    private readonly problems: Problems,
    private readonly broken: string[] = [],
  ) {}

  settled(value: unknown, path: readonly string[]): unknown {
    try {
      return this.settledValue(value, path);
    } catch (error) {
      const told = `${nameOf(path)} cannot be made at synth: ${reasonOf(error)}.`;
      this.problems.add(told);
      this.broken.push(told);
      return undefined;
    }
  }

  private settledValue(value: unknown, path: readonly string[]): unknown {
    if (typeof value === "string") return mayHoldToken(value) ? this.text(value, path) : value;
    if (isUnknownNumber(value)) return known(value, this.resolve(value));
    if (Array.isArray(value)) return value.some(isTokenOfList) ? this.list(value, path) : this.items(value, path);
    if (!isBlock(value) || !isDeclared(value) || isValueObject(value)) return value;
    return isUnknownMap(value) ? this.map(value, path) : this.members(value, path);
  }

  private text(declared: string, path: readonly string[]): unknown {
    if (path.length === 1 && KNOWN_AT_ONCE.has(path.join())) return declared;
    const resolved = this.resolve(declared) ?? "";
    if (typeof resolved === "string") return known(declared, resolved);
    return this.refuse(path, "a string", resolved);
  }

  private list(declared: readonly unknown[], path: readonly string[]): unknown {
    const resolved = this.resolve(declared);
    if (!Array.isArray(resolved)) return declared;
    return resolved.every((item) => typeof item === "string")
      ? known(declared, resolved)
      : this.refuse(path, "a list of strings", resolved);
  }

  private map(declared: Block, path: readonly string[]): unknown {
    const resolved = this.resolve(declared);
    if (typeof resolved === "string" && !isKnownText(resolved)) return declared;
    if (isBlock(resolved) && Object.values(resolved).every((item) => typeof item === "string")) return resolved;
    return this.refuse(path, "an object of names and strings", resolved);
  }

  private items(value: readonly unknown[], path: readonly string[]): unknown {
    return value.map((item, index) => this.settled(item, [...path.slice(0, -1), `${path.at(-1) ?? ""}[${index}]`]));
  }

  private members(value: Block, path: readonly string[]): Block {
    let changed: Block | undefined;
    for (const name of Object.keys(value)) {
      const item = value[name];
      if (item === undefined || typeof item === "boolean" || (typeof item === "string" && !mayHoldToken(item))) continue;
      const settled = this.settled(item, [...path, name]);
      if (settled !== item)
        (changed ??= Object.assign(Object.create(Object.getPrototypeOf(value) as object | null) as Block, value))[name] = settled;
    }
    return changed ?? value;
  }

  private refuse(path: readonly string[], wanted: string, resolved: unknown): undefined {
    this.problems.add(`${nameOf(path)} must be ${wanted}, but at synth it is ${describe(resolved)}.`);
    return undefined;
  }
}

function nameOf(path: readonly string[]): string {
  const at = path.map((name) => PARTS[name] ?? name).filter((name) => name !== "");
  return at.join(".");
}

/**
 * Returns the message of an error in the user's own code, without the trace that a framework adds
 * for each value on the way.
 */
function reasonOf(error: unknown): string {
  const [first = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
  return first.replace(/^(?:Resolution error: )+/, "").replace(/\.+$/, "");
}

function known(declared: unknown, resolved: unknown): unknown {
  if (Array.isArray(resolved)) return resolved.every((item) => typeof item === "string" && isKnownText(item)) ? resolved : declared;
  const isKnown = typeof resolved === "string" ? isKnownText(resolved) : typeof resolved === "number" && !isUnknownNumber(resolved);
  return isKnown ? resolved : declared;
}

/** Only options, places and credentials have declared parts. */
function isDeclared(value: Block): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || "_place" in value || "_kind" in value;
}
