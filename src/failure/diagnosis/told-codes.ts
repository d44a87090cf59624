/**
 * The service's sentences and their codes. Services older than version 2024-08-04 report the
 * source's response only in its words, under `CannotVerifyCopySource`. All versions do so in the
 * description of a copy that failed later.
 */
const CODES: readonly (readonly [sentence: RegExp, code: string])[] = [
  [/public access is not permitted/i, "PublicAccessNotPermitted"],
  [/key based authentication is not permitted/i, "KeyBasedAuthenticationNotPermitted"],
  [/not authorized to perform this operation using this permission/i, "AuthorizationPermissionMismatch"],
  [/not authorized to perform this operation using this resource type/i, "AuthorizationResourceTypeMismatch"],
  [/not authorized to perform this operation using this source ip/i, "AuthorizationSourceIPMismatch"],
  [/not authorized to perform this operation using this protocol/i, "AuthorizationProtocolMismatch"],
  [/not authorized to perform this operation\.?$/i, "AuthorizationFailure"],
  [/formed correctly including the signature/i, "AuthenticationFailed"],
  [/refer to the information in the www-authenticate header/i, "NoAuthenticationInformation"],
  [/specified blob does not exist/i, "BlobNotFound"],
  [/specified container does not exist/i, "ContainerNotFound"],
  [/specified resource does not exist/i, "ResourceNotFound"],
  [/not permitted on an archived blob/i, "BlobArchived"],
  [/blob is being rehydrated/i, "BlobBeingRehydrated"],
  [/copy source blob type is invalid/i, "InvalidSourceBlobType"],
  [/is encrypted with customer specified encryption/i, "BlobUsesCustomerSpecifiedEncryption"],
  [/is not encrypted with customer specified encryption/i, "BlobDoesNotUseCustomerSpecifiedEncryption"],
  [/encryption does not match the encryption used to encrypt/i, "BlobCustomerSpecifiedEncryptionMismatch"],
];

/** The code that belongs to a sentence of the service; undefined for an unknown one. */
export function codeIn(sentence: string): string | undefined {
  return CODES.find(([pattern]) => pattern.test(sentence.trim()))?.[1];
}
