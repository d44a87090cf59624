import type { CopyDeclaration, CopyIntent } from "../../intent";
import { OverwritePolicy, RecopyPolicy } from "../../intent";
import { ExitCode } from "../../failure/exit-code";
import type { BlobProperties, DestinationBlob, SourceProperties } from "../ports/blob-store";
import { tagsFitTheHeader } from "../methods/traits";
import { CopyFailure } from "../../failure/copy-failure";
import { wasPutBack } from "../recovery/restore-point";

export interface OverwriteRequest {
  readonly declaration: CopyDeclaration;
  readonly recopy: CopyIntent["recopy"];
  readonly destination: DestinationBlob;
  readonly source: SourceProperties | undefined;
  /** An existing destination. */
  readonly now: BlobProperties;
  readonly tags: Readonly<Record<string, string>> | undefined;
}

/** What the overwrite policy makes of an existing destination: undefined to copy, or why there is nothing to copy. */
export function whyNotCopied(request: OverwriteRequest): string | undefined {
  const why = whySkipped(request);
  if (why === undefined) refuseToOverwrite(request);
  return why;
}

/** @throws CopyFailure when the overwrite policy is NEVER */
export function refuseToOverwrite({ declaration, destination }: Pick<OverwriteRequest, "declaration" | "destination">): void {
  if (declaration.overwrite !== OverwritePolicy.NEVER) return;
  throw new CopyFailure({
    exitCode: ExitCode.COPY_FAILED,
    what: "The destination exists",
    side: "destination",
    why: `${destination.url} exists, and the overwrite policy is NEVER`,
    remedy: "delete it, use another blob name, or choose OverwritePolicy.IF_DIFFERENT or ALWAYS",
  });
}

function whySkipped(request: OverwriteRequest): string | undefined {
  const { declaration, source, now } = request;
  if (source === undefined) return undefined;
  if (declaration.overwrite === OverwritePolicy.IF_SOURCE_NEWER) {
    const isNewer = source.lastModified === undefined || source.lastModified > now.lastModified;
    return isNewer ? undefined : "the source is not newer than the destination";
  }
  const skipsTheSame = declaration.overwrite === OverwritePolicy.IF_DIFFERENT || request.recopy === RecopyPolicy.EVERY_DEPLOY;
  return skipsTheSame && hasSameContent(source, now) && isAsDeclared(request)
    ? "the destination is already the same as the source"
    : undefined;
}

/**
 * Without an MD5 on both sides, a source that was written before the destination cannot have changed since; but what a rollback
 * has put back was written late, and is old.
 */
function hasSameContent(source: SourceProperties, now: BlobProperties): boolean {
  if (source.length !== now.length) return false;
  if (source.contentMd5 !== undefined && now.contentMd5 !== undefined) return source.contentMd5 === now.contentMd5;
  return !wasPutBack(now.copy) && source.lastModified !== undefined && source.lastModified < now.lastModified;
}

function isAsDeclared({ declaration, now, tags }: OverwriteRequest): boolean {
  const { metadata, contentHeaders, accessTier } = declaration;
  const headers = Object.entries(contentHeaders ?? {}).every(
    ([name, value]) => (now.contentHeaders as Record<string, unknown>)[name] === value,
  );
  return (
    headers &&
    (metadata === undefined || isEqual(lowerCased(metadata), lowerCased(now.metadata))) &&
    (declaration.tags === undefined || isEqual(declaration.tags, tags ?? {})) &&
    (accessTier === undefined || accessTier === now.accessTier)
  );
}

/** Metadata names are case-insensitive, and come back as the server spells them. */
function lowerCased(record: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name.toLowerCase(), value]));
}

function isEqual(one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}

/** Whether a pending copy was started with what is declared now; content headers and long tags are set at its end anyway. */
export function isStartedAsDeclared({ declaration, source, now, tags }: Omit<OverwriteRequest, "recopy" | "destination">): boolean {
  const metadata = declaration.metadata ?? source?.metadata;
  const sameMetadata = metadata === undefined || isEqual(lowerCased(metadata), lowerCased(now.metadata));
  const tagsAreKnown = declaration.copySourceTags !== true && tagsFitTheHeader(declaration.tags);
  const sameTags = !tagsAreKnown || isEqual(declaration.tags ?? {}, tags ?? {});
  // A copy that rehydrates shows the tier that it comes from.
  const sameTier =
    declaration.accessTier === undefined || [declaration.accessTier, "Archive"].includes(now.accessTier ?? declaration.accessTier);
  return sameMetadata && sameTags && sameTier;
}
