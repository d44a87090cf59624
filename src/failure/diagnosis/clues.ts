export type Side = "source" | "destination";

/** How a request was authorised. It contains no secret. */
export type Access =
  | { readonly kind: "anonymous" | "key" }
  /** `tenantId`: undefined for a token that does not show it. */
  | { readonly kind: "token"; readonly tenantId: string | undefined }
  | SasAccess;

/** Parameters of a SAS, as they are written in it. */
export interface SasAccess {
  readonly kind: "sas";
  /** `sp`; undefined if a stored access policy has the permissions. */
  readonly permissions: string | undefined;
  /** `st` and `se`: milliseconds since the epoch. */
  readonly startsOn: number | undefined;
  readonly expiresOn: number | undefined;
  /**
   * For a SAS that an identity made: `skoid` is the identity's object id; `skt` and `ske` are the
   * times between which the signing key is valid.
   */
  readonly madeBy?: string | undefined;
  readonly keyStartsOn?: number | undefined;
  readonly keyExpiresOn?: number | undefined;
  /** `sr`, or `srt` of an account SAS. */
  readonly resource: string | undefined;
  /** `sip`. */
  readonly addresses: string | undefined;
  /** `si`: the policy's name. */
  readonly policy: string | undefined;
  /** A value is escaped for a URL once more than it should be. */
  readonly isEscapedTwice: boolean;
}

/** Further facts from a response, and from its request. */
export interface Evidence {
  /** Access to the side that received the request. */
  readonly access: Access;
  /** Access to the source, if the request made the service read one. */
  readonly sourceAccess?: Access;
  /**
   * Milliseconds since the epoch, by the service's clock; by this machine's if the response does
   * not show it.
   */
  readonly time: number;
  /** Milliseconds by which this machine's clock is ahead of the service's; negative: behind. */
  readonly clockAhead: number;
  /** Tenant that the account trusts, from the challenge of a 401. */
  readonly accountTenantId?: string;
  /**
   * The service's reason for not accepting the authorisation, without its quotation of the request.
   */
  readonly detail?: string;
  /** The blob was deleted, and soft delete still keeps it. */
  readonly isSoftDeleted?: boolean;
  /** The response has neither a request id nor a version, which the service always returns. */
  readonly isForeign?: boolean;
  /** The response is from Azurite, which has neither a firewall nor roles. */
  readonly isEmulator?: boolean;
}

/** A failed request, described for the side that caused the failure. */
export interface Clues {
  readonly side: Side;
  readonly operation: string;
  /** 0: there was no response. */
  readonly status: number;
  /**
   * Code for that side. If the service does not report the source's code, it is the code of the
   * request itself.
   */
  readonly code: string;
  readonly message: string;
  /** The service read the source for the destination, and failed there. */
  readonly isRelayed: boolean;
  /** Access to that side. */
  readonly access: Access | undefined;
  readonly evidence: Evidence | undefined;
}

/**
 * One row of the table of causes, which users read and from which the documentation is generated.
 */
export interface KnownCause {
  /**
   * A phrase that can begin a sentence, without a full stop. Absent if the service's own sentence
   * is enough.
   */
  readonly title?: string;
  /** Codes of the service or of the network. */
  readonly codes: readonly string[];
  /** Whether this cause applies, if the codes alone do not decide. Default: it does. */
  readonly isIt?: (clues: Clues) => boolean;
  /** Describes the cause with the facts of this failure. */
  readonly seen?: (clues: Clues) => string;
  /** For the documentation: how the failure comes about, if that is not obvious. */
  readonly background?: string;
  readonly remedy: string | Readonly<Record<Side, string>>;
}

export function sasOf({ access }: Clues): SasAccess | undefined {
  return access?.kind === "sas" ? access : undefined;
}

/** Roles reach the service minutes after they are assigned. */
export function isOfMissingRole({ code, access }: Pick<Clues, "code" | "access">): boolean {
  return code === "AuthorizationPermissionMismatch" && access?.kind === "token";
}
