type OptionalNames<T> = { [Name in keyof T]-?: undefined extends T[Name] ? Name : never }[keyof T];

/** `T` without its absent values. */
export type Defined<T> = { [Name in Exclude<keyof T, OptionalNames<T>>]: T[Name] } & {
  [Name in OptionalNames<T>]?: Exclude<T[Name], undefined>;
};

/** Leaves out what is undefined, for whatever takes an absent value and an undefined one differently: JSON, headers, spreads. */
export function defined<T extends object>(values: T): Defined<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>;
}
