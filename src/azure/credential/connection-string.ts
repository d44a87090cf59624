/** What a storage connection string says, as far as a copy needs it. */
export interface ConnectionString {
  readonly accountName: string | undefined;
  readonly accountKey: string | undefined;
  /** Without `?`. */
  readonly sharedAccessSignature: string | undefined;
}

/** Public, the same for every emulator. */
const EMULATOR = {
  accountName: "devstoreaccount1",
  accountKey: "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==",
  sharedAccessSignature: undefined,
};

/** undefined when it holds neither a key nor a SAS. */
export function parseConnectionString(text: string): ConnectionString | undefined {
  const values = new Map<string, string>();
  for (const part of text.split(";")) {
    const equals = part.indexOf("=");
    if (equals > 0) values.set(part.slice(0, equals).trim().toLowerCase(), part.slice(equals + 1).trim());
  }
  if (values.get("usedevelopmentstorage")?.toLowerCase() === "true") return EMULATOR;
  const accountKey = values.get("accountkey") || undefined;
  const sharedAccessSignature = values.get("sharedaccesssignature")?.replace(/^\?/, "") || undefined;
  if (accountKey === undefined && sharedAccessSignature === undefined) return undefined;
  return { accountName: values.get("accountname") || undefined, accountKey, sharedAccessSignature };
}
