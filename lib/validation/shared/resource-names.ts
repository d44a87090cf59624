import type { IConstruct } from "constructs";
import type { Problems } from "../../framework/problems";
import { quoted } from "../../framework/tokens";

/** A construct with a name in Terraform. */
export interface Named extends IConstruct {
  readonly friendlyUniqueId: string;
  readonly cdktfStack: IConstruct;
}

/**
 * Form of names in HCL. The framework removes all characters from an id except ASCII's letters,
 * digits, "-" and "_".
 */
const NAME = /^[\p{ID_Start}_][\p{ID_Continue}-]*$/u;
/**
 * Constructs by name, for each stack. Each copy asks for them, so they are collected once per pass.
 */
const NAMED = new WeakMap<IConstruct, ReadonlyMap<string, readonly Named[]>>();

/** If two resources have the same name, the framework silently writes only the later one. */
export function checkResourceNames(copy: Named, type: string, companions: readonly string[], problems: Problems): void {
  const { friendlyUniqueId: id, cdktfStack: stack } = copy;
  if (!NAME.test(id)) {
    problems.add(
      `the name of its resource would be ${quoted(id)}, but Terraform's names consist of letters, digits, "-" and "_", and begin with a letter or "_"; give the construct another id.`,
    );
    return;
  }
  const named = NAMED.get(stack) ?? namedIn(stack, type);
  NAMED.set(stack, named);
  for (const name of [id, ...companions]) {
    const namesake = named.get(name)?.find((other) => other !== copy);
    if (namesake === undefined) continue;
    problems.add(
      `the construct ${namesake.node.path} has the name of the resource ${name} that this copy makes; rename one of them.` +
        (name === id ? REASON : ""),
    );
    return;
  }
}

const REASON = ' (A name keeps only the letters, digits, "-" and "_" of an id.)';

/**
 * Must be called at the end of a pass, because more constructs may be declared before the next one.
 */
export function forgetNames({ cdktfStack: stack }: Named): void {
  NAMED.delete(stack);
}

function namedIn(stack: IConstruct, type: string): ReadonlyMap<string, readonly Named[]> {
  const named = new Map<string, Named[]>();
  for (const construct of stack.node.findAll()) {
    if (!isNamed(construct, type)) continue;
    const { friendlyUniqueId: name } = construct;
    const others = named.get(name);
    if (others === undefined) named.set(name, [construct]);
    else others.push(construct);
  }
  return named;
}

export function isNamed(construct: IConstruct, type: string): construct is Named {
  return Reflect.get(construct.constructor, "tfResourceType") === type;
}
