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
  /**
   * Source of the last copy to the destination, see {@link copiedFrom}; empty where it is unknown.
   */
  readonly copiedFrom: string;
}

/** Why the overwrite policy copies nothing to an existing destination; undefined to copy. */
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

/**
 * NEVER forbids every replacement. A destination that is proven to be the same does not need one.
 */
export function mustNotOverwrite(url: string, length: number): CopyFailure {
  return new CopyFailure({
    exitCode: ExitCode.COPY_FAILED,
    what: "The destination exists and is different",
    side: "destination",
    why: `${url} holds ${length} bytes that are not proven to be the source's, and the overwrite policy is NEVER`,
    remedy: "delete it, use another blob name, or choose OverwritePolicy.IF_DIFFERENT or ALWAYS",
  });
}

/** A comparison of times alone would skip the copy. */
export function perhapsHalf(url: string): CopyFailure {
  return new CopyFailure({
    exitCode: ExitCode.COPY_FAILED,
    what: "The destination may be half a copy",
    side: "destination",
    why: `another client wrote into ${url} while an earlier run copied it, so a later time than the source's proves nothing`,
    remedy: "deploy once with OverwritePolicy.IF_DIFFERENT, which copies it again, or delete it",
  });
}
