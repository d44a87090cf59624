import { unwrapped } from "../../../intent";

/** The parts of a storage connection string that a copy needs. */
export interface ConnectionString {
  readonly accountName: string | undefined;
  readonly accountKey: string | undefined;
  /** Without `?`. */
  readonly sharedAccessSignature: string | undefined;
  /** Endpoint of the Blob service, if the string names it. */
  readonly blobEndpoint: string | undefined;
}

/** Public, and the same for every emulator. */
const EMULATOR = {
  accountName: "devstoreaccount1",
  accountKey: "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==",
  sharedAccessSignature: undefined,
  blobEndpoint: undefined,
};

/** Names that occur only in connection strings of other services, which also contain a key. */
const OTHERS: readonly (readonly [name: string, service: string])[] = [
  ["accountendpoint", "Cosmos DB"],
  ["sharedaccesskey", "Service Bus or Event Hubs"],
  ["instrumentationkey", "Application Insights"],
  ["server", "a database"],
  ["hostname", "IoT Hub"],
];

/** Returns the service of a connection string that is not for Storage. */
export function otherServiceOf(text: string): string | undefined {
  const values = valuesOf(text);
  return OTHERS.find(([name]) => values.has(name))?.[1];
}

/** Returns undefined if the text contains neither a key nor a SAS. */
export function parseConnectionString(text: string): ConnectionString | undefined {
  const values = valuesOf(text);
  if (values.get("usedevelopmentstorage")?.toLowerCase() === "true") return EMULATOR;
  const accountKey = values.get("accountkey") || undefined;
  const sharedAccessSignature = values.get("sharedaccesssignature") || undefined;
  if (accountKey === undefined && sharedAccessSignature === undefined) return undefined;
  return {
    accountName: values.get("accountname") || undefined,
    accountKey,
    sharedAccessSignature,
    blobEndpoint: values.get("blobendpoint") || undefined,
  };
}

/** Names in lower case. */
function valuesOf(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const part of text.split(";")) {
    const equals = part.indexOf("=");
    if (equals > 0) values.set(part.slice(0, equals).trim().toLowerCase(), unwrapped(part.slice(equals + 1)));
  }
  return values;
}
