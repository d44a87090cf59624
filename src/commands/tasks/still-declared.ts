import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type DeclaredPlace, type DestroyIntent, placeKey, type SetDestroyIntent } from "../../intent";

/** A part of a place that only Terraform knows. */
const VALUE = /\$\{[^}]*\}/;

/**
 * Finds the declaration that still needs the blob of a destroyed one.
 *
 * Terraform destroys before it copies again. If a destination is only spelled in another way, or an
 * element gets another key, the blob would be deleted first, and lost if its source can no longer
 * be read. The file lists the current declarations.
 */
export function stillDeclared(
  intent: Pick<DestroyIntent, "owner" | "destination" | "spelling">,
  declared: readonly DeclaredPlace[],
): DeclaredPlace | undefined {
  const place = placeKey(intent.destination);
  return declared.find((other) => {
    // The declaration itself is unchanged: it is destroyed as a whole.
    const isSelf = isOwnedBy(intent.owner, other.owner);
    if (isSelf && (intent.spelling ?? other.spelling) === other.spelling) return false;
    // If one destination is spelled in another way, a place with parts that only Terraform knows
    // may be the same.
    return isSelf ? mayBe(place, other.place) : place === other.place;
  });
}

/**
 * Finds the new place of a destroyed declaration that has moved: it is still declared, with another
 * destination. undefined when the whole declaration is destroyed, or an element was removed.
 */
export function movedTo(
  {
    owner,
    spelling,
    ...intent
  }: Pick<DestroyIntent, "owner" | "spelling"> & (Pick<DestroyIntent, "destination"> | Pick<SetDestroyIntent, "set">),
  declared: readonly DeclaredPlace[],
): DeclaredPlace | undefined {
  // A declaration of an earlier version has no spelling. Then a place with values that only
  // Terraform knows may be the same.
  const place = "destination" in intent ? placeKey(intent.destination) : undefined;
  return declared.find((other) => {
    if (!isOwnedBy(owner, other.owner)) return false;
    return spelling === undefined ? place !== undefined && !mayBe(place, other.place) : spelling !== other.spelling;
  });
}

/** @param file as Terraform passes it: relative to Terraform's working directory */
export function readDeclaredPlaces(file: string | undefined, workingDirectory: string): readonly DeclaredPlace[] {
  if (file === undefined) return [];
  try {
    const lines = readFileSync(resolve(workingDirectory, file), "utf8").split("\n");
    return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as DeclaredPlace);
  } catch {
    // The synthesized folder is older, or was moved: the current declarations are unknown.
    return [];
  }
}

/**
 * If only Terraform knows the elements of an iterator, the declaration has one owner for all of
 * them.
 */
function isOwnedBy(owner: string, declared: string): boolean {
  return owner === declared || (owner.endsWith("]") && owner.replace(/\["(?:[^"\\]|\\.)*"\]$/, "") === declared);
}

/**
 * Whether this place may be a declared one of which only Terraform knows some parts. Each literal
 * is searched for once, from left to right: its first occurrence leaves the most text for the
 * others.
 */
export function mayBe(place: string, declared: string): boolean {
  const [first = "", ...others] = declared.split(VALUE);
  const last = others.pop();
  if (last === undefined) return place === first;
  if (!place.startsWith(first)) return false;
  let end = first.length;
  for (const literal of others) {
    const start = place.indexOf(literal, end);
    if (start === -1) return false;
    end = start + literal.length;
  }
  return place.length - end >= last.length && place.endsWith(last);
}
