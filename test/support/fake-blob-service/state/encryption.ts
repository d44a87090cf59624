import type { Call } from "../http/call";
import { ServiceFailure } from "../service-failure";
import type { BlobState, Container } from "./blob-state";
import { checkKey } from "./customer-key";

/** The encryption scope of a write: the request's own, or else its container's. */
export function encryptionScopeOf(call: Call, container: Container): string | undefined {
  const scope = call.header("x-ms-encryption-scope");
  if (scope === undefined) return container.defaultEncryptionScope;
  if (!call.account.encryptionScopes.has(scope)) throw new ServiceFailure("EncryptionScopeNotAvailable");
  if (container.deniesOtherScopes && scope !== container.defaultEncryptionScope)
    throw new ServiceFailure("RequestForbiddenByContainerEncryptionPolicy");
  return scope;
}

/** A write into a blob must use the blob's encryption. */
export function checkEncryption(
  call: Call,
  container: Container,
  { encryptionScope, customerKey }: Pick<BlobState, "encryptionScope" | "customerKey">,
): void {
  checkKey(call, { customerKey });
  const given = encryptionScopeOf(call, container);
  if (given === encryptionScope) return;
  if (given === undefined) throw new ServiceFailure("BlobUsesCustomerSpecifiedEncryption");
  throw new ServiceFailure(
    encryptionScope === undefined ? "BlobDoesNotUseCustomerSpecifiedEncryption" : "BlobCustomerSpecifiedEncryptionMismatch",
  );
}
