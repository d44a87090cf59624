/** Printable ASCII: what a header can carry and be signed with. */
export function isPrintable(value: string): boolean {
  return /^[\x20-\x7e]*$/.test(value);
}
