import { DataResource } from "cdktf";
import type { Construct } from "constructs";

/** Address of the resource in every stack: a construct that is renamed or moved keeps its deployment. */
const LOGICAL_ID = "azure_blob_copy_deployment";

/**
 * Declares what tells a deployment of a stack from the others of the same code, such as those of production and of a preview: a resource
 * that nothing replaces, whose id is kept in state.
 *
 * @returns HCL for the id
 */
export function declareDeployment(scope: Construct): string {
  const resource = new DataResource(scope, "deployment", {});
  resource.overrideLogicalId(LOGICAL_ID);
  return `terraform_data.${LOGICAL_ID}.id`;
}
