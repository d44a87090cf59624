import type { Problems } from "../framework/problems";
import { describe, show } from "../framework/tokens";
import { isNamed, type Named } from "./shared/resource-names";

/** An earlier id of a construct, which lets Terraform rename its resources. */
export class EarlierId {
  private id: string | undefined;

  /** @param type type of the resources */
  constructor(private readonly type: string) {}

  /**
   * Takes the argument of `moveFromId()`. Terraform accepts one earlier name for a resource.
   *
   * @returns problems with the argument
   */
  take(given: unknown): string[] {
    if (typeof given !== "string" || given === "") return [`moveFromId() takes the earlier id of the construct, got ${describe(given)}.`];
    const { id } = this;
    this.id = given;
    if (id === undefined || id === given) return [];
    return [
      `moveFromId() is called with ${show(id)} and with ${show(given)}, but a construct has only one earlier id; apply one rename everywhere, then declare the other.`,
    ];
  }

  /** The id as it was given; undefined if there is none. */
  get written(): string | undefined {
    return this.id;
  }

  /** The earlier name of the resources. */
  get name(): string | undefined {
    return this.id?.replace(`${this.type}.`, "");
  }

  /** Terraform renames a resource only if the earlier name is free. */
  check(copy: Named, problems: Problems): void {
    const { id, name, type } = this;
    if (id === undefined || name === undefined) return;
    if (name === copy.friendlyUniqueId) {
      problems.add(`moveFromId() takes the earlier id of the construct, but "${id}" is its current id; remove the call.`);
      return;
    }
    if (!/^[\w-]+$/.test(name)) {
      problems.add(
        `moveFromId("${id}") is not the name of a construct in Terraform; give its earlier id without the path, or, for a construct below another construct, its name in the configuration (after ${type}.).`,
      );
      return;
    }
    const namesake = copy.cdktfStack.node.findAll().find((other) => isNamed(other, type) && other.friendlyUniqueId === name);
    if (namesake !== undefined) {
      problems.add(
        `moveFromId("${id}") names a construct that is still declared as ${namesake.node.path}; remove that construct, or the call.`,
      );
    }
  }
}
