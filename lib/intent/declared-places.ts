import { createHash } from "node:crypto";
import type { DeclaredPlace, LocationReference, PrefixReference } from "../../src/intent";
import { placeKey, prefixKey } from "../../src/intent";
import { copiesByKey } from "./copy-manifest";
import type { DeclaredCopySet, DeclaredPrefix, DeclaredSetCopy } from "./declared-copy";
import type { Resolve } from "../framework/resolution";
import { isBlock, resolveValues } from "../framework/resolution";

/**
 * Returns a hash that changes with the declaration of a destination, but not with the values that
 * Terraform fills in.
 */
export function spellingOf(destination: LocationReference | PrefixReference, resolve: Resolve): string {
  return createHash("sha256")
    .update(JSON.stringify(resolveValues(destination, resolve)))
    .digest("hex")
    .slice(0, 16);
}

/** A part that resolves to nothing becomes empty. Validation reports it, but only later. */
function resolvedPlace<Place extends object>(place: Place, resolve: Resolve): Place {
  const parts = Object.entries(place).map(([part, value]) => [part, resolveValues(value, resolve) ?? ""] as const);
  return Object.fromEntries(parts) as Place;
}

/**
 * Returns the places that a copy writes: one for each element if synth knows the elements of its
 * iterator.
 */
export function declaredPlaces(
  owner: string,
  destination: LocationReference,
  forEach: unknown,
  resolve: Resolve,
): readonly DeclaredPlace[] {
  const spelling = spellingOf(destination, resolve);
  const place = placeKey(resolvedPlace(destination, resolve));
  const elements = forEach === undefined ? undefined : literalElements(resolve(forEach));
  if (elements === undefined) return [{ owner, place, spelling }];
  return elements.map(([key, value]) => ({ owner: `${owner}[${JSON.stringify(key)}]`, place: placeOf(place, key, value), spelling }));
}

/**
 * Every blob below a prefix may be written, so its name is left open like a value that only
 * Terraform knows.
 */
function declaredPrefix(owner: string, destination: PrefixReference, resolve: Resolve): DeclaredPlace {
  const place = `${prefixKey(resolvedPlace(destination, resolve))}\${name}`;
  return { owner, place, spelling: spellingOf(destination, resolve) };
}

/**
 * Returns the places of a list that deletes at destroy: its whole container, so that a list that
 * has moved is recognised, and each of its blobs.
 */
function declaredList(
  owner: string,
  container: PrefixReference,
  copies: readonly DeclaredSetCopy[],
  resolve: Resolve,
): readonly DeclaredPlace[] {
  const whole = declaredPrefix(owner, container, resolve);
  const places = copies.map(({ destination }) => placeKey(resolvedPlace(destination._place, resolve)));
  return [whole, ...places.map((place) => ({ ...whole, place }))];
}

/**
 * Returns the places that a set writes.
 *
 * @param container container from which a destroy deletes; undefined if a destroy does not delete
 */
export function declaredSet(
  owner: string,
  { to, copies = [] }: Pick<DeclaredCopySet, "to" | "copies">,
  container: DeclaredPrefix | undefined,
  resolve: Resolve,
): readonly DeclaredPlace[] {
  if (to !== undefined) return [declaredPrefix(owner, to._place, resolve)];
  if (container !== undefined) return declaredList(owner, container._place, copies, resolve);
  return [...copiesByKey(copies)].flatMap(([key, { destination }]) =>
    declaredPlaces(`${owner} (${key})`, destination._place, undefined, resolve),
  );
}

/**
 * Returns the place of one element. Parts that its value does not contain are left to Terraform.
 */
function placeOf(place: string, key: string, value: unknown): string {
  const known = place.replaceAll("${each.key}", () => key);
  return known.replace(/\$\{each\.value(?:\.(\w+)|\["([^"]+)"\])?\}/g, (whole, property?: string, quoted?: string) => {
    const name = property ?? quoted;
    const found: unknown = name === undefined ? value : isBlock(value) ? value[name] : undefined;
    return typeof found === "string" || typeof found === "number" ? String(found) : whole;
  });
}

/**
 * Returns keys and values of a literal iterator: a map, or a list of strings such as
 * `toset(["a", "b"])`.
 */
function literalElements(forEach: unknown): readonly (readonly [key: string, value: unknown])[] | undefined {
  if (isBlock(forEach)) return Object.entries(forEach);
  const list = typeof forEach === "string" ? /^\$\{toset\((\[[^]*\])\)\}$/.exec(forEach)?.[1] : undefined;
  try {
    const items: unknown = list === undefined ? undefined : JSON.parse(list);
    return Array.isArray(items) ? items.map((item) => [String(item), item] as const) : undefined;
  } catch {
    return undefined;
  }
}
