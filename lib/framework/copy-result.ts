import type { IResolvable, TerraformStack } from "cdktf";
import { Token, ref } from "cdktf";
import type { ICopyResult } from "../vocabulary/copy-result";

/** Attributes of a result, and what Terraform has of each. */
const ATTRIBUTES: Readonly<Record<keyof ICopyResult, "text" | "number">> = {
  destinationUrl: "text",
  etag: "text",
  versionId: "text",
  copyId: "text",
  copyStatus: "text",
  bytesCopied: "number",
  lastModified: "text",
  contentMd5: "text",
  method: "text",
  completedOn: "text",
};

/** Returns the receipt's value as Terraform will know it. */
type ReadAttribute<Target> = (target: Target, attribute: keyof ICopyResult) => IResolvable;

/** Gives a target the attributes of a result, each of which is read when it is asked for. */
export function defineResult<Target extends object>(target: Target, read: ReadAttribute<Target>): void {
  for (const name of Object.keys(ATTRIBUTES) as (keyof ICopyResult)[]) {
    Object.defineProperty(target, name, {
      configurable: true,
      enumerable: true,
      get(this: Target) {
        const value = read(this, name);
        return ATTRIBUTES[name] === "number" ? Token.asNumber(value) : Token.asString(value);
      },
    });
  }
}

/** @param address HCL address of a receipt, such as one of those that a set keeps */
export function resultAt(stack: TerraformStack, address: string): ICopyResult {
  const result = {};
  defineResult(result, (_, attribute) => ref(`${address}.${attribute}`, stack));
  return result as ICopyResult;
}
