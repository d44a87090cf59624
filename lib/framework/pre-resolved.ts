import type { IResolvable, IResolveContext } from "cdktf";
import { Lazy, TerraformStack } from "cdktf";
import { type Block, isBlock, type Resolve } from "./resolution";

/** Resources that the framework takes over as they are. */
export type ResolvedResources = IResolvable;

/** Text that is made when the configuration is, out of what Terraform sees. */
export function lazyText(produce: (resolve: (value: unknown) => string) => string): string {
  return Lazy.stringValue({ produce: (context: IResolveContext) => produce((value) => String(context.resolve(value))) });
}

/**
 * Hands resources to the framework that are resolved already.
 *
 * The framework's resolver spends microseconds on every node, and walks a configuration three times: to find references to other
 * stacks, to collect the elements, and as a whole. So blocks are resolved here, where a string without a token is left alone.
 *
 * @param type of the resources
 * @param values returns what the blocks are made of, resolved; called once per pass
 * @param build makes the blocks by name; called when they are collected
 * @param beside the resources, such as `moved`
 */
export function resolvedResources<Values>(
  type: string,
  values: (resolve: Resolve) => Values,
  build: (values: Values) => Record<string, Block>,
  beside: Readonly<Block> = {},
): ResolvedResources {
  return new PreResolved((context) => {
    const resolve: Resolve = (value) => context.resolve(value) as unknown;
    if (context.preparing) return prepared(() => values(resolve));
    const resolved = values(resolve);
    const blocks = build(resolved);
    if (isOverridden(TerraformStack.of(context.scope))) return { ...beside, resource: { [type]: blocks } };
    const settled = Object.entries(blocks).map(([name, block]) => [name, new PreResolved(() => block)] as const);
    return { ...beside, resource: { [type]: Object.fromEntries(settled) } };
  });
}

/** The preparing pass only wants the side effects of resolving. What cannot be resolved is told by the validation, with its place. */
function prepared(resolve: () => unknown): Readonly<Block> {
  try {
    resolve();
  } catch {
    // See above.
  }
  return {};
}

/**
 * Whether a stack has overrides of resources, which can be merged with plain blocks only. The framework keeps them private; should
 * they not be found, it says itself that it cannot override what is settled.
 */
function isOverridden(stack: TerraformStack): boolean {
  const overrides: unknown = Reflect.get(stack, "rawOverrides");
  return isBlock(overrides) && "resource" in overrides;
}

/** A value that the framework takes over without walking it: a post-processor has the last word. */
class PreResolved implements IResolvable {
  readonly creationStack: string[] = [];

  constructor(private readonly produce: (context: IResolveContext) => unknown) {}

  resolve(context: IResolveContext): unknown {
    const value = this.produce(context);
    context.registerPostProcessor({ postProcess: () => value });
    return undefined;
  }
}
