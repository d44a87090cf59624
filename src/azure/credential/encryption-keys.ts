import { ownVariable } from "./given/own-variable";
import { createHash } from "node:crypto";
import type { UsedKeys } from "../../engine/ports/blob-properties";
import { badIntent } from "../../failure/bad-intent";
import type { Side } from "../../failure/service-error";
import type { EncryptionKeyReference } from "../../intent";
import { rememberGiven } from "../../util/secrets/known-secrets";
import type { BlobUrl } from "../address/blob-url";
import { pastedSecret } from "./given/pasted";
import { requireSecure } from "./secure-transport";

/** A customer-provided key: it is sent with each request, and the service does not keep it. */
export interface EncryptionKey {
  /** Base64. */
  readonly key: string;
  /** Base64. The service shows it for each blob that is encrypted with the key. */
  readonly sha256: string;
}

const KEY_BYTES = 32;

/** Compares the key that the service shows for a blob with the declared one. */
export function usedKeys(shownSha256: string | undefined, declared: EncryptionKey | undefined): UsedKeys | undefined {
  if (shownSha256 === undefined && declared === undefined) return undefined;
  return { isUsed: shownSha256 !== undefined, isDeclared: shownSha256 === declared?.sha256 };
}

/** Resolves references to keys, each once for all the blobs of a set. */
export class EncryptionKeys {
  readonly #resolved = new Map<string, EncryptionKey>();

  constructor(private readonly environment: NodeJS.ProcessEnv) {}

  /**
   * @throws CopyFailure (exit code 2) that names the variable, if it is missing or holds something
   * else
   */
  resolve(reference: EncryptionKeyReference | undefined, blob: BlobUrl, side: Side): EncryptionKey | undefined {
    if (reference === undefined) return undefined;
    if (blob.kind !== "blob")
      throw badIntent(
        side,
        `${blob.url} is not a blob, so it cannot have an encryption key`,
        `Leave the encryption key of the ${side} out.`,
      );
    requireSecure(blob.endpoint, side, side, "encryption key");
    const { variable } = reference;
    const found = this.#resolved.get(variable) ?? keyIn(ownVariable(this.environment, variable) ?? "", variable, side);
    this.#resolved.set(variable, found);
    return found;
  }
}

function keyIn(value: string, variable: string, side: Side): EncryptionKey {
  const key = pastedSecret(value, variable).replace(/\s+/g, "");
  if (key === "")
    throw badIntent(
      side,
      `the environment variable ${variable} is not set`,
      `set ${variable} where Terraform runs, to the encryption key of the ${side}.`,
    );
  rememberGiven(key);
  const bytes = Buffer.from(key, "base64");
  if (bytes.length !== KEY_BYTES || bytes.toString("base64") !== key)
    throw badIntent(
      side,
      `${variable} does not hold an encryption key`,
      `set ${variable} to 32 bytes in Base64: 44 characters, the last of them =.`,
    );
  return { key, sha256: createHash("sha256").update(bytes).digest("base64") };
}
