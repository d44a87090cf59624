import {
  BlobType,
  CopyMethod,
  optionsBeyond,
  OverwritePolicy,
  type RecopyPolicy,
  SHOWN_OPTION_NAMES,
  SourceGuard,
  tagsFitTheHeader,
} from "../../../intent";
import { copiesTags, declaresHeaders, isToLoseMetadata, MAX_PUT_BLOB, MIN_POINTER_COPY } from "../../methods/run/traits";
import { isMarkedUnfinished } from "../../recovery/marks";
import { declaresProtection } from "../../recovery/protection";
import { mustNotOverwrite } from "../../plan/overwrite";
import { destinationIsDirectory, sourceIsDirectory } from "../../plan/refusal";
import { comparedListing, comparesProperties, goesByTimes, judge, skipsTheSame } from "../../plan/sameness";
import type { CopyOptions, ListedBlob, WantedDetails } from "../../ports/blob-container";
import { type ContainerPair, isWithinAccount } from "../list/container-pair";
import { oncePer } from "../../../util/once-per";
import { type Impossible, whyImpossible, whyNotByItsMethod } from "./impossible";

/** The decision about one blob. `one request`: Put Blob From URL does everything. */
export type Decision =
  | { readonly kind: "one request" }
  | { readonly kind: "full copy"; readonly why: string }
  | { readonly kind: "skip"; readonly why: string }
  | ({ readonly kind: "fail" } & Impossible);

export interface DecisionRequest {
  readonly options: CopyOptions;
  readonly recopy: RecopyPolicy;
  readonly isAtomic: boolean;
  readonly pair: ContainerPair;
  readonly source: ListedBlob;
  readonly destinationName: string;
  readonly destination: ListedBlob | undefined;
}

/** Only a full copy inspects the remains of an earlier run. */
export const CUT_OFF = "a copy to it was cut off";

const ONE_REQUEST: Decision = { kind: "one request" };

/** Decides from the listings alone, without a request for each blob. */
export function decide(request: DecisionRequest): Decision {
  const { options, recopy, pair, source, destinationName, destination } = request;
  const sourceUrl = () => pair.source.urlOf(source.name);
  const destinationUrl = () => pair.destination.urlOf(destinationName);
  if (source.isDirectory === true) return { kind: "fail", failure: sourceIsDirectory(sourceUrl()) };
  if (destination?.isDirectory === true) return { kind: "fail", failure: destinationIsDirectory(destinationUrl()) };
  if (destination !== undefined) {
    const sides = { source: comparedListing(source), destination: comparedListing(destination), sourceUrl, destinationUrl };
    const verdict = judge({ options, recopy, ...sides });
    if (verdict.kind === "skip") return verdict;
    if (verdict.kind === "refuse" && !isCutOff(destination))
      return { kind: "fail", failure: mustNotOverwrite(destinationUrl(), destination.length) };
  }
  const impossible = whyImpossible(request);
  if (impossible !== undefined) return { kind: "fail", ...impossible };
  const why = whyNotOneRequest(request);
  if (why === undefined) return ONE_REQUEST;
  const withoutMethod = whyNotByItsMethod(request);
  return withoutMethod === undefined ? { kind: "full copy", why } : { kind: "fail", ...withoutMethod };
}

/** Details that the source's listing must include. */
export function sourceDetails(options: CopyOptions, isAtomic: boolean, recopy: RecopyPolicy): WantedDetails {
  const comparesAll = comparesProperties({ recopy });
  // Put Block List takes nothing from a source, so the request must contain all of it.
  const headers = isAtomic || comparesAll;
  const tags = isAtomic && copiesTags(options);
  // Needed even where other metadata is declared: in an account without a hierarchical namespace,
  // only metadata marks a directory.
  return { headers, metadata: true, tags };
}

/**
 * Details that the destination's listing must include, so that a blob that differs from the
 * declaration does not count as the same.
 */
export function destinationDetails(options: CopyOptions, recopy: RecopyPolicy, showsCopies: boolean): WantedDetails | undefined {
  const comparesAll = comparesProperties({ recopy });
  const headers = declaresHeaders(options) || comparesAll;
  // Metadata also marks the remains of a lost run, which never count as the same.
  const metadata = options.metadata !== undefined || skipsTheSame({ options, recopy });
  const tags = options.tags !== undefined;
  const byTimes = goesByTimes({ options, recopy }) || options.overwrite === OverwritePolicy.IF_SOURCE_NEWER;
  const copy = showsCopies || byTimes;
  const shown = SHOWN_OPTION_NAMES.some((name) => options[name] !== undefined);
  const protection = declaresProtection(options);
  return headers || metadata || tags || copy || shown ? { headers, metadata, tags, copy, shown, protection } : undefined;
}

/** As far as the listing shows it. */
function isCutOff(destination: ListedBlob | undefined): boolean {
  return isMarkedUnfinished(destination?.details?.metadata ?? {});
}

function whyNotOneRequest({ options, pair, source, destination }: DecisionRequest): string | undefined {
  const { method } = options;
  if (method !== CopyMethod.AUTO && method !== CopyMethod.PUT_BLOB_FROM_URL) return "its copy method is declared";
  if (source.blobType !== BlobType.BLOCK) return `it is a ${source.blobType}`;
  if (destination !== undefined && destination.blobType !== BlobType.BLOCK) return `the destination is a ${destination.blobType}`;
  if (source.tier === "Archive") return "it is archived";
  if (source.metadataIsHidden === true) return "no listing shows its metadata";
  if (isCutOff(destination)) return CUT_OFF;
  if (source.length > MAX_PUT_BLOB) return "it is too large for one request";
  if (method === CopyMethod.AUTO && source.length >= MIN_POINTER_COPY && isWithinAccount(pair)) return "a pointer copy within the account";
  const whyNotAsDeclared = whyNoneByOneRequest(options);
  if (whyNotAsDeclared !== undefined) return whyNotAsDeclared;
  if (isToLoseMetadata(options.metadata, source.details)) return "it is to have no metadata, which takes a request of its own";
  return declaresProtection(options) ? "its hold and policy are set last" : undefined;
}

/** Independent of the blob: a set has millions with the same options. */
const whyNoneByOneRequest = oncePer((options: CopyOptions): string | undefined => {
  if (options.seal !== undefined) return "only append blobs are sealed";
  const [beyond] = optionsBeyond(CopyMethod.PUT_BLOB_FROM_URL, options);
  if (beyond !== undefined) return `one request cannot do ${beyond}`;
  if (options.destinationConditions !== undefined || options.sourceConditions?.ifMatch !== undefined)
    return "conditions are declared for it";
  if (options.sourceGuard !== SourceGuard.ETAG) return "its source guard is declared";
  return tagsFitTheHeader(options.tags) ? undefined : "its tags do not fit into a header";
});
