import type { IConstruct } from "constructs";
import { languageAt } from "../../framework/language";
import { isKnownText } from "../../framework/resolution";
import type { Names } from "./set-names";

/** A copy of an app: its construct, and its name in messages. */
export interface Copy {
  readonly construct: IConstruct;
  readonly name: string;
  /** True if it deletes the blobs that it copied, by a prune or by its destroy. */
  readonly deletes: boolean;
}

/** A set that copies from one prefix to another, with the names that it may read and write. */
export interface SetOfNames extends Copy {
  /** Start of the keys of all places that it reads. */
  readonly from: string;
  /** Start of the keys of all places that it writes, renamed or not. */
  readonly to: string;
  readonly reads: readonly Names[];
  readonly writes: readonly Names[];
}

/**
 * The symbol is shared, so that an app has one registry even if a library in it brings its own copy
 * of this package.
 */
const KEY = Symbol.for("cdktf-azure-blob-copy/registry");
/** Cache of each construct's stack, which is needed for each pair of copies. */
const STACKS = new WeakMap<IConstruct, IConstruct>();

/**
 * The copies of an app by the places that they write and read, as far as synth knows these. A value
 * that only the deploy knows has one text within a stack, but that text means nothing in another
 * stack.
 */
export class DestinationRegistry {
  /** Returns the registry of the scope's app. */
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
  /**
   * Order of declaration, by name. The later of two clashing copies reports the clash, also when
   * the app is synthesized again.
   */
  private readonly order = new Map<string, number>();

  /** Returns the first other writer of the place, if there is one. */
  claim(place: string, writer: Copy): Copy | undefined {
    this.see(writer);
    const all = noted(this.registry, place, writer);
    const first = all.find((one) => one.name === writer.name || isOneText(place, one, writer));
    return first?.name === writer.name ? undefined : first;
  }

  /**
   * Returns another copy of the stack that writes the place that this one reads, if there is one.
   */
  read(place: string, reader: Copy): Copy | undefined {
    noted(this.readers, place, reader);
    return this.registry.get(place)?.find((writer) => writer.name !== reader.name && areInOneStack(writer, reader));
  }

  /** Returns the other copies of the stack that read the place that this one writes. */
  readersOf(place: string, writer: Copy): readonly Copy[] {
    return (this.readers.get(place) ?? []).filter((reader) => reader.name !== writer.name && areInOneStack(writer, reader));
  }

  /** Adds a set, and returns the others that were added before. */
  addSet(set: SetOfNames): readonly SetOfNames[] {
    this.see(set);
    const others = this.setsBeside(set);
    this.sets.set(set.name, set);
    return others;
  }

  /** Returns the sets that were declared before the copy. */
  setsBeside(copy: Copy): readonly SetOfNames[] {
    return [...this.sets.values()].filter((set) => this.isBefore(set, copy));
  }

  /**
   * Returns the written places with that start that were declared before, each with its writer.
   * Places of another stack are included only if they are fully known.
   */
  *writtenBelow(start: string, set: Copy): Iterable<readonly [place: string, writer: Copy]> {
    yield* this.below(this.registry, start, set);
  }

  /** Like {@link writtenBelow}, for places that the copies of the stack read. */
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

/** Returns whether a text means the same place for both copies. */
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

/** Keeps each copy once, in its latest declaration. */
function noted(copies: Map<string, Copy[]>, place: string, copy: Copy): readonly Copy[] {
  const all = copies.get(place) ?? [];
  const known = all.findIndex(({ name }) => name === copy.name);
  if (known === -1) all.push(copy);
  else all[known] = copy;
  copies.set(place, all);
  return all;
}
