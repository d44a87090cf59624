import { BlobType, CopyMethod, OverwritePolicy, RecopyPolicy, SourceGuard } from "../../../intent";
import { ExitCode } from "../../../failure/exit-code";
import { MAX_PUT_BLOB, MIN_POINTER_COPY, tagsFitTheHeader } from "../../methods/traits";
import { CopyFailure } from "../../../failure/copy-failure";
import { wasPutBack } from "../../recovery/restore-point";
import type { CopyOptions, ListedBlob, WantedDetails } from "../../ports/blob-container";

/** What is to be done with one blob. `one request`: Put Blob From URL does it all. */
export type Decision =
  | { readonly kind: "one request" }
  | { readonly kind: "full copy"; readonly why: string }
  | { readonly kind: "skip"; readonly why: string }
  | { readonly kind: "fail"; readonly failure: CopyFailure };

export interface DecisionRequest {
  readonly options: CopyOptions;
  readonly recopy: RecopyPolicy;
  readonly sameAccount: boolean;
  readonly source: ListedBlob;
  readonly destination: ListedBlob | undefined;
  readonly destinationUrl: () => string;
}

const ONE_REQUEST: Decision = { kind: "one request" };
const SAME: Decision = { kind: "skip", why: "the destination is already the same as the source" };
const NOT_NEWER: Decision = { kind: "skip", why: "the source is not newer than the destination" };

/** From the listings alone: no request is made for a blob to decide about it. */
export function decide(request: DecisionRequest): Decision {
  const { options, source, destination } = request;
  if (destination !== undefined) {
    if (hasSameContent(request, source, destination) && isAsDeclared(options, destination)) return SAME;
    if (options.overwrite === OverwritePolicy.NEVER) return { kind: "fail", failure: exists(request, destination) };
    if (
      options.overwrite === OverwritePolicy.IF_SOURCE_NEWER &&
      !(Date.parse(source.lastModified) > Date.parse(destination.lastModified))
    ) {
      return NOT_NEWER;
    }
  }
  const why = whyNotOneRequest(request);
  return why === undefined ? ONE_REQUEST : { kind: "full copy", why };
}

/** What a source's listing must tell besides the rest. */
export function sourceDetails(options: CopyOptions, isAtomic: boolean): WantedDetails | undefined {
  if (!isAtomic) return undefined;
  // Put Block List takes nothing from a source: all of it must be said.
  return { contentHeaders: true, metadata: options.metadata === undefined, tags: options.copySourceTags === true };
}

/** What a destination's listing must tell, so that a blob that is not as declared is not taken for the same. */
export function destinationDetails(options: CopyOptions, recopy: RecopyPolicy, showsCopies: boolean): WantedDetails | undefined {
  const { contentHeaders, metadata, tags } = options;
  const copy = showsCopies || goesByTimes({ options, recopy });
  if (contentHeaders === undefined && metadata === undefined && tags === undefined && !copy) return undefined;
  return { contentHeaders: contentHeaders !== undefined, metadata: metadata !== undefined, tags: tags !== undefined, copy };
}

/**
 * Whether a source that was written before the destination is taken for unchanged when one of both has no MD5. Where nobody has
 * asked for a comparison it is copied: any blob of the same length could have been written there.
 */
function goesByTimes({ options, recopy }: Pick<DecisionRequest, "options" | "recopy">): boolean {
  return options.overwrite === OverwritePolicy.IF_DIFFERENT || recopy === RecopyPolicy.EVERY_DEPLOY;
}

function hasSameContent(request: DecisionRequest, source: ListedBlob, destination: ListedBlob): boolean {
  if (source.length !== destination.length || source.blobType !== destination.blobType) return false;
  if (destination.details?.copy?.status === "pending") return false;
  if (source.contentMd5 !== undefined && destination.contentMd5 !== undefined) return source.contentMd5 === destination.contentMd5;
  if (!goesByTimes(request) || wasPutBack(destination.details?.copy)) return false;
  return Date.parse(source.lastModified) < Date.parse(destination.lastModified);
}

function isAsDeclared({ contentHeaders, metadata, tags, accessTier }: CopyOptions, destination: ListedBlob): boolean {
  if (accessTier !== undefined && accessTier !== destination.accessTier) return false;
  const { details } = destination;
  if (details === undefined) return true;
  const has = (all: Readonly<Record<string, string>>, name: string, value: string | undefined) =>
    value === undefined || all[name] === value;
  return (
    Object.entries(contentHeaders ?? {}).every(([name, value]) => has(details.contentHeaders, name, value as string | undefined)) &&
    (metadata === undefined || isEqual(lowerCased(metadata), lowerCased(details.metadata))) &&
    (tags === undefined || isEqual(tags, details.tags))
  );
}

function whyNotOneRequest({ options, sameAccount, source, destination }: DecisionRequest): string | undefined {
  const { method } = options;
  if (method !== CopyMethod.AUTO && method !== CopyMethod.PUT_BLOB_FROM_URL) return "its copy method is declared";
  if (source.blobType !== BlobType.BLOCK) return `it is a ${source.blobType}`;
  if (destination !== undefined && destination.blobType !== BlobType.BLOCK) return `the destination is a ${destination.blobType}`;
  if (source.accessTier === "Archive") return "it is archived";
  if (source.length > MAX_PUT_BLOB) return "it is too large for one request";
  if (method === CopyMethod.AUTO && sameAccount && source.length >= MIN_POINTER_COPY) return "a pointer copy within the account";
  if (options.rehydratePriority !== undefined) return "only Copy Blob takes a rehydrate priority";
  if (options.destinationConditions !== undefined || options.sourceConditions?.ifMatch !== undefined)
    return "conditions are declared for it";
  if (options.sourceGuard !== SourceGuard.ETAG) return "its source guard is declared";
  return tagsFitTheHeader(options.tags) ? undefined : "its tags do not fit into a header";
}

function exists({ destinationUrl }: DecisionRequest, { length }: ListedBlob): CopyFailure {
  return new CopyFailure({
    exitCode: ExitCode.COPY_FAILED,
    what: "The destination exists and is different",
    side: "destination",
    why: `${destinationUrl()} holds ${length} bytes, and the overwrite policy is NEVER`,
    remedy: "delete it, use another name, or choose OverwritePolicy.IF_DIFFERENT or ALWAYS",
  });
}

/** Metadata names are case-insensitive, and come back as the server spells them. */
function lowerCased(record: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name.toLowerCase(), value]));
}

function isEqual(one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}
