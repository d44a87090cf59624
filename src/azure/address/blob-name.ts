import type { Side } from "../../failure/service-error";
import { badIntent, UnusableName } from "../../failure/bad-intent";
import { MAX_NAME_CHARACTERS, MAX_NAME_SEGMENTS, nameFaults } from "../../intent";

const WITHOUT_ESCAPES = /^[\w.~!'()*/-]*$/;

/**
 * @throws CopyFailure (exit code 2) for a name that the service refuses or would take for another
 * one
 */
export function checkBlobName(name: string, side: Side): void {
  // A name shorter than the limit cannot have too many segments, so it is not split.
  const segments = name.length < MAX_NAME_SEGMENTS ? 1 : name.split("/").length;
  if (name === "" || name.length > MAX_NAME_CHARACTERS || segments > MAX_NAME_SEGMENTS) {
    throw UnusableName.because(
      side,
      name === "" ? "the name is empty" : `the name has ${name.length} characters in ${segments} path segments`,
      `A name has 1 to ${MAX_NAME_CHARACTERS} characters, in at most ${MAX_NAME_SEGMENTS} path segments.`,
    );
  }
  const [fault] = nameFaults(name);
  if (fault !== undefined) {
    const remedy = `${fault.remedy.charAt(0).toUpperCase()}${fault.remedy.slice(1)}.`;
    throw UnusableName.because(side, `${JSON.stringify(name)} ${fault.what}`, remedy);
  }
}

export function unescapeSegment(segment: string, side: Side): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw badIntent(side, `"${segment}" is not escaped correctly`, "Write a % in a name as %25.");
  }
}

/** Escapes a name for a path. Slashes stay. */
export function escapeName(name: string, side: Side): string {
  if (WITHOUT_ESCAPES.test(name)) return name;
  try {
    return name.split("/").map(encodeURIComponent).join("/");
  } catch {
    throw UnusableName.because(side, "the name has half of a surrogate pair", "Rename it.");
  }
}
