import { addsSnapshot, type CopyDeclaration, type CopyMethod, OverwritePolicy } from "../../intent";
import { CopyFailure } from "../../failure/copy-failure";
import { ExitCode } from "../../failure/exit-code";
import type { BlobProperties } from "../ports/blob-properties";
import type { DestinationBlob } from "../ports/blob-store";
import { sameBlob, sameSource } from "../recovery/same-source";
import { mustNotOverwrite, type OverwriteRequest, whyNotCopied } from "./overwrite";

export interface NothingToCopyRequest extends OverwriteRequest {
  readonly signal?: AbortSignal;
}

/**
 * Why the overwrite policy copies nothing to an existing destination, also to a chain; undefined to
 * copy.
 */
export async function whyNothingIsToCopy(request: NothingToCopyRequest): Promise<string | undefined> {
  if (addsSnapshot(request.declaration.method)) return whyNotAdded(request);
  return request.now.isChain === true ? undefined : whyNotCopied(request);
}

/** Incremental copies overwrite nothing, so no policy copies the last copied snapshot again. */
async function whyNotAdded({
  declaration,
  source,
  destination,
  now,
  copiedFrom,
  signal,
}: NothingToCopyRequest): Promise<string | undefined> {
  const { copy } = now;
  if (now.isChain !== true || copy?.status !== "success") return neverAdded(declaration, destination, now);
  if (sameSource(copiedFrom, source.identity)) {
    const { destinationSnapshot: made } = copy;
    // A rollback deletes the snapshot that its copy made, but the service continues to show it.
    if (made !== undefined && (await destination.hasSnapshot(made, { signal }))) return "this snapshot was copied last already";
  }
  const isOlder = sameBlob(copiedFrom, source.url) && momentOf(source.identity) < momentOf(copiedFrom);
  if (declaration.overwrite === OverwritePolicy.IF_SOURCE_NEWER && isOlder) return "a later snapshot was copied already";
  return neverAdded(declaration, destination, now);
}

function neverAdded({ overwrite }: CopyDeclaration, { url }: DestinationBlob, { length }: BlobProperties): undefined {
  if (overwrite === OverwritePolicy.NEVER) throw mustNotOverwrite(url, length);
}

/**
 * Time at which a snapshot was taken, which is its name; empty for an object that is not a
 * snapshot.
 */
function momentOf(identity: string): string {
  return decodeURIComponent(/[?&]snapshot=([^&#]*)/.exec(identity)?.[1] ?? "");
}

/**
 * Only an incremental copy can write to the result of incremental copies, and it can write to no
 * other existing blob.
 */
export function unlikeChain(method: CopyMethod, now: Pick<BlobProperties, "isChain"> | undefined, url: string): CopyFailure | undefined {
  if (now === undefined || addsSnapshot(method) === (now.isChain === true)) return undefined;
  const failure = { exitCode: ExitCode.COPY_FAILED, side: "destination" } as const;
  return addsSnapshot(method)
    ? new CopyFailure({
        ...failure,
        what: `The destination ${url} is not the result of incremental copies`,
        why: "an incremental copy needs a new blob, or the result of earlier incremental copies of the same source",
        remedy: "use another blob name, or delete the destination",
      })
    : new CopyFailure({
        ...failure,
        what: `The destination ${url} is the result of incremental copies`,
        why: "only the next incremental copy can write it",
        remedy: "use another blob name, or delete the destination with its snapshots",
      });
}
