/** A place for constructs: on the other side of jsii's protocol, or in this process. */
export interface World {
  create(fqn: string, args: readonly Value[]): Promise<Reference>;
  /** Returns a reference for an object, and other values as they are. */
  callStatic(fqn: string, method: string, args: readonly Value[]): Promise<Value>;
  call(of: Reference, method: string, args: readonly Value[]): Promise<unknown>;
  get(of: Reference, property: string): Promise<unknown>;
  getStatic(fqn: string, property: string): Promise<Value>;
}

/** An object of a world. */
export interface Reference {
  readonly reference: unknown;
}

export type Value =
  | string
  | number
  | boolean
  | readonly Value[]
  | Reference
  | { readonly fqn: string; readonly member: string }
  | { readonly fqn: string; readonly struct: Readonly<Record<string, Value>> }
  | { readonly pairs: Readonly<Record<string, Value>> };

export function isReference(value: object): value is Reference {
  return "reference" in value;
}

/** Needed because Array.isArray() narrows a readonly array to any[]. */
export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

type Class = new (...args: unknown[]) => object;

/**
 * The same in this process, with the TypeScript classes. `modules` has them by the names of their
 * assemblies.
 */
export class TypeScriptWorld implements World {
  constructor(private readonly modules: ReadonlyMap<string, object>) {}

  async create(fqn: string, args: readonly Value[]): Promise<Reference> {
    const made = new (this.find(fqn) as Class)(...args.map((value) => this.plain(value)));
    return { reference: made };
  }

  async callStatic(fqn: string, method: string, args: readonly Value[]): Promise<Value> {
    return this.call({ reference: this.find(fqn) }, method, args) as Promise<Value>;
  }

  async call({ reference }: Reference, method: string, args: readonly Value[]): Promise<unknown> {
    const result = (reference as Record<string, (...args: unknown[]) => unknown>)[method]?.(...args.map((value) => this.plain(value)));
    return typeof result === "object" ? { reference: result } : result;
  }

  async get({ reference }: Reference, property: string): Promise<unknown> {
    const value = (reference as Record<string, unknown>)[property];
    return typeof value === "object" ? { reference: value } : value;
  }

  getStatic(fqn: string, property: string): Promise<Value> {
    return this.get({ reference: this.find(fqn) }, property) as Promise<Value>;
  }

  private find(fqn: string): unknown {
    for (const [name, module] of this.modules) {
      if (!fqn.startsWith(`${name}.`)) continue;
      const path = fqn.slice(name.length + 1).split(".");
      const found = path.reduce<unknown>((of, part) => (of as Readonly<Record<string, unknown>> | undefined)?.[part], module);
      if (found !== undefined) return found;
    }
    throw new Error(`no module has ${fqn}`);
  }

  private plain(value: Value): unknown {
    if (isList(value)) return value.map((one) => this.plain(one));
    if (typeof value !== "object") return value;
    if (isReference(value)) return value.reference;
    if ("member" in value) return (this.find(value.fqn) as Record<string, unknown>)[value.member];
    const named = "struct" in value ? value.struct : value.pairs;
    return Object.fromEntries(Object.entries(named).map(([name, one]) => [name, this.plain(one)]));
  }
}
