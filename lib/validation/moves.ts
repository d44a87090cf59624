import type { Problems } from "../framework/problems";
import { show } from "../framework/tokens";
import { isNamed, type Named } from "./shared/resource-names";

/** Terraform renames a resource only if nothing has the earlier name any more. */
export function checkMove(copy: Named, earlier: string, type: string, problems: Problems): void {
  const name = earlier.replace(`${type}.`, "");
  if (name === copy.friendlyUniqueId) {
    problems.add(`moveFromId() takes the earlier id of the construct, and "${earlier}" is the one that it has; remove the call.`);
    return;
  }
  if (!/^[\w-]+$/.test(name)) {
    problems.add(
      `moveFromId("${earlier}") is not a name that Terraform has for a construct; give its earlier id without the path, or, of one below another construct, its name in the configuration (after ${type}.).`,
    );
    return;
  }
  const namesake = copy.cdktfStack.node.findAll().find((other) => isNamed(other, type) && other.friendlyUniqueId === name);
  if (namesake !== undefined) {
    problems.add(`moveFromId("${earlier}") names what is still declared as ${namesake.node.path}; remove that one, or the call.`);
  }
}

/** Terraform takes one earlier name for a resource. */
export function twoMoves(one: string, other: string): string {
  return `moveFromId() is called with ${show(one)} and with ${show(other)}, and a construct has one earlier id; apply the one rename everywhere, then declare the other.`;
}
