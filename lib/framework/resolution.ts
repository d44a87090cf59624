import type { IConstruct } from "constructs";
import { isSpokenBySome, languageAt, type Resolve } from "./language";
import { isUnknownNumber, isValueObject } from "./tokens";

export type { Resolve } from "./language";

/** Part of a configuration: JSON whose strings may contain tokens. */
export type Block = Record<string, unknown>;

/** Returns a function that resolves values outside the framework's own passes. */
export function resolveIn(scope: IConstruct): Resolve {
  return languageAt(scope).resolveIn(scope);
}

/** Returns a function that resolves each string only once. */
export function remembering(resolve: Resolve): Resolve {
  const known = new Map<string, unknown>();
  return (value) => {
    if (typeof value !== "string") return resolve(value);
    if (!known.has(value)) known.set(value, resolve(value));
    return known.get(value);
  };
}

/**
 * Resolves like the framework, but passes only values to it that may contain a token. All other
 * values are returned unchanged.
 */
export function resolveValues(value: unknown, resolve: Resolve): unknown {
  if (typeof value === "string") return mayHoldToken(value) ? resolve(value) : value;
  if (typeof value === "number") return isUnknownNumber(value) ? resolve(value) : value;
  if (Array.isArray(value)) return value.some(isTokenOfList) ? resolve(value) : value.map((item) => resolveValues(item, resolve));
  if (!isBlock(value)) return value;
  if (isValueObject(value)) return resolve(value);
  let changed: Block | undefined;
  for (const name of Object.keys(value)) {
    if (mayHoldToken(name)) return resolve(value);
    const resolved = resolveValues(value[name], resolve);
    if (resolved !== value[name]) (changed ??= { ...value })[name] = resolved;
  }
  return changed ?? value;
}

/** Start of a Terraform template. */
const TEMPLATE = /[$%]\{/;

/** Returns whether a resolved text leaves nothing to the deploy. */
export function isKnownText(resolved: string): boolean {
  return !TEMPLATE.test(resolved);
}

export function isTokenOfList(item: unknown): boolean {
  return typeof item === "string" ? mayHoldToken(item) : isUnknownNumber(item);
}

export function isBlock(value: unknown): value is Block {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Tokens have a marker. A number token inside a string is recognised by its large exponent. */
export function mayHoldToken(text: string): boolean {
  return text.includes("e+2") || isSpokenBySome((language) => language.mayHoldToken(text));
}
