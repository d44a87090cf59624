import { type Block, isBlock } from "../framework/resolution";

/**
 * Merges the values of `addOverride` into a block by the framework's own rules: lists are
 * continued, an index selects an element of a list, and `undefined` removes the existing value.
 */
export function mergeOverrides<Target extends object>(block: Target, overrides: Readonly<Block>): Target {
  for (const [name, value] of Object.entries(overrides)) {
    const existing: unknown = Reflect.get(block, name);
    if (value === undefined) Reflect.deleteProperty(block, name);
    else if (isBlock(value)) {
      // The target may be a list, because an index selects an element.
      const target = typeof existing === "object" && existing !== null ? existing : {};
      Reflect.set(block, name, mergeOverrides(target, value));
    } else
      Reflect.set(
        block,
        name,
        Array.isArray(value) && Array.isArray(existing) ? [...(existing as unknown[]), ...(value as unknown[])] : value,
      );
  }
  return block;
}
