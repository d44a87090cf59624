import { createHash } from "node:crypto";
import type { DeclaredPlace, LocationReference, PrefixReference } from "../../src/intent";
import { placeKey, prefixKey } from "../../src/intent";
import { copiesByKey } from "./copy-manifest";
import type { DeclaredCopySet, DeclaredPrefix, DeclaredSetCopy } from "./declared-copy";
import type { Resolve } from "../framework/resolution";
import { isBlock, resolveValues } from "../framework/resolution";

/** Changes with the declaration of a destination, not with what Terraform makes of it. */
export function spellingOf(destination: LocationReference | PrefixReference, resolve: Resolve): string {
  return createHash("sha256")
    .update(JSON.stringify(resolveValues(destination, resolve)))
    .digest("hex")
    .slice(0, 16);
}

/** A part that comes to nothing is empty: validation says so, after this was asked for. */
function resolvedPlace<Place extends object>(place: Place, resolve: Resolve): Place {
  const parts = Object.entries(place).map(([part, value]) => [part, resolveValues(value, resolve) ?? ""] as const);
  return Object.fromEntries(parts) as Place;
}

/** What a copy writes, for each element where synth knows the elements of its iterator. */
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

/** Every blob below a prefix may be written: its name is left open like what only Terraform knows. */
function declaredPrefix(owner: string, destination: PrefixReference, resolve: Resolve): DeclaredPlace {
  const place = `${prefixKey(resolvedPlace(destination, resolve))}\${name}`;
  return { owner, place, spelling: spellingOf(destination, resolve) };
}

/** A list that deletes at destroy: its container as a whole, so that one that has moved is known, and each blob of it. */
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
 * What a set writes.
 *
 * @param container what a destroy deletes from; undefined where it deletes nothing
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

/** The place of one element; what is not in its value is left to Terraform. */
function placeOf(place: string, key: string, value: unknown): string {
  const known = place.replaceAll("${each.key}", () => key);
  return known.replace(/\$\{each\.value(?:\.(\w+)|\["([^"]+)"\])?\}/g, (whole, property?: string, quoted?: string) => {
    const name = property ?? quoted;
    const found: unknown = name === undefined ? value : isBlock(value) ? value[name] : undefined;
    return typeof found === "string" || typeof found === "number" ? String(found) : whole;
  });
}

/** Keys and values of what is written out: a map, or a list of strings as `toset(["a", "b"])`. */
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
