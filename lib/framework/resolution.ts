import type { IResolvable, IResolveContext } from "cdktf";
import { DefaultTokenResolver, StringConcat, TerraformStack, Tokenization } from "cdktf";
import type { IConstruct } from "constructs";
import { isUnknownNumber } from "./tokens";

/** Turns tokens into what Terraform sees. */
export type Resolve = (value: unknown) => unknown;

/** Resources that the framework takes over as they are. */
export type ResolvedResources = IResolvable;

/** Part of a configuration: JSON, in which strings may hold tokens. */
export type Block = Record<string, unknown>;

/** Resolves values outside of the framework's own passes. */
export function resolveIn(scope: IConstruct): Resolve {
  const resolver = new DefaultTokenResolver(new StringConcat());
  return (value) => Tokenization.resolve(value, { scope, resolver, preparing: false }) as unknown;
}

/** Resolves each string once. */
export function remembering(resolve: Resolve): Resolve {
  const known = new Map<string, unknown>();
  return (value) => {
    if (typeof value !== "string") return resolve(value);
    if (!known.has(value)) known.set(value, resolve(value));
    return known.get(value);
  };
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
  return new Settled((context) => {
    const resolved = values((value) => context.resolve(value) as unknown);
    // The preparing pass only wants the side effects of resolving.
    if (context.preparing) return {};
    const blocks = build(resolved);
    if (isOverridden(TerraformStack.of(context.scope))) return { ...beside, resource: { [type]: blocks } };
    const settled = Object.entries(blocks).map(([name, block]) => [name, new Settled(() => block)] as const);
    return { ...beside, resource: { [type]: Object.fromEntries(settled) } };
  });
}

/** As the framework resolves; only what may hold a token is handed to it, and what holds none is given back as it is. */
export function resolveValues(value: unknown, resolve: Resolve): unknown {
  if (typeof value === "string") return mayHoldToken(value) ? resolve(value) : value;
  if (typeof value === "number") return isUnknownNumber(value) ? resolve(value) : value;
  if (Array.isArray(value)) return value.some(isTokenOfList) ? resolve(value) : value.map((item) => resolveValues(item, resolve));
  if (!isBlock(value)) return value;
  if (Tokenization.isResolvable(value)) return resolve(value);
  let changed: Block | undefined;
  for (const name of Object.keys(value)) {
    if (mayHoldToken(name)) return resolve(value);
    const resolved = resolveValues(value[name], resolve);
    if (resolved !== value[name]) (changed ??= { ...value })[name] = resolved;
  }
  return changed ?? value;
}

function isTokenOfList(item: unknown): boolean {
  return typeof item === "string" ? mayHoldToken(item) : isUnknownNumber(item);
}

export function isBlock(value: unknown): value is Block {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** String, list and map tokens have a marker; a number token inside a string is a number out of all proportion. */
export function mayHoldToken(text: string): boolean {
  return text.includes("{TfToken[") || text.includes("e+2");
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
class Settled implements IResolvable {
  readonly creationStack: string[] = [];

  constructor(private readonly produce: (context: IResolveContext) => unknown) {}

  resolve(context: IResolveContext): unknown {
    const value = this.produce(context);
    context.registerPostProcessor({ postProcess: () => value });
    return undefined;
  }
}
