import { Lazy } from "cdktf";
import { isOneToken } from "./validation/text";

const EXPRESSION = /^\$\{([^]+)\}$/;

/**
 * A secret of Terraform's for the environment of a provisioner. Terraform suppresses every line of a provisioner that is given a
 * sensitive value, and with it the progress of the copy; the program prints no secret, so the mark is taken off.
 *
 * A literal gives nothing: it must not reach the synthesized folder, not even when validation is skipped.
 */
export function terraformHeldSecret(secret: string): string {
  if (!isOneToken(secret)) return "";
  return Lazy.stringValue({
    produce: (context) => {
      const expression = EXPRESSION.exec(String(context.resolve(secret)))?.[1];
      return expression === undefined ? "" : `\${try(nonsensitive(${expression}), ${expression})}`;
    },
  });
}
