/** As much of an assembly's description (`.jsii`) as tests read. */
export type TypeReference =
  | { readonly primitive: "string" | "number" | "boolean" | "any" }
  | { readonly fqn: string }
  | { readonly collection: { readonly kind: "array" | "map"; readonly elementtype: TypeReference } }
  | { readonly union: { readonly types: readonly TypeReference[] } };

export interface Property {
  readonly name: string;
  readonly type: TypeReference;
  readonly optional?: boolean;
  readonly static?: boolean;
  readonly const?: boolean;
}

export interface Parameter {
  readonly name: string;
  readonly type: TypeReference;
  readonly optional?: boolean;
}

export interface Method {
  readonly name: string;
  readonly static?: boolean;
  readonly parameters?: readonly Parameter[];
}

export interface Type {
  readonly fqn: string;
  readonly name: string;
  readonly kind: "class" | "enum" | "interface";
  readonly datatype?: boolean;
  readonly interfaces?: readonly string[];
  readonly properties?: readonly Property[];
  readonly methods?: readonly Method[];
  /** Of a class that extends another. */
  readonly base?: string;
  readonly members?: readonly { readonly name: string }[];
}

export interface Description {
  readonly name: string;
  readonly version: string;
  readonly types: Readonly<Record<string, Type>>;
}

/** The properties of a struct, with those that it has from others. */
export function propertiesOf({ types }: Description, fqn: string): readonly Property[] {
  const type = types[fqn];
  if (type === undefined) throw new Error(`the assembly has no ${fqn}`);
  const own = type.properties ?? [];
  const names = new Set(own.map(({ name }) => name));
  const inherited = (type.interfaces ?? []).flatMap((base) => propertiesOf({ types } as Description, base));
  return [...own, ...inherited.filter(({ name }) => !names.has(name))];
}
