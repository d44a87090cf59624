import { DataResource } from "cdktf";
import type { Construct } from "constructs";

/**
 * The address is the same in every stack, so a construct that is renamed or moved keeps its
 * deployment.
 */
const LOGICAL_ID = "azure_blob_copy_deployment";

/**
 * Declares a resource that is never replaced, and whose id is kept in state. The id distinguishes
 * this deployment of a stack from others of the same code, such as production and a preview.
 *
 * @returns HCL for the id
 */
export function declareDeployment(scope: Construct): string {
  const resource = new DataResource(scope, "deployment", {});
  resource.overrideLogicalId(LOGICAL_ID);
  return `terraform_data.${LOGICAL_ID}.id`;
}
