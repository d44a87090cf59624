import { CfnElement, CfnResource, Stack } from "aws-cdk-lib/core";
import type { IConstruct } from "constructs";

/**
 * Returns whether CloudFormation creates `before` first because `after` needs it: by
 * `node.addDependency`, by a reference, or through other constructs of the stack.
 */
export function waitsFor(after: IConstruct, before: IConstruct): boolean {
  const elements = Stack.of(after)
    .node.findAll()
    .filter((construct) => CfnResource.isCfnResource(construct));
  const wanted = new Set<IConstruct>(before.node.findAll());
  const seen = new Set<IConstruct>(after.node.findAll());
  for (const construct of seen) {
    if (wanted.has(construct)) return true;
    for (const scope of construct.node.scopes)
      for (const needed of scope.node.dependencies) for (const part of needed.node.findAll()) seen.add(part);
    const text = textOf(construct);
    for (const element of elements) if (!seen.has(element) && refersTo(text, element)) seen.add(element);
  }
  return false;
}

function textOf(construct: IConstruct): string {
  if (!CfnElement.isCfnElement(construct)) return "";
  return JSON.stringify(Stack.of(construct).resolve(construct._toCloudFormation()));
}

function refersTo(text: string, element: CfnResource): boolean {
  const id = JSON.stringify(Stack.of(element).resolve(element.logicalId));
  return text.includes(`{"Ref":${id}}`) || text.includes(`{"Fn::GetAtt":[${id},`);
}
