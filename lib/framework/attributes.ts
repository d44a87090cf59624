/** Names of attributes, and the type of each value at deploy. */
export type Attributes<Name extends string> = Readonly<Record<Name, "text" | "number">>;

/** A framework's class `Token`, which stands for values that the deploy will know. */
interface Tokens<Value> {
  asString(value: Value): string;
  asNumber(value: Value): number;
}

/**
 * Defines attributes on a target. Each one is read when it is accessed, as a value that the deploy
 * will know.
 */
export function defineAttributes<Target extends object, Name extends string, Value>(
  target: Target,
  attributes: Attributes<Name>,
  tokens: Tokens<Value>,
  read: (target: Target, name: Name) => Value,
): void {
  for (const name of Object.keys(attributes) as Name[]) {
    Object.defineProperty(target, name, {
      configurable: true,
      enumerable: true,
      get(this: Target) {
        const value = read(this, name);
        return attributes[name] === "number" ? tokens.asNumber(value) : tokens.asString(value);
      },
    });
  }
}

/** Returns an object with such attributes. */
export function attributesBy<Name extends string, Value>(
  attributes: Attributes<Name>,
  tokens: Tokens<Value>,
  read: (name: Name) => Value,
): { readonly [Each in Name]: unknown } {
  const result = {};
  defineAttributes(result, attributes, tokens, (_, name) => read(name));
  return result as { readonly [Each in Name]: unknown };
}
