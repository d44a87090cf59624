import type { IConstruct } from "constructs";
import type { LocationReference } from "../../../src/intent";
import { DestroyPolicy, placeKey } from "../../../src/intent";
import { isImmutable } from "../../intent/known-place";
import type { DeclaredCopy, DeclaredRun } from "../../intent/declared-copy";
import type { Problems } from "../../framework/problems";
import type { Resolve } from "../../framework/resolution";
import { resolveIn, resolveValues } from "../../framework/resolution";
import { languageAt } from "../../framework/language";
import { oneName } from "./set-names";
import { haveCommon, SharedNames } from "./shared-names";
import { areInOneStack, type Copy, isOneText, type SetOfNames, DestinationRegistry } from "./destination-registry";

/** Iterator that makes one copy per element, in front ends that have iterators. */
interface Elements {
  _getForEachExpression(): unknown;
}

/**
 * Two copies that write one blob would undo each other in each deploy, and race in the first
 * deploy. The same is true of a copy that reads the blob and a copy that writes it.
 */
export function checkSoleWriter(
  construct: IConstruct,
  config: DeclaredCopy & Pick<DeclaredRun, "onDestroy"> & { readonly forEach?: Elements },
  problems: Problems,
): void {
  const resolve = resolveIn(construct);
  const place = placeOf(config.destination._place, resolve);
  const forEach = config.forEach === undefined ? "" : JSON.stringify(resolve(config.forEach._getForEachExpression()));
  if (forEach !== "" && !place.includes("each.")) {
    problems.add("destination is the same for every element of forEach; use iterator.key or iterator.value in its name.");
  }
  const copy = { construct, name: construct.node.path, deletes: config.onDestroy === DestroyPolicy.DELETE };
  const from = readPlace(config.source._place, resolve);
  const registry = DestinationRegistry.of(construct);
  checkPlaces(copy, from === undefined ? undefined : from + forEach, place + forEach, registry, problems);
  const shared = new SharedNames();
  checkBesideSets(copy, from, place, registry, shared, problems);
  shared.reportCopies(problems);
}

/**
 * Returns the same text for the same place. Two tokens for one value differ, and become equal only
 * when they are resolved.
 */
export function placeOf(place: LocationReference, resolve: Resolve): string {
  return placeKey(resolveValues(place, resolve) as LocationReference);
}

/** Returns undefined for a snapshot or a version, which copies do not change. */
export function readPlace(place: LocationReference, resolve: Resolve): string | undefined {
  return isImmutable(place) ? undefined : placeOf(place, resolve);
}

/**
 * Compares the places that one copy reads and writes with those of all other copies of its stack.
 */
export function checkPlaces(copy: Copy, from: string | undefined, to: string, registry: DestinationRegistry, problems: Problems): void {
  const writer = registry.claim(to, copy);
  if (writer !== undefined) checkTwoWriters(copy, writer, problems);
  const readers = registry.readersOf(to, copy);
  const written = from === undefined ? undefined : registry.read(from, copy);
  if (written !== undefined) checkOrder(copy, written, "source", problems);
  for (const reader of readers) checkOrder(copy, reader, "destination", problems);
}

/**
 * Stacks are deployed one after the other: the later one replaces the blob, unless a destroy of the
 * other stack deletes it.
 */
function checkTwoWriters(copy: Copy, writer: Copy, problems: Problems): void {
  const what = `destination is also written by ${writer.name}`;
  const deleter = [copy, writer].find(({ deletes }) => deletes);
  if (areInOneStack(copy, writer)) {
    problems.add(`${what}; two copies to one blob would undo each other, so give one of them another destination.`);
  } else if (deleter !== undefined) {
    problems.add(
      `${what}, and a destroy of ${deleter.name} could delete the blob that the other one needs; give one of them another destination.`,
    );
  } else {
    languageAt(copy.construct).warn(
      copy.construct,
      `${what}; the stack that is deployed last replaces the blob, so give one of them another destination.`,
    );
  }
}

/**
 * Compares the places that one copy reads and writes with the sets that copy from one prefix to
 * another.
 *
 * @param ordered sets whose order has already been checked
 */
export function checkBesideSets(
  copy: Copy,
  from: string | undefined,
  to: string,
  registry: DestinationRegistry,
  shared: SharedNames,
  problems: Problems,
  ordered = new Set<SetOfNames>(),
): void {
  for (const set of registry.setsBeside(copy)) {
    if (isOneText(to, copy, set)) shared.add(set, copy, to);
    if (!areInOneStack(copy, set) || ordered.has(set)) continue;
    const isRead = from !== undefined && haveCommon(set.writes, [oneName(from)]);
    if (!isRead && !haveCommon(set.reads, [oneName(to)])) continue;
    ordered.add(set);
    checkOrder(copy, set, isRead ? "source" : "destination", problems);
  }
}

export function checkOrder(copy: Copy, other: Copy, side: "source" | "destination" | "from" | "to", problems: Problems): void {
  const what = side === "source" || side === "from" ? `${side} is written by ${other.name}` : `${side} is read by ${other.name}`;
  const { order } = languageAt(copy.construct).words;
  if (other.construct === copy.construct) {
    problems.add(
      `${what}, and the copies of a set do not have an order; declare one of them in a set or BlobCopy of its own, and ${order}.`,
    );
  } else if (!areOrdered(copy.construct, other.construct)) {
    problems.add(`${what}, but their order is not declared; ${order}.`);
  }
}

function areOrdered(one: IConstruct, other: IConstruct): boolean {
  const language = languageAt(one);
  return language.waitsFor(one, other) || language.waitsFor(other, one);
}
