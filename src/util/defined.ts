type OptionalNames<T> = { [Name in keyof T]-?: undefined extends T[Name] ? Name : never }[keyof T];

/** `T` without its absent values. */
export type Defined<T> = { [Name in Exclude<keyof T, OptionalNames<T>>]: T[Name] } & {
  [Name in OptionalNames<T>]?: Exclude<T[Name], undefined>;
};

/**
 * Leaves out undefined values, for code that treats an absent value and an undefined one
 * differently: JSON, headers, spreads.
 */
export function defined<T extends object>(values: T): Defined<T> {
  const found: Partial<T> = {};
  // Without a list of pairs: this is called several times for each of millions of blobs.
  for (const name of Object.keys(values) as (keyof T)[]) if (values[name] !== undefined) found[name] = values[name];
  return found as Defined<T>;
}
