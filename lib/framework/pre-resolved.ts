import type { IResolvable, IResolveContext } from "cdktf";
import { Lazy, TerraformStack } from "cdktf";
import { type Block, isBlock, type Resolve } from "./resolution";

/** Resources that the framework accepts as they are. */
export type ResolvedResources = IResolvable;

/**
 * Returns a text that is made together with the configuration, from the values that Terraform sees.
 */
export function lazyText(produce: (resolve: (value: unknown) => string) => string): string {
  return Lazy.stringValue({ produce: (context: IResolveContext) => produce((value) => String(context.resolve(value))) });
}

/**
 * Passes resources to the framework that are already resolved.
 *
 * The framework's resolver spends microseconds on every node, and walks a configuration three
 * times: to find references to other stacks, to collect the elements, and as a whole. So blocks are
 * resolved here, where strings without a token are skipped.
 *
 * @param type type of the resources
 * @param values returns the resolved values for the blocks; called once per pass
 * @param build makes the blocks by name; called when they are collected
 * @param beside further blocks beside the resources, such as `moved`
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

/**
 * The preparing pass needs only the side effects of resolving. Validation reports values that
 * cannot be resolved, with their place.
 */
function prepared(resolve: () => unknown): Readonly<Block> {
  try {
    resolve();
  } catch {
    // Validation reports it.
  }
  return {};
}

/**
 * Returns whether a stack overrides resources, because overrides can be merged only with plain
 * blocks. The framework keeps them in a private field. If that field is missing, the framework
 * itself reports that it cannot override resolved resources.
 */
function isOverridden(stack: TerraformStack): boolean {
  const overrides: unknown = Reflect.get(stack, "rawOverrides");
  return isBlock(overrides) && "resource" in overrides;
}

/**
 * A value that the framework accepts without walking it, because a post-processor returns the final
 * value.
 */
class PreResolved implements IResolvable {
  readonly creationStack: string[] = [];

  constructor(private readonly produce: (context: IResolveContext) => unknown) {}

  resolve(context: IResolveContext): unknown {
    const value = this.produce(context);
    context.registerPostProcessor({ postProcess: () => value });
    return undefined;
  }
}
