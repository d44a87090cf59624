import { ProgramEnvironment } from "../../src/intent";
import type { Resolve } from "../framework/resolution";
import { isOneToken } from "../framework/tokens";

const EXPRESSION = /^\$\{([^]+)\}$/;

/**
 * Environment variables that pass Terraform's secrets to the program: one for each secret, however
 * often it is declared.
 */
export class SecretVariables {
  private readonly names = new Map<string, string>();

  constructor(private readonly resolve: Resolve) {}

  /** Returns the name of the variable for a secret. */
  nameFor(secret: string): string {
    const value = this.valueOf(secret);
    const name = this.names.get(value) ?? `${ProgramEnvironment.SECRET_PREFIX}${this.names.size + 1}`;
    this.names.set(value, name);
    return name;
  }

  /** Environment of the provisioner. */
  get environment(): Record<string, string> {
    return Object.fromEntries([...this.names].map(([value, name]) => [name, value]));
  }

  /**
   * If a provisioner gets a sensitive value, Terraform suppresses all of its output, including the
   * progress of the copy. The program never prints a secret, so the mark is removed.
   *
   * A literal becomes an empty text: it must not reach the synthesized folder, even if validation
   * is skipped.
   */
  private valueOf(secret: string): string {
    const expression = isOneToken(secret) ? EXPRESSION.exec(String(this.resolve(secret)))?.[1] : undefined;
    return expression === undefined ? "" : `\${try(nonsensitive(${expression}), ${expression})}`;
  }
}
