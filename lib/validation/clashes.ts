import type { IConstruct } from "constructs";
import type { LocationReference } from "../../src/intent";
import { placeKey } from "../../src/intent";
import type { BlobCopyConfig } from "../vocabulary/blob-copy-config";
import type { Problems } from "../framework/problems";
import type { Resolve } from "../framework/resolution";
import { resolveIn, resolveValues } from "../framework/resolution";
import type { Writers } from "../framework/writers";

/** Two copies that write one blob would undo each other in each deploy, and race in the first. */
export function checkSoleWriter(copy: IConstruct, config: BlobCopyConfig, writers: Writers, problems: Problems): void {
  const resolve = resolveIn(copy);
  const place = writtenPlace(config.destination._place, resolve);
  const forEach = config.forEach === undefined ? "" : JSON.stringify(resolve(config.forEach._getForEachExpression()));
  if (forEach !== "" && !place.includes("each.")) {
    problems.add("destination is the same for every element of forEach; use iterator.key or iterator.value in its name.");
  }
  const writer = writers.claim(place + forEach, copy.node.path);
  if (writer !== undefined) problems.add(alsoWrittenBy(writer));
}

/** One text for one destination: two tokens for one value are two tokens, and equal only as Terraform sees them. */
export function writtenPlace(place: LocationReference, resolve: Resolve): string {
  return placeKey(resolveValues(place, resolve) as LocationReference);
}

export function alsoWrittenBy(writer: string): string {
  return `destination is also written by ${writer}; two copies to one blob would undo each other, so give one of both another destination.`;
}

/** Ids of constructs right below a stack become Terraform's names as they are. */
export function checkCompanionNames(copy: IConstruct, companions: readonly string[], problems: Problems): void {
  for (const name of companions) {
    const namesake = copy.node.scope?.node.tryFindChild(name);
    if (namesake !== undefined) {
      problems.add(`the construct ${namesake.node.path} has the name of the resource ${name} that this copy makes; rename one of both.`);
    }
  }
}
