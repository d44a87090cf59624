import type { LocationReference, Receipt } from "../../src/intent";
import { LocationKind } from "../../src/intent";

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
  return isForEach
    ? `{ for key, copy in ${resultAddress} : key => ${valueIn("copy.output", attribute)} }`
    : valueIn(`${resultAddress}.output`, attribute);
}

/** Not in the receipts that earlier versions have left in the state, and empty for what those copied. */
const ADDED_LATER: readonly ReceiptAttribute[] = ["destinationSnapshot"];

/** HCL for a value of the receipt that an expression gives. */
export function valueIn(receipt: string, attribute: ReceiptAttribute): string {
  const value = `${receipt}.${attribute}`;
  return ADDED_LATER.includes(attribute) ? `try(${value}, "")` : value;
}

/** A host and names in which nothing is escaped, and nothing left to the program's own spelling. */
const PLAIN_ENDPOINT = /^https?:\/\/[a-z0-9.-]+\/*$/;
const PLAIN_NAME = /^[A-Za-z0-9._~-]+(?:\/[A-Za-z0-9._~-]+)*$/;

/**
 * HCL for a destination's URL that is known at synth: it stays known while the copy is made again, so that nothing which only uses
 * the URL is changed. The index refers to the result all the same, and so whoever uses the URL waits for the copy.
 */
export function knownUrl(destination: LocationReference, resultAddress: string): string | undefined {
  const url = plainUrl(destination);
  return url === undefined ? undefined : `["${url}", ${resultAddress}.id][0]`;
}

function plainUrl(destination: LocationReference): string | undefined {
  if (destination.kind === LocationKind.BLOB) {
    const { blobEndpoint, containerName, blobName } = destination;
    const isPlain = PLAIN_ENDPOINT.test(blobEndpoint) && PLAIN_NAME.test(containerName) && PLAIN_NAME.test(blobName);
    return isPlain ? `${blobEndpoint.replace(/\/+$/, "")}/${containerName}/${blobName}` : undefined;
  }
  if (destination.kind !== LocationKind.URL) return undefined;
  const [, endpoint = "", name = ""] = /^(https?:\/\/[^/]+)\/(.+)$/.exec(destination.url) ?? [];
  return PLAIN_ENDPOINT.test(endpoint) && PLAIN_NAME.test(name) && name.includes("/") ? destination.url : undefined;
}
