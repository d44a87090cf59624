const UNKNOWN: readonly [number, string] = [400, "The request could not be processed."];

/** Status and message of each error code, as in the REST documentation. */
const ANSWERS: Readonly<Record<string, readonly [number, string]>> = {
  AuthenticationFailed: [
    403,
    "Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly including the signature.",
  ],
  NoAuthenticationInformation: [
    401,
    "Server failed to authenticate the request. Please refer to the information in the www-authenticate header.",
  ],
  InvalidAuthenticationInfo: [
    401,
    "Server failed to authenticate the request. Please refer to the information in the www-authenticate header.",
  ],
  AuthorizationFailure: [403, "This request is not authorized to perform this operation."],
  KeyBasedAuthenticationNotPermitted: [403, "Key based authentication is not permitted on this storage account."],
  PublicAccessNotPermitted: [409, "Public access is not permitted on this storage account."],
  ContainerBeingDeleted: [409, "The specified container is being deleted. Try operation later."],
  InvalidSourceBlobUrl: [409, "The source url for incremental copy request must be valid azure storage blob url."],
  IncrementalCopySourceMustBeSnapshot: [409, "The source for incremental copy request must be a snapshot."],
  IncrementalCopyBlobMismatch: [409, "The specified source blob is different than the copy source of the existing incremental copy blob."],
  IncrementalCopyOfEarlierSnapshotNotAllowed: [
    409,
    "The specified snapshot is earlier than the last snapshot copied into the incremental copy blob.",
  ],
  OperationNotAllowedOnIncrementalCopyBlob: [409, "The specified operation is not allowed on an incremental copy blob."],
  PreviousSnapshotNotFound: [409, "The previous snapshot is not found."],
  InvalidSourceBlobType: [409, "The copy source blob type is invalid for this operation."],
  AuthorizationPermissionMismatch: [403, "This request is not authorized to perform this operation using this permission."],
  AuthorizationResourceTypeMismatch: [403, "This request is not authorized to perform this operation using this resource type."],
  AuthorizationServiceMismatch: [403, "This request is not authorized to perform this operation using this service."],
  AuthorizationProtocolMismatch: [403, "This request is not authorized to perform this operation using this protocol."],
  AuthorizationSourceIPMismatch: [403, "This request is not authorized to perform this operation using this source IP."],
  UnauthorizedBlobOverwrite: [403, "This request is not authorized to perform blob overwrites."],
  ContainerNotFound: [404, "The specified container does not exist."],
  BlobNotFound: [404, "The specified blob does not exist."],
  ResourceNotFound: [404, "The specified resource does not exist."],
  ContainerAlreadyExists: [409, "The specified container already exists."],
  BlobAlreadyExists: [409, "The specified blob already exists."],
  InvalidBlobType: [409, "The blob type is invalid for this operation."],
  BlobArchived: [409, "This operation is not permitted on an archived blob."],
  BlobBeingRehydrated: [409, "This operation is not permitted because the blob is being rehydrated."],
  PendingCopyOperation: [409, "There is currently a pending copy operation."],
  NoPendingCopyOperation: [409, "There is currently no pending copy operation."],
  CopyIdMismatch: [409, "The specified copy ID did not match the copy ID for the pending copy operation."],
  EncryptionScopeNotAvailable: [409, "The given encryption scope is not available."],
  RequestForbiddenByContainerEncryptionPolicy: [403, "The request is forbidden by the container's encryption policy."],
  BlobUsesCustomerSpecifiedEncryption: [
    409,
    "The blob is encrypted with customer specified encryption, but it was not provided in the request.",
  ],
  BlobDoesNotUseCustomerSpecifiedEncryption: [
    409,
    "The blob is not encrypted with customer specified encryption, but one was provided in the request.",
  ],
  BlobCustomerSpecifiedEncryptionMismatch: [
    409,
    "The given customer specified encryption does not match the encryption used to encrypt the blob.",
  ],
  BlobImmutableDueToPolicy: [409, "This operation is not permitted as the blob is immutable due to a policy."],
  BlobImmutableDueToLegalHold: [409, "This operation is not permitted as the blob is immutable due to one or more legal holds."],
  BlobIsSealed: [409, "The blob is sealed and its contents cannot be modified."],
  OperationNotAllowedOnRootBlob: [403, "The specified operation is not allowed on root blob."],
  SnapshotsPresent: [409, "This operation is not permitted because the blob has snapshots."],
  BlockCountExceedsLimit: [409, "The uncommitted block count cannot exceed the maximum limit of 100,000 blocks."],
  LeaseAlreadyPresent: [409, "There is already a lease present."],
  LeaseIdMismatchWithLeaseOperation: [409, "The lease ID specified did not match the lease ID for the blob."],
  LeaseNotPresentWithLeaseOperation: [409, "There is currently no lease on the blob."],
  LeaseIsBreakingAndCannotBeAcquired: [
    409,
    "The lease ID matched, but the lease is currently in breaking state and cannot be acquired until it is broken.",
  ],
  LeaseIsBreakingAndCannotBeChanged: [409, "The lease ID matched, but the lease is currently in breaking state and cannot be changed."],
  LeaseIsBrokenAndCannotBeRenewed: [409, "The lease ID matched, but the lease has been broken explicitly and cannot be renewed."],
  LeaseIdMissing: [412, "There is currently a lease on the blob and no lease ID was specified in the request."],
  LeaseIdMismatchWithBlobOperation: [412, "The lease ID specified did not match the lease ID for the blob."],
  LeaseNotPresentWithBlobOperation: [412, "There is currently no lease on the blob."],
  LeaseLost: [412, "A lease ID was specified, but the lease for the blob has expired."],
  InfiniteLeaseDurationRequired: [412, "The lease ID matched, but the specified lease must be an infinite-duration lease."],
  ConditionNotMet: [412, "The condition specified using HTTP conditional header(s) is not met."],
  SourceConditionNotMet: [412, "The source condition specified using HTTP conditional header(s) is not met."],
  TargetConditionNotMet: [412, "The target condition specified using HTTP conditional header(s) is not met."],
  SequenceNumberConditionNotMet: [412, "The sequence number condition specified was not met."],
  AppendPositionConditionNotMet: [412, "The append position condition specified was not met."],
  MaxBlobSizeConditionNotMet: [412, "The max blob size condition specified was not met."],
  RequestBodyTooLarge: [413, "The request body is too large and exceeds the maximum permissible limit."],
  InvalidRange: [416, "The range specified is invalid for the current size of the resource."],
  InvalidPageRange: [416, "The page range specified is invalid."],
  CannotVerifyCopySource: [500, "Could not verify the copy source."],
  InternalError: [500, "The server encountered an internal error. Please retry the request."],
  APINotImplemented: [501, "The requested operation is not implemented."],
  UnsupportedHttpVerb: [405, "The resource doesn't support specified Http Verb."],
  BothUserTagsAndSourceTagsCopyPresent: [409, "Both x-ms-tags header and x-ms-copy-source-tag-option as COPY are present."],
  InvalidMetadata: [400, "The metadata specified is invalid. It has characters that are not permitted."],
  EmptyMetadataKey: [400, "The key for one of the metadata key-value pairs is empty."],
  MetadataTooLarge: [400, "The size of the specified metadata exceeds the maximum size permitted."],
  TagsTooLarge: [400, "The tags specified exceed the maximum permissible limit."],
  InvalidTag: [400, "The tags specified are invalid. It contains characters that are not permitted."],
  InvalidHeaderValue: [400, "The value for one of the HTTP headers is not in the correct format."],
  UnsupportedHeader: [400, "One of the HTTP headers specified in the request is not supported."],
  MissingRequiredHeader: [400, "An HTTP header that's mandatory for this request is not specified."],
  MissingRequiredQueryParameter: [400, "A query parameter that's mandatory for this request is not specified."],
  InvalidQueryParameterValue: [400, "Value for one of the query parameters specified in the request URI is invalid."],
  InvalidUri: [400, "The requested URI does not represent any resource on the server."],
  InvalidResourceName: [400, "The specified resource name contains invalid characters."],
  OutOfRangeInput: [400, "One of the request inputs is out of range."],
  InvalidInput: [400, "One of the request inputs is not valid."],
  InvalidBlobOrBlock: [400, "The specified blob or block content is invalid."],
  InvalidBlockList: [400, "The specified block list is invalid."],
  InvalidBlockId: [400, "The specified block ID is invalid. The block ID must be Base64-encoded."],
  BlockListTooLong: [400, "The block list may not contain more than 50,000 blocks."],
  InvalidXmlDocument: [400, "The specified XML is not syntactically valid."],
  InvalidOperation: [400, "Invalid operation against a blob snapshot."],
  Md5Mismatch: [400, "The MD5 value specified in the request did not match with the MD5 value calculated by the server."],
  InvalidBlobTier: [400, "The specified blob tier is invalid."],
};

interface FailureOptions {
  readonly status?: number;
  readonly message?: string;
  readonly headers?: readonly string[];
  readonly details?: Readonly<Record<string, string>>;
}

/** An error response of the service. */
export class ServiceFailure extends Error {
  readonly status: number;
  readonly code: string;
  /** Further headers, flat: name, value, name, value. */
  readonly headers: readonly string[];
  /** Elements of the body that follow the message. */
  readonly details: Readonly<Record<string, string>>;

  constructor(code: string, options: FailureOptions = {}) {
    const [status, message] = ANSWERS[code] ?? UNKNOWN;
    super(options.message ?? message);
    this.name = "ServiceFailure";
    this.code = code;
    this.status = options.status ?? status;
    this.headers = options.headers ?? [];
    this.details = options.details ?? {};
  }
}

export function md5Mismatch(given: string, calculated = ""): ServiceFailure {
  return new ServiceFailure("Md5Mismatch", { details: { UserSpecifiedMd5: given, ServerCalculatedMd5: calculated } });
}

/** The XML body of an error response. */
export function failureBody({ code, message, details }: ServiceFailure, requestId: string): string {
  const time = new Date().toISOString().replace("Z", "0000Z");
  const more = Object.entries(details).map(([name, value]) => `<${name}>${escapeXml(value)}</${name}>`);
  const text = `${escapeXml(message)}\nRequestId:${requestId}\nTime:${time}`;
  return `\uFEFF<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${text}</Message>${more.join("")}</Error>`;
}

export function escapeXml(text: string): string {
  return /[<>&"]/.test(text) ? text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;") : text;
}

export function unescapeXml(text: string): string {
  return text.includes("&")
    ? text
        .replace(/&lt;/g, "<")
        .replace(/&gt;/g, ">")
        .replace(/&quot;/g, '"')
        .replace(/&apos;/g, "'")
        .replace(/&amp;/g, "&")
    : text;
}
