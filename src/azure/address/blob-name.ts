import type { Side } from "../../failure/service-error";
import { badIntent } from "../../failure/bad-intent";

/** Characters. */
const LONGEST_BLOB_NAME = 1024;

const WITHOUT_ESCAPES = /^[\w.~!'()*/-]*$/;
const DANGEROUS = /\\|(?:^|\/)\.\.?(?:\/|$)/;

/** The service resolves dot segments and turns backslashes into slashes: such a name would reach another blob, even in another container. */
export function checkBlobName(name: string, side: Side): void {
  if (name === "" || name.length > LONGEST_BLOB_NAME) {
    throw badIntent(
      side,
      name === "" ? "the name is empty" : `the name has ${name.length} characters`,
      `A name has 1 to ${LONGEST_BLOB_NAME} characters.`,
    );
  }
  if (DANGEROUS.test(name)) {
    throw badIntent(
      side,
      `"${name}" has a backslash or a segment "." or ".."`,
      "Rename it: the service would read such a name as another one.",
    );
  }
}

/** One segment of a path, as it was before it was escaped. */
export function unescapeSegment(segment: string, side: Side): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw badIntent(side, `"${segment}" is not escaped correctly`, "Write a % in a name as %25.");
  }
}

/** For a path; slashes stay. */
export function escapeName(name: string, side: Side): string {
  if (WITHOUT_ESCAPES.test(name)) return name;
  try {
    return name.split("/").map(encodeURIComponent).join("/");
  } catch {
    throw badIntent(side, "the name has half of a surrogate pair", "Rename it.");
  }
}
