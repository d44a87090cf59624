import { ProgramEnvironment } from "../../src/intent";
import type { Resolve } from "../framework/resolution";
import { isOneToken } from "../framework/tokens";

const EXPRESSION = /^\$\{([^]+)\}$/;

/** Environment variables of the program for the secrets that Terraform holds: one for each secret, however often it is declared. */
export class SecretVariables {
  private readonly names = new Map<string, string>();

  constructor(private readonly resolve: Resolve) {}

  /** Name of the variable that carries a secret. */
  nameFor(secret: string): string {
    const value = this.valueOf(secret);
    const name = this.names.get(value) ?? `${ProgramEnvironment.SECRET_PREFIX}${this.names.size + 1}`;
    this.names.set(value, name);
    return name;
  }

  /** What the environment of a provisioner gets. */
  get environment(): Record<string, string> {
    return Object.fromEntries([...this.names].map(([value, name]) => [name, value]));
  }

  /**
   * Terraform suppresses every line of a provisioner that is given a sensitive value, and with it the progress of the copy; the
   * program prints no secret, so the mark is taken off.
   *
   * A literal gives nothing: it must not reach the synthesized folder, not even when validation is skipped.
   */
  private valueOf(secret: string): string {
    const expression = isOneToken(secret) ? EXPRESSION.exec(String(this.resolve(secret)))?.[1] : undefined;
    return expression === undefined ? "" : `\${try(nonsensitive(${expression}), ${expression})}`;
  }
}
