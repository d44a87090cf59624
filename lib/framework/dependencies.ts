import { TerraformElement, TerraformStack } from "cdktf";
import type { IConstruct } from "constructs";
import { resolveIn } from "./resolution";

/**
 * Returns whether Terraform creates `before` first because `after` needs it: by `dependsOn`, by a
 * reference, or through other elements of the stack.
 *
 * It resolves every element on the way, so use it only for the few pairs whose order matters.
 */
export function waitsFor(after: IConstruct, before: IConstruct): boolean {
  const elements = TerraformStack.of(after).node.findAll().filter(isElement);
  const seen = new Set<IConstruct>([after]);
  for (const element of seen) {
    if (element === before) return true;
    const text = textOf(element);
    for (const other of elements) {
      const address = seen.has(other) ? undefined : addressOf(other);
      if (address !== undefined && refersTo(text, address)) seen.add(other);
    }
  }
  return false;
}

function isElement(construct: IConstruct): construct is TerraformElement {
  return TerraformElement.isTerraformElement(construct);
}

function textOf(element: IConstruct): string {
  if (!isElement(element)) return "";
  const resolve = resolveIn(element);
  // The first pass returns pre-resolved blocks as values that must be resolved again.
  return JSON.stringify(resolve(resolve(element.toTerraform())));
}

/**
 * Returns undefined for an element that cannot be referred to, such as an output or a backend. The
 * framework reports this only by an exception.
 */
function addressOf(element: TerraformElement): string | undefined {
  let reference: string;
  try {
    reference = element.fqn;
  } catch {
    return undefined;
  }
  return String(resolveIn(element)(reference)).replace(/^\$\{|\}$/g, "");
}

/** An address that continues with further characters belongs to another resource. */
function refersTo(text: string, address: string): boolean {
  for (let at = text.indexOf(address); at !== -1; at = text.indexOf(address, at + 1))
    if (!/[\w-]/.test(text.charAt(at + address.length)) && !/[\w.-]/.test(text.charAt(at - 1))) return true;
  return false;
}
