/** Names of attributes, and what the deploy has of each. */
export type Attributes<Name extends string> = Readonly<Record<Name, "text" | "number">>;

/** How a framework stands for values that the deploy will know: its class `Token`. */
interface Tokens<Value> {
  asString(value: Value): string;
  asNumber(value: Value): number;
}

/** Gives a target attributes, each of which is read when it is asked for, as the deploy will know it. */
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

/** An object with such attributes. */
export function attributesBy<Name extends string, Value>(
  attributes: Attributes<Name>,
  tokens: Tokens<Value>,
  read: (name: Name) => Value,
): { readonly [Each in Name]: unknown } {
  const result = {};
  defineAttributes(result, attributes, tokens, (_, name) => read(name));
  return result as { readonly [Each in Name]: unknown };
}
