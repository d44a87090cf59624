type Texts = Readonly<Record<string, string>>;

/** Equal names with equal values. */
export function haveSameEntries(one: Texts, other: Texts): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}

/** Names of metadata are case-insensitive, and the service drops blanks around a value. */
export function isSameMetadata(one: Texts, other: Texts): boolean {
  return haveSameEntries(normalised(one), normalised(other));
}

function normalised(metadata: Texts): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name.toLowerCase(), value.trim()]));
}
