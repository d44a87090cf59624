/** Which party of a copy is meant. */
export type Side = "source" | "destination";

/** How a request was authorised, as far as it may be told: no secret is in it. */
export type Access =
  | { readonly kind: "anonymous" | "key" }
  /** `tenantId`: undefined for a token that does not show it. */
  | { readonly kind: "token"; readonly tenantId: string | undefined }
  | SasAccess;

/** What a SAS says of itself, in its own words. */
export interface SasAccess {
  readonly kind: "sas";
  /** `sp`; undefined where a stored access policy says it. */
  readonly permissions: string | undefined;
  /** `st` and `se`: milliseconds since the epoch. */
  readonly startsOn: number | undefined;
  readonly expiresOn: number | undefined;
  /** Of one that an identity made: `skoid`, its object id; and `skt` and `ske`, when the key that signed it can be used. */
  readonly madeBy?: string | undefined;
  readonly keyStartsOn?: number | undefined;
  readonly keyExpiresOn?: number | undefined;
  /** `sr`, or `srt` of an account SAS. */
  readonly resource: string | undefined;
  /** `sip`. */
  readonly addresses: string | undefined;
  /** `si`: its name. */
  readonly policy: string | undefined;
  /** Escaped for a URL once more than it should be. */
  readonly isEscapedTwice: boolean;
}

/** What else an answer tells, and the request that it is an answer to. */
export interface Evidence {
  /** Of the side that was asked. */
  readonly access: Access;
  /** Of the source, where the request was for the service to read one. */
  readonly sourceAccess?: Access;
  /** By the service's clock, milliseconds since the epoch; this machine's where the answer does not tell. */
  readonly time: number;
  /** Milliseconds by which this machine's clock is ahead of the service's; negative: behind. */
  readonly clockAhead: number;
  /** Which tenant the account trusts, by the challenge of a 401. */
  readonly accountTenantId?: string;
  /** Why the service did not believe who asked, without what it quotes of the request. */
  readonly detail?: string;
  /** Soft delete keeps it. */
  readonly isSoftDeleted?: boolean;
  /** The answer has neither the service's id of the request nor its version, which the service never leaves out. */
  readonly isForeign?: boolean;
  /** Azurite answered, which has neither firewall nor roles. */
  readonly isEmulator?: boolean;
}

/** A failed request, seen from the side that is to blame. */
export interface Clues {
  readonly side: Side;
  readonly operation: string;
  /** 0: no answer came. */
  readonly status: number;
  /** Of that side; the outer one where the service does not tell the source's. */
  readonly code: string;
  readonly message: string;
  /** The service read the source for the destination, and this is what it met there. */
  readonly isRelayed: boolean;
  /** How that side was asked. */
  readonly access: Access | undefined;
  readonly evidence: Evidence | undefined;
}

/** One row of the table of causes: what a user reads, and the documentation is made of. */
export interface KnownCause {
  /** A phrase that can begin a sentence; without a full stop. Absent where the service's own sentence says it. */
  readonly title?: string;
  /** What the service or the network answers, in its words. */
  readonly codes: readonly string[];
  /** Whether it is this one, where the codes alone do not say it; default: it is. */
  readonly isIt?: (clues: Clues) => boolean;
  /** What shows it in this very case. */
  readonly seen?: (clues: Clues) => string;
  /** For the documentation: how it comes about, where that is not plain. */
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
