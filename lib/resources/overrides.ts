import type { Block } from "../framework/resolution";
import { isBlock } from "../framework/resolution";

/** Puts what was given to `addOverride` over a block, as the framework does for its own, and gives the block back. */
export function mergeOverrides<Target extends Block>(block: Target, overrides: Readonly<Block>): Target {
  const target: Block = block;
  for (const [name, value] of Object.entries(overrides)) {
    const existing = target[name];
    if (isBlock(existing) && isBlock(value)) mergeOverrides(existing, value);
    else target[name] = value;
  }
  return block;
}
