import { type BlobType, type CopyDeclaration, timeOf } from "../../intent";
import type { BlobProperties } from "../ports/blob-properties";
import { ExitCode } from "../../failure/exit-code";
import { CopyFailure } from "../../failure/copy-failure";
import { NoRoomForBlocks } from "../methods/blocks";
import { rehydrates } from "../methods/run/traits";
import { UnsendableProperty } from "../methods/run/unsendable";
import type { CopiedPair } from "../../failure/refusals";
import { methodRefused } from "../../failure/service-codes";
import { ServiceError } from "../../failure/service-error";

/** The destination could not be put back after this method, so the method was not begun. */
export class RestorePointImpossible extends CopyFailure {
  constructor(url: string, cause: CopyFailure, why = `no restore point can be taken: ${cause.why}`) {
    super({
      exitCode: cause.exitCode,
      what: `${url} exists and could not be put back if the copy failed, so the copy was not started`,
      side: "destination",
      why,
      remedy: `${cause.remedy}; or declare RollbackPolicy.ABORT_ONLY to copy without one`,
      cause,
    });
  }
}

/**
 * For a copy that is archived from its first moment, over a blob that must be put back if the copy
 * fails.
 *
 * @param isUndoneLater the blob may have to be put back after a complete copy, so no other method
 * helps
 */
export function archivesAtOnce(url: string, isUndoneLater = false): RestorePointImpossible {
  const why =
    "it would be archived as soon as the copy begins, and the service does not overwrite an archived blob, not even that of an aborted copy";
  const method = isUndoneLater ? "" : "use CopyMethod.AUTO or PUT_BLOB_FROM_URL, which replace it in one request, or ";
  const remedy = `${method}copy without a tier and archive it then`;
  const what = `${url} could not be put back`;
  return new RestorePointImpossible(url, new CopyFailure({ exitCode: ExitCode.COPY_FAILED, what, side: "destination", why, remedy }), why);
}

/** Why AUTO may try the next method; undefined when the failure is not about the method. */
export function whyRefused(error: unknown, pair: CopiedPair): string | undefined {
  if (error instanceof RestorePointImpossible) return "no restore point can be taken";
  if (error instanceof NoRoomForBlocks) return "another client's uncommitted blocks are in the way";
  if (error instanceof UnsendableProperty) return `it cannot carry ${error.property}`;
  return error instanceof ServiceError ? methodRefused(error, pair) : undefined;
}

/**
 * A copy never changes the type of an existing blob: the service would refuse it, or replace a blob
 * that others rely on.
 */
export function otherType(url: string, found: BlobType, copied: BlobType): CopyFailure {
  return new CopyFailure({
    exitCode: ExitCode.COPY_FAILED,
    what: `The destination exists and is a ${found}`,
    side: "destination",
    why: `the copy would be a ${copied}, and ${url} cannot be both`,
    remedy: "delete the destination, use another blob name, or copy with a method that makes its type",
  });
}

/**
 * Why the state of a blob keeps the service from replacing it, by any method; undefined when no
 * such reason is known.
 */
export function cannotBeReplaced(
  url: string,
  { tier, archiveStatus, shown = {} }: Partial<Pick<BlobProperties, "tier" | "archiveStatus" | "shown">>,
  now: number,
): CopyFailure | undefined {
  const { legalHold, immutabilityPolicy } = shown;
  if (legalHold === true)
    return protectedBy(url, "a legal hold protects the destination", "lift the hold (az storage blob set-legal-hold --legal-hold false)");
  const until = Date.parse(immutabilityPolicy?.until ?? "");
  if (until > now)
    return protectedBy(
      url,
      `an immutability policy protects the destination until ${new Date(until).toISOString()}`,
      "deploy again after that",
    );
  if (archiveStatus !== undefined)
    return protectedBy(url, "the destination is being rehydrated, which takes hours", "deploy again when it is online");
  if (tier !== "Archive") return undefined;
  return protectedBy(
    url,
    "the destination is archived, and the service replaces only what is online",
    "rehydrate it (az storage blob set-tier --tier Hot), delete it",
  );
}

/** The service would refuse the policy after all other steps, and the copy would be undone. */
export function policyIsOver(url: string, { immutabilityPolicy }: CopyDeclaration, now: number): CopyFailure | undefined {
  const until = immutabilityPolicy === undefined ? undefined : timeOf(immutabilityPolicy.until);
  if (until === undefined || until > now) return undefined;
  return new CopyFailure({
    exitCode: ExitCode.BAD_INTENT,
    what: `The copy to ${url} cannot have the declared immutability policy`,
    side: "destination",
    why: `immutabilityPolicy.until is ${new Date(until).toISOString()}, which is past, and the service takes later times only`,
    remedy: "give a later time, or remove the policy",
  });
}

function protectedBy(url: string, why: string, remedy: string): CopyFailure {
  return new CopyFailure({
    exitCode: ExitCode.COPY_FAILED,
    what: `The destination ${url} cannot be replaced`,
    side: "destination",
    why,
    remedy: `${remedy}, or use another blob name`,
  });
}

/** An archived blob can be copied to an online tier only, which rehydrates it. */
export function isUnreadable(
  source: { readonly tier: string | undefined } | undefined,
  declaration: Parameters<typeof rehydrates>[0],
): boolean {
  return source?.tier === "Archive" && !rehydrates(declaration);
}

/** The service would answer BlobArchived, also while the source is being rehydrated. */
export function archivedSource(url: string, { archiveStatus }: { readonly archiveStatus?: string | undefined } = {}): CopyFailure {
  if (archiveStatus !== undefined) {
    return new CopyFailure({
      exitCode: ExitCode.COPY_FAILED,
      what: "The source is being rehydrated",
      side: "source",
      why: `${url} is archived until then (${archiveStatus})`,
      remedy: "deploy again when it is online, or declare an online access tier",
    });
  }
  return new CopyFailure({
    exitCode: ExitCode.COPY_FAILED,
    what: "The source is archived",
    side: "source",
    why: `${url} is in the archive tier, from which nothing can be read, and no online access tier is declared for the copy`,
    remedy: "declare an online access tier for the copy, such as AccessTier.HOT, and a rehydrate priority; or rehydrate the source first",
  });
}

/** The service would copy the directory as an empty blob, without the blobs in it. */
export function sourceIsDirectory(url: string): CopyFailure {
  return new CopyFailure({
    exitCode: ExitCode.COPY_FAILED,
    what: "The source is a directory",
    side: "source",
    why: `${url} is a directory, as its resource type or its metadata hdi_isfolder says, and not a blob`,
    remedy: "to copy the blobs in it, use a BlobCopySet whose source prefix is the directory's name and a slash",
  });
}

/** The service refuses to write a blob over a directory. */
export function destinationIsDirectory(url: string): CopyFailure {
  return new CopyFailure({
    exitCode: ExitCode.COPY_FAILED,
    what: "The destination is a directory",
    side: "destination",
    why: `${url} is a directory, as its resource type or its metadata hdi_isfolder says, and a blob cannot replace it`,
    remedy:
      "use another blob name, or delete the directory; to copy blobs into it, use a BlobCopySet whose destination prefix is the directory's name and a slash",
  });
}

/** The service would answer LeaseIdMissing. */
export function destinationIsLeased(url: string): CopyFailure {
  return new CopyFailure({
    exitCode: ExitCode.COPY_FAILED,
    what: "The destination is leased",
    side: "destination",
    why: `another client holds a lease on ${url}, and no destinationLeaseId is declared`,
    remedy: "give destinationLeaseId, or let the lease's holder release or break it (az storage blob lease break)",
  });
}

/**
 * A blob can have only one pending copy, and nothing proves that this deployment started the
 * existing one.
 */
export function anotherCopyIsPending(url: string, id: string, source: string): CopyFailure {
  return new CopyFailure({
    exitCode: ExitCode.COPY_FAILED,
    what: `Another copy to ${url} is pending`,
    side: "destination",
    why: `copy ${id} from ${source === "" ? "a source that is not shown" : source} is not known to be of this deployment, and a blob can have one pending copy only`,
    remedy: `wait for it, or abort it: az storage blob copy cancel --copy-id ${id}`,
  });
}

/** For a source that only some methods can copy. */
export function noMethodDoes(options: readonly string[]): CopyFailure {
  return new CopyFailure({
    exitCode: ExitCode.COPY_FAILED,
    what: "No method can copy this source as declared",
    side: "source",
    why: `those that copy a source of its type, tier and size cannot do ${options.join(", ")}`,
    remedy: `leave out ${options.join(", ")}, or copy another source`,
  });
}

/** Options that are set after the copy's end would never be set. */
export function cannotBeLeftPending(url: string): CopyFailure {
  return new CopyFailure({
    exitCode: ExitCode.BAD_INTENT,
    what: `The copy to ${url} cannot be left pending`,
    side: "destination",
    why: "wait is false, and Copy Blob lets content headers, long tags, a hold and a policy be set, and metadata be left out, only after the copy has ended",
    remedy: "leave out wait: false, or what is set after the copy, or use a method that carries it",
  });
}

/** The undo of what an earlier run left at the destination failed, for the reason in `why`. */
export function leftoversStay(url: string, why: string): CopyFailure {
  return new CopyFailure({
    exitCode: ExitCode.COPY_FAILED,
    what: `The leftovers of an earlier run at ${url} could not be undone`,
    side: "destination",
    why,
    remedy: "deploy again",
  });
}
