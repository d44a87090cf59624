import type { LocationReference, Receipt } from "../../src/intent";
import { LocationKind } from "../../src/intent";

/**
 * Folder for the program's receipts, below the folder that Terraform runs in. `cdktf synth` does
 * not touch it.
 */
export const STATE_DIRECTORY = "${path.module}/.blobcopy";

/** Names of a receipt's values. */
export type ReceiptAttribute = Exclude<keyof Receipt, "version" | "sourceEtag" | "origin">;

/**
 * Returns HCL for the path of a copy's receipt. `idExpression` is HCL for the id of the copy's
 * `terraform_data`.
 */
export function receiptPath(idExpression: string): string {
  return `"${STATE_DIRECTORY}/\${${idExpression}}.json"`;
}

/** Returns HCL for the path of a file that exists until the run of that receipt is over. */
export function unsettledPath(idExpression: string): string {
  return `"${STATE_DIRECTORY}/\${${idExpression}}.unsettled"`;
}

/**
 * Returns HCL for a receipt's value, read from the resource that keeps the receipt in state.
 *
 * With `for_each` the value is a map by key. The framework would write a splat, which does not work
 * here, because such a resource is a map.
 */
export function receiptValue(resultAddress: string, attribute: ReceiptAttribute, isForEach: boolean): string {
  return isForEach
    ? `{ for key, copy in ${resultAddress} : key => ${valueIn("copy.output", attribute)} }`
    : valueIn(`${resultAddress}.output`, attribute);
}

/**
 * Attributes that receipts of earlier versions in the state do not have. They are empty for copies
 * of those versions.
 */
const ADDED_LATER: readonly ReceiptAttribute[] = ["destinationSnapshot"];

/** Returns HCL for a value of a receipt, which is given as an HCL expression. */
export function valueIn(receipt: string, attribute: ReceiptAttribute): string {
  const value = `${receipt}.${attribute}`;
  return ADDED_LATER.includes(attribute) ? `try(${value}, "")` : value;
}

/** Host and names that do not need escaping, so that the program spells them in the same way. */
const PLAIN_ENDPOINT = /^https?:\/\/[a-z0-9.-]+\/*$/;
const PLAIN_NAME = /^[A-Za-z0-9._~-]+(?:\/[A-Za-z0-9._~-]+)*$/;

/**
 * Returns HCL for a destination's URL that is known at synth. The URL stays known while the copy is
 * replaced, so resources that use only the URL do not change. The index refers to the result, so
 * they still wait for the copy.
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
