import { Construct } from "constructs";
import { languageAt, misuseIn } from "../framework/language";
import { checkStackOf, type StackType } from "./stack-of-framework";
import { TokenAwareText, describe, show } from "../framework/tokens";

/**
 * Checks the scope of a construct before the framework gets it. The framework's own error for a
 * wrong scope or id names neither the value nor the construct.
 *
 * @param stackType class of the stacks that the construct is for
 * @throws Error with the path of the scope
 */
export function scopeOf<Scope extends Construct>(scope: Scope, of: string, stackType: StackType): Scope {
  if (!Construct.isConstruct(scope))
    throw new Error(`${of} takes the stack, or a construct in it, as its scope, got ${describe(scope)}; give it as the first argument.`);
  checkStackOf(scope, of, stackType);
  return scope;
}

/** Checks the id of a construct, for the same reason as {@link scopeOf}. */
export function idOf(scope: Construct, id: string, of: string): string {
  const given: unknown = id;
  const told = (what: string): Error => new Error(`[${scope.node.path}] ${of} ${what}.`);
  if (typeof given !== "string" || given === "")
    throw told(`takes a text that is not empty as the id of the construct, got ${describe(given)}; give it as the second argument`);
  const { each } = languageAt(scope).words;
  if (!new TokenAwareText(given).isKnown || misuseIn(given) !== undefined)
    throw told(`takes an id that is known at synth, got ${show(given)}; write one, and ${each}`);
  return given;
}

/** Like {@link idOf}, for frameworks that make names from ids and leave one id out of them. */
export function nameIdOf(scope: Construct, id: string, of: string): string {
  if (idOf(scope, id, of) === "Default" && languageAt(scope).stackOf(scope) === scope)
    throw new Error(
      `[${scope.node.path}] ${of} cannot have the id "Default" in a stack: the framework leaves this id out of names, so the name would be empty; give another id.`,
    );
  return id;
}
