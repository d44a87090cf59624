import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type DeclaredPlace, type DestroyIntent, placeKey } from "../intent";

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

/** Each literal is looked for once, from left to right: where it first occurs, most is left for the others. */
function mayBe(place: string, declared: string): boolean {
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
