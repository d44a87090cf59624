/**
 * Order of two names in a listing: negative if `one` comes first, positive if `other` does, 0 if
 * they are equal. Undefined where it depends on whether the service orders by UTF-8 bytes or by
 * UTF-16 units, which its documentation does not say.
 */
export function compareNames(one: string, other: string): number | undefined {
  if (one === other) return 0;
  const length = Math.min(one.length, other.length);
  for (let index = 0; index < length; index++) {
    const left = one.charCodeAt(index);
    const right = other.charCodeAt(index);
    if (left === right) continue;
    const isAmbiguous = isSurrogate(left) !== isSurrogate(right) && Math.max(left, right) > LAST_SURROGATE;
    return isAmbiguous ? undefined : left - right;
  }
  return one.length - other.length;
}

const FIRST_SURROGATE = 0xd800;
const LAST_SURROGATE = 0xdfff;

function isSurrogate(unit: number): boolean {
  return unit >= FIRST_SURROGATE && unit <= LAST_SURROGATE;
}

export function commonPrefix(one: string, other: string): string {
  let length = 0;
  while (length < one.length && one.charCodeAt(length) === other.charCodeAt(length)) length++;
  // Half of a surrogate pair cannot be sent.
  if (/[\ud800-\udbff]/.test(one.charAt(length - 1))) length--;
  return one.slice(0, length);
}
