type Texts = Readonly<Record<string, string>>;

/** Whether both have the same names with the same values. */
export function haveSameEntries(one: Texts, other: Texts): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}

/**
 * Whether each expected value is there, apart from surrounding blanks. An absent value equals an
 * empty one. Other entries do not matter.
 */
export function hasEntries(
  expected: Readonly<Record<string, string | undefined>>,
  found: Readonly<Record<string, string | undefined>>,
): boolean {
  return Object.entries(expected).every(([name, value]) => (value?.trim() ?? "") === (found[name] ?? ""));
}

/** Names of metadata are case-insensitive, and the service drops blanks around a value. */
export function isSameMetadata(one: Texts, other: Texts): boolean {
  return haveSameEntries(normalised(one), normalised(other));
}

function normalised(metadata: Texts): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name.toLowerCase(), value.trim()]));
}

/** Headers as the service returns them: it sets a type of its own where none was sent. */
export function withType(headers: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string | undefined>> {
  return { ...headers, contentType: headers["contentType"]?.trim() || "application/octet-stream" };
}
