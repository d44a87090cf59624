import { Problems } from "./problems";
import { isBlock, isKnownText, isTokenOfList, mayHoldToken, type Block, type Resolve } from "./resolution";
import { describe, isUnknownMap, isUnknownNumber, isValueObject } from "./tokens";

/** What a run goes by as soon as it is declared. */
const KNOWN_AT_ONCE: ReadonlySet<string> = new Set(["timeout", "rollback", "recopy", "onDestroy", "bandwidth"]);

/** How messages call what a side keeps under names of its own. */
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
 * A declaration as validation sees it: texts that synth itself makes late (`Lazy`) are there, and are looked at like any other; one that
 * turns out to be nothing is empty. What only the deploy knows stays as it is, and so do constructs.
 *
 * @returns undefined where one turns out to be no text, which is told: what else is wrong would be told of what nobody has declared
 */
export function withLateTexts<Value extends object>(declared: Value, resolve: Resolve, problems: Problems): Value | undefined {
  const { length: before } = problems.list;
  const settled = new LateTexts(resolve, problems).settled(declared, []);
  return problems.list.length > before ? undefined : (settled as Value);
}

/** What of a declaration cannot be made at synth. Some frameworks resolve what is declared before they validate, and say neither what nor where. */
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
    this.problems.add(`${nameOf(path)} must be ${wanted}, and what is made of it at synth is ${describe(resolved)}.`);
    return undefined;
  }
}

function nameOf(path: readonly string[]): string {
  const at = path.map((name) => PARTS[name] ?? name).filter((name) => name !== "");
  return at.join(".");
}

/** What a framework says of an error of the user's own code: that error, with the trace of each value that it came through. */
function reasonOf(error: unknown): string {
  const [first = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
  return first.replace(/^(?:Resolution error: )+/, "").replace(/\.+$/, "");
}

function known(declared: unknown, resolved: unknown): unknown {
  if (Array.isArray(resolved)) return resolved.every((item) => typeof item === "string" && isKnownText(item)) ? resolved : declared;
  const isKnown = typeof resolved === "string" ? isKnownText(resolved) : typeof resolved === "number" && !isUnknownNumber(resolved);
  return isKnown ? resolved : declared;
}

/** Options, or a place or a credential with what it was told; nothing else has parts that were declared. */
function isDeclared(value: Block): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || "_place" in value || "_kind" in value;
}
