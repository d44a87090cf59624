import type { IConstruct } from "constructs";
import { languageAt } from "../../framework/language";
import { isKnownText } from "../../framework/resolution";
import type { Names } from "./set-names";

/** A copy of an app: its construct, and how messages call it. */
export interface Copy {
  readonly construct: IConstruct;
  readonly name: string;
  /** It deletes what it copied: when it prunes, or when it is destroyed. */
  readonly deletes: boolean;
}

/** A set that copies from one prefix to another, by the names that it may read and write. */
export interface SetOfNames extends Copy {
  /** What the keys of all that it reads begin with. */
  readonly from: string;
  /** The same of what it writes, renamed or not. */
  readonly to: string;
  readonly reads: readonly Names[];
  readonly writes: readonly Names[];
}

/** One for an app, also where a library in it has a copy of this package of its own. */
const KEY = Symbol.for("cdktf-azure-blob-copy/registry");
/** Which one a construct is in is asked of each pair of copies. */
const STACKS = new WeakMap<IConstruct, IConstruct>();

/**
 * The copies of an app by what they write and by what they read, as far as synth knows it. What only the deploy knows is one text for one
 * value within a stack, and says nothing in another one.
 */
export class DestinationRegistry {
  /** Those of the app that `scope` is in. */
  static of(scope: IConstruct): DestinationRegistry {
    const { root } = scope.node;
    const known = Reflect.get(root, KEY) as DestinationRegistry | undefined;
    const registry = known ?? new DestinationRegistry();
    if (known === undefined) Object.defineProperty(root, KEY, { value: registry });
    return registry;
  }

  private readonly registry = new Map<string, Copy[]>();
  private readonly readers = new Map<string, Copy[]>();
  private readonly sets = new Map<string, SetOfNames>();
  /** By name, which of them was declared first: of two that clash the later one tells, also when all is synthesized once more. */
  private readonly order = new Map<string, number>();

  /** Returns the other writer of the place that was there first, if there is one. */
  claim(place: string, writer: Copy): Copy | undefined {
    this.see(writer);
    const all = noted(this.registry, place, writer);
    const first = all.find((one) => one.name === writer.name || isOneText(place, one, writer));
    return first?.name === writer.name ? undefined : first;
  }

  /** Returns the other copy of the stack that writes what this one reads, if there is one. */
  read(place: string, reader: Copy): Copy | undefined {
    noted(this.readers, place, reader);
    return this.registry.get(place)?.find((writer) => writer.name !== reader.name && areInOneStack(writer, reader));
  }

  /** Returns the other copies of the stack that read what this one writes. */
  readersOf(place: string, writer: Copy): readonly Copy[] {
    return (this.readers.get(place) ?? []).filter((reader) => reader.name !== writer.name && areInOneStack(writer, reader));
  }

  /** Takes a set; returns the others that were there before. */
  addSet(set: SetOfNames): readonly SetOfNames[] {
    this.see(set);
    const others = this.setsBeside(set);
    this.sets.set(set.name, set);
    return others;
  }

  /** The sets that were declared before. */
  setsBeside(copy: Copy): readonly SetOfNames[] {
    return [...this.sets.values()].filter((set) => this.isBefore(set, copy));
  }

  /** Places that begin so and were declared before to be written, each with its writer; those of another stack only where both are known. */
  *writtenBelow(start: string, set: Copy): Iterable<readonly [place: string, writer: Copy]> {
    yield* this.below(this.registry, start, set);
  }

  /** As {@link writtenBelow}, of what the copies of the stack read. */
  *readBelow(start: string, set: Copy): Iterable<readonly [place: string, reader: Copy]> {
    for (const [place, reader] of this.below(this.readers, start, set)) if (areInOneStack(reader, set)) yield [place, reader];
  }

  private *below(copies: ReadonlyMap<string, readonly Copy[]>, start: string, set: Copy): Iterable<readonly [string, Copy]> {
    for (const [place, all] of copies) {
      if (!place.startsWith(start)) continue;
      for (const copy of all) if (this.isBefore(copy, set) && isOneText(place, copy, set)) yield [place, copy];
    }
  }

  private see({ name }: Copy): void {
    if (!this.order.has(name)) this.order.set(name, this.order.size);
  }

  private isBefore(one: Copy, other: Copy): boolean {
    return one.construct !== other.construct && (this.order.get(one.name) ?? Infinity) < (this.order.get(other.name) ?? Infinity);
  }
}

/** Whether a text is of one place for both. */
export function isOneText(text: string, one: Copy, other: Copy): boolean {
  return isKnownText(text) || areInOneStack(one, other);
}

export function areInOneStack({ construct: one }: Copy, { construct: other }: Copy): boolean {
  return stackOf(one) === stackOf(other);
}

function stackOf(construct: IConstruct): IConstruct {
  const stack = STACKS.get(construct) ?? languageAt(construct).stackOf(construct);
  STACKS.set(construct, stack);
  return stack;
}

/** Each copy once, as it was declared last. */
function noted(copies: Map<string, Copy[]>, place: string, copy: Copy): readonly Copy[] {
  const all = copies.get(place) ?? [];
  const known = all.findIndex(({ name }) => name === copy.name);
  if (known === -1) all.push(copy);
  else all[known] = copy;
  copies.set(place, all);
  return all;
}
