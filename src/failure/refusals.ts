import type { ServiceError } from "./service-error";

/** Facts about a copy's two blobs that decide the meaning of a refusal. */
export interface CopiedPair {
  readonly sameAccount: boolean;
  /** The source is known to be empty. */
  readonly isEmpty: boolean;
}

/** A reason why the service refuses one method for two blobs, but may accept another one. */
export interface Refusal {
  /** Codes of the service, or the status if it returns no code. */
  readonly answers: readonly (string | number)[];
  /** REST operations to which it applies; absent: every operation that copies. */
  readonly operations?: readonly string[];
  /** Whether the response has this meaning; absent: always. */
  readonly when?: (error: ServiceError, pair: CopiedPair) => boolean;
  /** For users, printed after the code. */
  readonly because: string;
}

/** Query parameters that name the operation of a request. */
const OPERATION_PARAMETERS: readonly (string | undefined)[] = ["comp", "restype"];

/** The service responds like this to values of `comp` that it does not know. */
export function isOfOperation({ code, queryParameter }: Pick<ServiceError, "code" | "queryParameter">): boolean {
  return code === "InvalidQueryParameterValue" && OPERATION_PARAMETERS.includes(queryParameter);
}

/**
 * The ONE list of refusals that are about the method. They do not write anything, so the next
 * method may be tried. Every other response is about the blobs, the account or the caller, and ends
 * the copy with a remedy (`src/failure/diagnosis`).
 */
export const REFUSALS: readonly Refusal[] = [
  // The service itself returns a code with every 400 and 404.
  {
    answers: [501, "NotImplemented", "APINotImplemented", "HTTP 400", "HTTP 404"],
    because: "this service or emulator does not have this operation",
  },
  { answers: ["InvalidQueryParameterValue"], when: isOfOperation, because: "this service or emulator does not have this operation" },
  {
    answers: [405, "UnsupportedHttpVerb", "InvalidHttpVerb", "UnsupportedHeader", "UnsupportedQueryParameter"],
    because: "this service or emulator does not know a part of the request",
  },
  {
    answers: ["FeatureVersionMismatch", "OperationNotSupported", "BlobOperationNotSupported", "InvalidVersionForPageBlobOperation"],
    because: "the account or the blob lacks a feature that it needs",
  },
  {
    answers: ["FeatureNotYetSupportedForHierarchicalNamespaceAccounts"],
    because: "an account with a hierarchical namespace does not have it",
  },
  { answers: ["ConditionHeadersNotSupported", "MultipleConditionHeadersNotSupported"], because: "it does not accept these conditions" },
  { answers: ["InvalidSourceBlobType"], because: "it does not copy from a blob of this type" },
  { answers: ["CopyAcrossAccountsNotSupported"], operations: ["Copy Blob"], because: "the account is too old for it" },
  { answers: ["BlobUsesCustomerSpecifiedEncryption"], because: "it does not read a blob that is encrypted with a customer-provided key" },
  {
    answers: [413, "RequestBodyTooLarge"],
    operations: ["Put Blob From URL", "Copy Blob From URL", "Put Block From URL"],
    because: "the source is too large for it",
  },
  {
    answers: ["InvalidBlobOrBlock", "BlockCountExceedsLimit"],
    because: "the name has uncommitted blocks of another client, which other methods clear or avoid",
  },
  {
    answers: ["CannotVerifyCopySource"],
    when: ({ status, copySourceStatus }, { sameAccount, isEmpty }) => status === 409 || copySourceStatus === 416 || sameAccount || isEmpty,
    // Within an account, Copy Blob reads with the destination's own credential, and the other
    // methods cannot. Some of them ask an empty source for its first byte.
    because: "it cannot read this source, but another method may",
  },
];

/** The refusal for a response; undefined if the response is not about the method. */
export function refusalOf(error: ServiceError, pair: CopiedPair): Refusal | undefined {
  return REFUSALS.find(
    ({ answers, operations, when }) =>
      (answers.includes(error.code) || answers.includes(error.status)) &&
      (operations === undefined || operations.includes(error.operation)) &&
      (when === undefined || when(error, pair)),
  );
}
