import type { IConstruct } from "constructs";
import type { Problems } from "../../framework/problems";
import { quoted } from "../../framework/tokens";

/** A construct that Terraform knows by a name. */
export interface Named extends IConstruct {
  readonly friendlyUniqueId: string;
  readonly cdktfStack: IConstruct;
}

/** As HCL has names. Of an id, the framework leaves out whatever is none of ASCII's letters, digits, "-" and "_". */
const NAME = /^[\p{ID_Start}_][\p{ID_Continue}-]*$/u;
/** By stack, which constructs have a name: asked for by each copy, and looked up once a pass. */
const NAMED = new WeakMap<IConstruct, ReadonlyMap<string, readonly Named[]>>();

/** Of two resources of one name, the framework writes the later one, and says nothing. */
export function checkResourceNames(copy: Named, type: string, companions: readonly string[], problems: Problems): void {
  const { friendlyUniqueId: id, cdktfStack: stack } = copy;
  if (!NAME.test(id)) {
    problems.add(
      `the name of its resource would be ${quoted(id)}, and Terraform's names have letters, digits, "-" and "_", and begin with a letter or "_"; give the construct another id.`,
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

const REASON = ' (Of an id, names have what is a letter, a digit, "-" or "_".)';

/** To be called when a pass is over: what is declared until the next one has names, too. */
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
