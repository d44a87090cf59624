import { Lazy } from "aws-cdk-lib/core";
import type { IConstruct } from "constructs";
import { brokenTexts } from "../../framework/late-texts";
import { resolveIn } from "../../framework/resolution";

/**
 * A text of a resource, in front of which all that was declared is looked at: AWS CDK resolves a resource before it validates the construct, and
 * of what the user's own code throws then, it says neither the construct nor the option.
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
