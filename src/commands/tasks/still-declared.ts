import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type DeclaredPlace, type DestroyIntent, placeKey, type SetDestroyIntent } from "../../intent";

/** What only Terraform knows, in a place. */
const VALUE = /\$\{[^}]*\}/;

/**
 * Finds the declaration that still wants the blob of a destroyed one.
 *
 * Terraform destroys before it copies again. So when a destination is only spelled in another way, or an element gets another key, the
 * blob would be deleted first, and would be lost if its source can no longer be read. The file says what is declared now.
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
    // What only Terraform knows may be the same place, where it is another spelling of one destination.
    return isSelf ? mayBe(place, other.place) : place === other.place;
  });
}

/**
 * Finds where the declaration of what is destroyed has moved to: it is declared still, with another destination. undefined when all of it is
 * destroyed, or an element was removed.
 */
export function movedTo(
  {
    owner,
    spelling,
    ...intent
  }: Pick<DestroyIntent, "owner" | "spelling"> & (Pick<DestroyIntent, "destination"> | Pick<SetDestroyIntent, "set">),
  declared: readonly DeclaredPlace[],
): DeclaredPlace | undefined {
  // What an earlier version declared has no spelling; a place with values that only Terraform knows may be the same one then.
  const place = "destination" in intent ? placeKey(intent.destination) : undefined;
  return declared.find((other) => {
    if (!isOwnedBy(owner, other.owner)) return false;
    return spelling === undefined ? place !== undefined && !mayBe(place, other.place) : spelling !== other.spelling;
  });
}

/** @param file as Terraform has it: relative to the folder that it runs in */
export function readDeclaredPlaces(file: string | undefined, workingDirectory: string): readonly DeclaredPlace[] {
  if (file === undefined) return [];
  try {
    const lines = readFileSync(resolve(workingDirectory, file), "utf8").split("\n");
    return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as DeclaredPlace);
  } catch {
    // The synthesized folder is from before, or was moved: nothing is known to be declared.
    return [];
  }
}

/** Of an iterator whose elements only Terraform knows, the declaration has one owner for all of them. */
function isOwnedBy(owner: string, declared: string): boolean {
  return owner === declared || (owner.endsWith("]") && owner.replace(/\["(?:[^"\\]|\\.)*"\]$/, "") === declared);
}

/** Whether a declared place, of which only Terraform knows some parts, may be this one. Each literal is looked for once, from left to right: where it first occurs, most is left for the others. */
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
