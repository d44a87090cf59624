/** Without types in between it may be given all the same; the functions of the provider have no environment of the user's. */
export function problemsOfKey(encryptionKey: string | undefined): readonly string[] {
  if (encryptionKey === undefined) return [];
  return ["encryptionKeyEnvironment is not an option here: what copies has no environment of yours; use encryptionScope."];
}
