import { App } from "cdktf";
import type { IConstruct } from "constructs";
import type { Problems } from "./problems";

/** The framework would write these resources as HCL that Terraform cannot read. */
export function checkJsonOutput(construct: IConstruct, problems: Problems): void {
  const { root } = construct.node;
  if (App.isApp(root) && root.hclOutput) {
    problems.add(
      "the framework's HCL output cannot hold the resources of this construct; synthesize JSON (without --hcl, hclOutput: false).",
    );
  }
}
