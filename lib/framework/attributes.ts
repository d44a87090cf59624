import type { IResolvable, TerraformStack } from "cdktf";
import { Token, ref } from "cdktf";

/** Names of attributes, and what Terraform has of each. */
export type Attributes<Name extends string> = Readonly<Record<Name, "text" | "number">>;

/** Gives a target attributes, each of which is read when it is asked for, as Terraform will know it. */
export function defineAttributes<Target extends object, Name extends string>(
  target: Target,
  attributes: Attributes<Name>,
  read: (target: Target, name: Name) => IResolvable,
): void {
  for (const name of Object.keys(attributes) as Name[]) {
    Object.defineProperty(target, name, {
      configurable: true,
      enumerable: true,
      get(this: Target) {
        const value = read(this, name);
        return attributes[name] === "number" ? Token.asNumber(value) : Token.asString(value);
      },
    });
  }
}

/** The attributes of an object in Terraform. @param address HCL for the object */
export function attributesAt<Name extends string>(
  stack: TerraformStack,
  address: string,
  attributes: Attributes<Name>,
): { readonly [Each in Name]: unknown } {
  const result = {};
  defineAttributes(result, attributes, (_, name) => ref(`${address}.${name}`, stack));
  return result as { readonly [Each in Name]: unknown };
}
