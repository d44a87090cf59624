import { TerraformElement, TerraformStack } from "cdktf";
import type { IConstruct } from "constructs";
import { resolveIn } from "./resolution";

/**
 * Whether Terraform makes `before` first because `after` needs it: by `dependsOn`, by a reference, or by way of others of the stack.
 *
 * Resolves what it comes by, so it is for the few pairs of which the order matters.
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
  // Blocks that are resolved already come out of the first pass as values of their own.
  return JSON.stringify(resolve(resolve(element.toTerraform())));
}

/** undefined for what nothing can refer to, such as an output or a backend: the framework says so by an exception only. */
function addressOf(element: TerraformElement): string | undefined {
  let reference: string;
  try {
    reference = element.fqn;
  } catch {
    return undefined;
  }
  return String(resolveIn(element)(reference)).replace(/^\$\{|\}$/g, "");
}

/** An address that goes on is that of another resource. */
function refersTo(text: string, address: string): boolean {
  for (let at = text.indexOf(address); at !== -1; at = text.indexOf(address, at + 1))
    if (!/[\w-]/.test(text.charAt(at + address.length)) && !/[\w.-]/.test(text.charAt(at - 1))) return true;
  return false;
}
