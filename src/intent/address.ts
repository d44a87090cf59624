import { hostOfAuthority } from "./hosts";

/**
 * Characters that come along with a text pasted from a web page, a file or a shell: byte order
 * marks, zero-width characters, blanks.
 */
const AROUND = /^[\s\u200B-\u200D\u2060\uFEFF]+|[\s\u200B-\u200D\u2060\uFEFF]+$/g;
const QUOTED = /^(?:"([^"]*)"|'([^']*)'|`([^`]*)`|<([^<>]*)>|\u201c([^\u201c\u201d]*)\u201d)$/;
/** The form in which Hadoop and Spark write a place in a container. */
const OF_A_DRIVER = /^(?:abfss?|wasbs?):\/\/([^@/]+)@([^/?#]+)(\/.*)?$/i;
const WITHOUT_SCHEME = /^(?:\/\/)?([^/?#\s\\]+)(?=[/?#]|$)/;
const SLASHES_AFTER_HOST = /^(https?:\/\/([^/?#\\]+))\/{2,}/i;

/** Removes from a pasted text the marks and blanks around it, and one pair of quotes. */
export function unwrapped(text: string): string {
  const bare = text.replace(AROUND, "");
  const quoted = QUOTED.exec(bare)?.slice(1).join("");
  return quoted === undefined ? bare : quoted.replace(AROUND, "");
}

/**
 * Completes an address of Azure Storage that can mean only one thing: without a scheme
 * (`primary_blob_host`), in the form of a driver (`abfss://container@account…`), in quotes, or with
 * more than one slash after its host. Any other text stays as it is.
 */
export function meantAddress(text: string): string {
  const bare = unwrapped(text);
  const [, container, host, path = ""] = OF_A_DRIVER.exec(bare) ?? [];
  if (container !== undefined && host !== undefined && hostOfAuthority(host)?.service !== undefined) {
    return `https://${host.replace(/\.dfs\./i, ".blob.")}/${container}${path}`;
  }
  const authority = WITHOUT_SCHEME.exec(bare)?.[1];
  const whole =
    authority !== undefined && hostOfAuthority(authority)?.service !== undefined ? `https://${bare.replace(/^\/\//, "")}` : bare;
  const [start, base = "", ofHost = ""] = SLASHES_AFTER_HOST.exec(whole) ?? [];
  return start !== undefined && hostOfAuthority(ofHost)?.service !== undefined ? `${base}/${whole.slice(start.length)}` : whole;
}
