import type { Receipt } from "../../src/intent";

/** Where the program leaves receipts, below the folder that Terraform runs in; `cdktf synth` leaves it alone. */
export const STATE_DIRECTORY = "${path.module}/.blobcopy";

/** Names of a receipt's values. */
export type ReceiptAttribute = Exclude<keyof Receipt, "version" | "sourceEtag" | "origin">;

/** HCL for the path of the receipt of the copy whose `terraform_data` has the id that `idExpression` gives. */
export function receiptPath(idExpression: string): string {
  return `"${STATE_DIRECTORY}/\${${idExpression}}.json"`;
}

/** HCL for the path of the file that is there while the run for that receipt is not over. */
export function unsettledPath(idExpression: string): string {
  return `"${STATE_DIRECTORY}/\${${idExpression}}.unsettled"`;
}

/**
 * HCL for a receipt's value, read from the resource that keeps the receipt in state.
 *
 * With `for_each` it is a map by key: a splat, which the framework would write, does not work on the map that such a resource is.
 */
export function receiptValue(resultAddress: string, attribute: ReceiptAttribute, isForEach: boolean): string {
  return isForEach ? `{ for key, copy in ${resultAddress} : key => copy.output.${attribute} }` : `${resultAddress}.output.${attribute}`;
}
