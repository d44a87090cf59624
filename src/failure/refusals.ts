import type { ServiceError } from "./service-error";

/** The two blobs of a copy, as far as they decide what a refusal means. */
export interface CopiedPair {
  readonly sameAccount: boolean;
  /** The source is known to have no bytes. */
  readonly isEmpty: boolean;
}

/** Why the service refuses one way to copy two blobs, of which it may take another. */
export interface Refusal {
  /** Codes of the service; a status where it names none. */
  readonly answers: readonly (string | number)[];
  /** REST operations that it is about; absent for whatever copies. */
  readonly operations?: readonly string[];
  /** Whether the answer means that; absent where it always does. */
  readonly when?: (error: ServiceError, pair: CopiedPair) => boolean;
  /** For people, to follow the code. */
  readonly because: string;
}

/** These name the operation in a request. */
const OPERATION_PARAMETERS: readonly (string | undefined)[] = ["comp", "restype"];

/** What the service has answered to values of `comp` that it does not know. */
export function isOfOperation({ code, queryParameter }: Pick<ServiceError, "code" | "queryParameter">): boolean {
  return code === "InvalidQueryParameterValue" && OPERATION_PARAMETERS.includes(queryParameter);
}

/**
 * The ONE list of refusals that are about the method. Nothing is written by them, so the next method may be tried. Every other answer is about the
 * blobs, the account or the caller, and ends the copy with what to do (`src/failure/diagnosis`).
 */
export const REFUSALS: readonly Refusal[] = [
  // The service itself names a code with every 400 and 404.
  {
    answers: [501, "NotImplemented", "APINotImplemented", "HTTP 400", "HTTP 404"],
    because: "this service or emulator has no such operation",
  },
  { answers: ["InvalidQueryParameterValue"], when: isOfOperation, because: "this service or emulator has no such operation" },
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
  { answers: ["ConditionHeadersNotSupported", "MultipleConditionHeadersNotSupported"], because: "it takes none of the conditions there" },
  { answers: ["InvalidSourceBlobType"], because: "it does not copy from a blob of this type" },
  { answers: ["CopyAcrossAccountsNotSupported"], operations: ["Copy Blob"], because: "the account is too old for it" },
  { answers: ["BlobUsesCustomerSpecifiedEncryption"], because: "it does not read a blob that is encrypted with the customer's key" },
  {
    answers: [413, "RequestBodyTooLarge"],
    operations: ["Put Blob From URL", "Copy Blob From URL", "Put Block From URL"],
    because: "the source is too large for it",
  },
  {
    answers: ["InvalidBlobOrBlock", "BlockCountExceedsLimit"],
    because: "somebody's uncommitted blocks are on the name, and other methods clear or avoid them",
  },
  {
    answers: ["CannotVerifyCopySource"],
    when: ({ status, copySourceStatus }, { sameAccount, isEmpty }) => status === 409 || copySourceStatus === 416 || sameAccount || isEmpty,
    // Within an account Copy Blob reads with the destination's own credential, which the others cannot; some ask an empty source for its first byte.
    because: "it cannot read this source, which another one may",
  },
];

/** The refusal that an answer is; undefined when it is not about the method. */
export function refusalOf(error: ServiceError, pair: CopiedPair): Refusal | undefined {
  return REFUSALS.find(
    ({ answers, operations, when }) =>
      (answers.includes(error.code) || answers.includes(error.status)) &&
      (operations === undefined || operations.includes(error.operation)) &&
      (when === undefined || when(error, pair)),
  );
}
