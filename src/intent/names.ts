/** Names that the service accepts, and names that it would read as another one. */

/** Maximum number of characters of a blob's name. */
export const MAX_NAME_CHARACTERS = 1024;
export const MAX_NAME_SEGMENTS = 254;

/** Containers of the service with fixed names. */
export const SYSTEM_CONTAINERS: readonly string[] = ["$root", "$web", "$logs", "$blobchangefeed"];
/** Containers that only the service writes. They can be a source. */
export const READ_ONLY_CONTAINERS: readonly string[] = ["$logs", "$blobchangefeed"];

const CONTAINER = /^(?=.{3,63}$)[a-z0-9]+(?:-[a-z0-9]+)*$/;
/**
 * Control characters. Code points that are not characters, such as U+FFFF, do occur in names of the
 * service, which lists them escaped.
 */
// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const REFUSED_CHARACTERS = /[\u0000-\u001F\u007F-\u009F]/;
const HALF_CHARACTER = /\p{Surrogate}/u;
/**
 * Printable ASCII without backslashes, and without dots at the end of a segment: such a name has no
 * faults. A set checks millions of names.
 */
const ORDINARY = /^(?:[ -\-/-[\]-~]|\.(?=[^./]))+$/;

export function isContainerName(name: string): boolean {
  return SYSTEM_CONTAINERS.includes(name) || CONTAINER.test(name);
}

/** A fault of a name, worded to follow the name in a sentence, and its remedy. */
export interface NameFault {
  readonly what: string;
  readonly remedy: string;
}

export interface NameRules {
  /**
   * Whether the server trims dots at the end of a segment; false for a server that is not Azure
   * Storage. Default: true.
   */
  readonly isTrimmed?: boolean;
}

/**
 * Faults of a blob's name, or of a file's path, that the service refuses or would read as another
 * name.
 *
 * The service trims the dots at the end of each segment, resolves segments of dots, and turns
 * backslashes into slashes. Such a name reaches another blob, even in another container.
 *
 * @param name unescaped; may have stand-ins for parts that only Terraform knows, which count as
 * ordinary characters
 */
export function nameFaults(name: string, { isTrimmed = true }: NameRules = {}): readonly NameFault[] {
  const faults: NameFault[] = [];
  if (ORDINARY.test(name)) return faults;
  const segments = name.split("/");
  if (name.includes("\\")) {
    faults.push({ what: 'contains a backslash, which the service turns into "/"', remedy: 'write "/" for a virtual directory' });
  }
  if (segments.some((segment) => segment === "." || segment === "..")) {
    faults.push({
      what: 'contains the path segment "." or "..", which can lead out of the container',
      remedy: "write the name without it",
    });
  } else if (isTrimmed && segments.some((segment) => segment.endsWith("."))) {
    faults.push({
      what: "has a segment that ends in a dot, which the service trims, so it would be another name",
      remedy: "write the name without that dot",
    });
  }
  if (HALF_CHARACTER.test(name)) {
    faults.push({
      what: "contains half of a character (a lone surrogate), which no URL can carry",
      remedy: "write the whole character; a text that was cut off may end in half of one",
    });
  }
  if (REFUSED_CHARACTERS.test(name)) {
    faults.push({ what: "contains a control character, which the service refuses in a name", remedy: "remove it" });
  }
  return faults;
}
