import type { CopyDeclaration, RecopyPolicy } from "../../intent";
import { OverwritePolicy } from "../../intent";
import { CopyFailure } from "../../failure/copy-failure";
import { ExitCode } from "../../failure/exit-code";
import type { BlobProperties, SourceProperties } from "../ports/blob-properties";
import type { DestinationBlob, SourceObject } from "../ports/blob-store";
import type { Memory } from "../recovery/memory";
import { comparedProperties, judge } from "./sameness";

export interface OverwriteRequest {
  readonly declaration: CopyDeclaration;
  readonly recopy: RecopyPolicy;
  readonly source: SourceObject;
  readonly destination: DestinationBlob;
  readonly sourceProperties: SourceProperties | undefined;
  /** An existing destination. */
  readonly now: BlobProperties;
  readonly tags: Readonly<Record<string, string>> | undefined;
  readonly memory: Memory;
  /** What the last copy to the destination has copied, see {@link copiedFrom}; empty where nothing tells. */
  readonly copiedFrom: string;
}

/** What the overwrite policy makes of an existing destination: undefined to copy, or why there is nothing to copy. */
export function whyNotCopied(request: OverwriteRequest): string | undefined {
  const { declaration, recopy, source, destination, sourceProperties, now, tags, memory } = request;
  const verdict = judge({
    options: declaration,
    recopy,
    source: sourceProperties && comparedProperties(sourceProperties),
    destination: comparedProperties(now, tags ?? {}),
    sourceUrl: () => source.identity,
    destinationUrl: () => destination.url,
    sourceIsImmutable: source.isImmutable,
    memory,
  });
  if (verdict.kind === "refuse") throw mustNotOverwrite(destination.url, now.length);
  return verdict.kind === "skip" ? verdict.why : undefined;
}

/** @throws CopyFailure when the overwrite policy is NEVER */
export function refuseToOverwrite(declaration: CopyDeclaration, destination: DestinationBlob, now: BlobProperties): void {
  if (declaration.overwrite === OverwritePolicy.NEVER) throw mustNotOverwrite(destination.url, now.length);
}

/** NEVER replaces nothing; what is proven to be the same needs no replacing. */
export function mustNotOverwrite(url: string, length: number): CopyFailure {
  return new CopyFailure({
    exitCode: ExitCode.COPY_FAILED,
    what: "The destination exists and is different",
    side: "destination",
    why: `${url} holds ${length} bytes that are not proven to be the source's, and the overwrite policy is NEVER`,
    remedy: "delete it, use another blob name, or choose OverwritePolicy.IF_DIFFERENT or ALWAYS",
  });
}

/** Times alone would say that there is nothing to copy. */
export function perhapsHalf(url: string): CopyFailure {
  return new CopyFailure({
    exitCode: ExitCode.COPY_FAILED,
    what: "The destination may be half a copy",
    side: "destination",
    why: `somebody wrote into ${url} while an earlier run copied it, so that it is newer than the source tells nothing`,
    remedy: "deploy once with OverwritePolicy.IF_DIFFERENT, which copies it again, or delete it",
  });
}
