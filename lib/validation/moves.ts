import type { IConstruct } from "constructs";
import type { Problems } from "../framework/problems";

/** A construct that Terraform knows by a name. */
interface Named extends IConstruct {
  readonly friendlyUniqueId: string;
  readonly cdktfStack: IConstruct;
}

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
  const namesake = copy.cdktfStack.node.findAll().find((other) => isOf(type, other) && Reflect.get(other, "friendlyUniqueId") === name);
  if (namesake !== undefined) {
    problems.add(`moveFromId("${earlier}") names what is still declared as ${namesake.node.path}; remove that one, or the call.`);
  }
}

function isOf(type: string, { constructor }: object): boolean {
  return Reflect.get(constructor, "tfResourceType") === type;
}
