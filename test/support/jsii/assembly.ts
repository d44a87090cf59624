/** The parts of an assembly's description (`.jsii`) that tests read. */
export type TypeReference =
  | { readonly primitive: "string" | "number" | "boolean" | "any" }
  | { readonly fqn: string }
  | { readonly collection: { readonly kind: "array" | "map"; readonly elementtype: TypeReference } }
  | { readonly union: { readonly types: readonly TypeReference[] } };

interface Documented {
  readonly name: string;
  readonly docs?: { readonly summary?: string };
}

export interface Property extends Documented {
  readonly type: TypeReference;
  readonly optional?: boolean;
  readonly static?: boolean;
  readonly const?: boolean;
}

export interface Parameter extends Documented {
  readonly type: TypeReference;
  readonly optional?: boolean;
}

export interface Method extends Documented {
  readonly static?: boolean;
  readonly parameters?: readonly Parameter[];
}

export interface Type extends Documented {
  readonly fqn: string;
  readonly kind: "class" | "enum" | "interface";
  readonly datatype?: boolean;
  readonly base?: string;
  readonly interfaces?: readonly string[];
  readonly initializer?: { readonly parameters?: readonly Parameter[] };
  readonly properties?: readonly Property[];
  readonly methods?: readonly Method[];
  readonly members?: readonly Documented[];
}

export interface Description {
  readonly name: string;
  readonly version: string;
  readonly types: Readonly<Record<string, Type>>;
}

/** The properties of a struct, including inherited ones. */
export function propertiesOf({ types }: Description, fqn: string): readonly Property[] {
  const type = types[fqn];
  if (type === undefined) throw new Error(`the assembly has no ${fqn}`);
  const own = type.properties ?? [];
  const names = new Set(own.map(({ name }) => name));
  const inherited = (type.interfaces ?? []).flatMap((base) => propertiesOf({ types } as Description, base));
  return [...own, ...inherited.filter(({ name }) => !names.has(name))];
}

/**
 * Names without a description, or whose first sentence jsii ends at a semicolon: each language
 * shows only that sentence.
 */
export function undocumented({ types }: Description): readonly string[] {
  return Object.values(types).flatMap((type) => {
    const methods = type.methods ?? [];
    const named: (readonly [string, Documented])[] = [
      [type.name, type],
      ...[...(type.properties ?? []), ...(type.members ?? []), ...methods].map((one) => [`${type.name}.${one.name}`, one] as const),
      ...methods.flatMap(({ name, parameters = [] }) => parameters.map((one) => [`${type.name}.${name}(${one.name})`, one] as const)),
      ...(type.initializer?.parameters ?? []).map((one) => [`new ${type.name}(${one.name})`, one] as const),
    ];
    return named.filter(([, { docs }]) => !/[^;]$/.test(docs?.summary ?? "")).map(([name]) => name);
  });
}
