import type { IConstruct } from "constructs";
import type { LocationReference } from "../../src/intent";
import { placeKey } from "../../src/intent";
import { isImmutable } from "./values/url";
import type { DeclaredCopy } from "../intent/declared-copy";
import type { BlobCopyConfig } from "../vocabulary/blob-copy-config";
import type { Problems } from "../framework/problems";
import type { Resolve } from "../framework/resolution";
import { resolveIn, resolveValues } from "../framework/resolution";
import type { Copy, Writers } from "../framework/writers";
import { languageAt } from "../framework/language";

/** Two copies that write one blob would undo each other in each deploy, and race in the first; so would one that reads it. */
export function checkSoleWriter(
  construct: IConstruct,
  config: DeclaredCopy & Pick<BlobCopyConfig, "forEach">,
  writers: Writers,
  problems: Problems,
): void {
  const resolve = resolveIn(construct);
  const place = placeOf(config.destination._place, resolve);
  const forEach = config.forEach === undefined ? "" : JSON.stringify(resolve(config.forEach._getForEachExpression()));
  if (forEach !== "" && !place.includes("each.")) {
    problems.add("destination is the same for every element of forEach; use iterator.key or iterator.value in its name.");
  }
  const copy = { construct, name: construct.node.path };
  const from = readPlace(config.source._place, resolve);
  checkPlaces(copy, from === undefined ? undefined : from + forEach, place + forEach, writers, problems);
}

/** One text for one place: two tokens for one value are two tokens, and equal only as the deploy sees them. */
export function placeOf(place: LocationReference, resolve: Resolve): string {
  return placeKey(resolveValues(place, resolve) as LocationReference);
}

/** undefined for a snapshot or a version, which no copy changes. */
export function readPlace(place: LocationReference, resolve: Resolve): string | undefined {
  return isImmutable(place) ? undefined : placeOf(place, resolve);
}

/** What one copy reads and writes, against all the others of its stack. */
export function checkPlaces(copy: Copy, from: string | undefined, to: string, writers: Writers, problems: Problems): void {
  const writer = writers.claim(to, copy);
  if (writer !== undefined) {
    problems.add(
      `destination is also written by ${writer.name}; two copies to one blob would undo each other, so give one of them another destination.`,
    );
  }
  const readers = writers.readersOf(to, copy);
  const written = from === undefined ? undefined : writers.read(from, copy);
  if (written !== undefined) checkOrder(copy, written, "source", problems);
  for (const reader of readers) checkOrder(copy, reader, "destination", problems);
}

function checkOrder(copy: Copy, other: Copy, side: "source" | "destination", problems: Problems): void {
  const what = side === "source" ? `source is what ${other.name} writes` : `destination is what ${other.name} copies from`;
  if (other.construct === copy.construct) {
    problems.add(
      `${what}, and a set has no order; declare one of them in a set or BlobCopy of its own, and what comes second with dependsOn.`,
    );
  } else if (!areOrdered(copy.construct, other.construct)) {
    problems.add(`${what}, and nothing says which of them comes first; give the one that comes second the other in dependsOn.`);
  }
}

function areOrdered(one: IConstruct, other: IConstruct): boolean {
  const language = languageAt(one);
  return language.waitsFor(one, other) || language.waitsFor(other, one);
}

/** Ids of constructs right below a stack become Terraform's names as they are. */
export function checkCompanionNames(copy: IConstruct, companions: readonly string[], problems: Problems): void {
  for (const name of companions) {
    const namesake = copy.node.scope?.node.tryFindChild(name);
    if (namesake !== undefined) {
      problems.add(`the construct ${namesake.node.path} has the name of the resource ${name} that this copy makes; rename one of them.`);
    }
  }
}
