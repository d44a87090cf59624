import { createHash } from "node:crypto";
import type { Call } from "../http/call";
import { ServiceFailure } from "../service-failure";

const KEY_BYTES = 32;
type KeyHeader = "x-ms-encryption" | "x-ms-source-encryption";

/** Base64 SHA-256 of the key in a request; undefined without a key. */
export function keyOf(call: Call, prefix: KeyHeader = "x-ms-encryption"): string | undefined {
  const [key, sha256, algorithm] = ["key", "key-sha256", "algorithm"].map((name) => call.header(`${prefix}-${name}`));
  if (key === undefined && sha256 === undefined && algorithm === undefined) return undefined;
  if (key === undefined || sha256 === undefined || algorithm === undefined) throw new ServiceFailure("MissingRequiredHeader");
  const bytes = Buffer.from(key, "base64");
  const isKey =
    bytes.length === KEY_BYTES && bytes.toString("base64") === key && createHash("sha256").update(bytes).digest("base64") === sha256;
  // The service's answer repeats the key.
  if (!isKey) throw new ServiceFailure("InvalidHeaderValue", { details: { HeaderName: `${prefix}-key`, HeaderValue: key } });
  if (algorithm !== "AES256")
    throw new ServiceFailure("InvalidHeaderValue", { details: { HeaderName: `${prefix}-algorithm`, HeaderValue: algorithm } });
  return sha256;
}

interface Encrypted {
  readonly customerKey: string | undefined;
}

/** A request that reads a blob, or writes into it, must have the key with which it is encrypted. */
export function checkKey(call: Call, { customerKey }: Encrypted, prefix: KeyHeader = "x-ms-encryption"): void {
  const given = keyOf(call, prefix);
  if (given === customerKey) return;
  if (given === undefined) throw new ServiceFailure("BlobUsesCustomerSpecifiedEncryption");
  if (customerKey !== undefined) throw new ServiceFailure("BlobCustomerSpecifiedEncryptionMismatch");
  const isRead = call.method === "GET" || call.method === "HEAD";
  if (isRead && call.world.script.ways.is("key-of-a-blob-without-one", "ignored")) return;
  throw new ServiceFailure("BlobDoesNotUseCustomerSpecifiedEncryption");
}
