import { Construct, type IConstruct } from "constructs";
import { languageAt } from "../framework/language";
import type { Problems } from "../framework/problems";

/**
 * Terraform knows the resources of one stack, and would look for a dependency in another stack
 * among them.
 */
export function checkDependencies(construct: IConstruct, dependencies: readonly unknown[] | undefined, problems: Problems): void {
  const language = languageAt(construct);
  const stack = language.stackOf(construct);
  for (const [index, dependency] of (dependencies ?? []).entries()) {
    if (!Construct.isConstruct(dependency) || language.stackOf(dependency) === stack) continue;
    problems.add(
      `dependsOn[${index}] is ${dependency.node.path}, which is in another stack, but Terraform waits only for resources of the same stack; order the stacks with stack.addDependency(other).`,
    );
  }
}
