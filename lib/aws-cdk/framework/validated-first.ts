import { Lazy } from "aws-cdk-lib/core";
import type { IConstruct } from "constructs";
import { brokenTexts } from "../../framework/late-texts";
import { resolveIn } from "../../framework/resolution";

/**
 * Returns `text` as a lazy value that first checks everything declared. AWS CDK resolves a resource
 * before it validates the construct. If the user's own code throws then, AWS CDK's error names
 * neither the construct nor the option.
 */
export function validatedFirst(construct: IConstruct, declared: object, text: string): string {
  let isLookedAt = false;
  const produce = () => {
    const broken = isLookedAt ? [] : brokenTexts(declared, resolveIn(construct));
    if (broken.length > 0) throw new Error(broken.map((told) => `[${construct.node.path}] ${told}`).join(" "));
    isLookedAt = true;
    return text;
  };
  return Lazy.uncachedString({ produce });
}
