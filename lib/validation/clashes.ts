import { DefaultTokenResolver, StringConcat, Tokenization } from "cdktf";
import type { IConstruct } from "constructs";
import type { LocationReference } from "../../src/intent";
import type { BlobCopyConfig } from "../blob-copy-config";
import type { Problems } from "../errors";
import { placeKey } from "./place";

/**
 * Two copies that write one blob would undo each other in each deploy, and race in the first.
 *
 * @param writers construct path of the writer of each destination in the stack, filled in here
 */
export function checkSoleWriter(copy: IConstruct, config: BlobCopyConfig, writers: Map<string, string>, problems: Problems): void {
  const place = placeKey(resolved(copy, config.destination._place) as LocationReference);
  const forEach: unknown = resolved(copy, config.forEach?._getForEachExpression());
  if (forEach !== undefined && !place.includes("each.")) {
    problems.add("destination is the same for every element of forEach; use iterator.key or iterator.value in its name.");
  }
  const key = JSON.stringify([place, forEach]);
  const { path } = copy.node;
  const writer = writers.get(key) ?? path;
  writers.set(key, writer);
  if (writer !== path) {
    problems.add(
      `destination is also written by ${writer}; two copies to one blob would undo each other, so give one of both another destination.`,
    );
  }
}

/** Two tokens for one value are two tokens; they are equal only as Terraform sees them. */
function resolved(scope: IConstruct, value: unknown): unknown {
  return Tokenization.resolve(value, { scope, resolver: new DefaultTokenResolver(new StringConcat()), preparing: false });
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
