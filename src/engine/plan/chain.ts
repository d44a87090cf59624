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

/** What the overwrite policy makes of an existing destination, also of a chain: undefined to copy, or why there is nothing to copy. */
export async function whyNothingIsToCopy(request: NothingToCopyRequest): Promise<string | undefined> {
  if (addsSnapshot(request.declaration.method)) return whyNotAdded(request);
  return request.now.isChain === true ? undefined : whyNotCopied(request);
}

/**
 * Since nothing is ever overwritten, a snapshot that is there already is copied again under no policy.
 */
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
    // A rollback deletes what its copy made, and the service goes on showing it.
    if (made !== undefined && (await destination.hasSnapshot(made, { signal }))) return "this snapshot was copied last already";
  }
  const isOlder = sameBlob(copiedFrom, source.url) && momentOf(source.identity) < momentOf(copiedFrom);
  if (declaration.overwrite === OverwritePolicy.IF_SOURCE_NEWER && isOlder) return "a later snapshot was copied already";
  return neverAdded(declaration, destination, now);
}

function neverAdded({ overwrite }: CopyDeclaration, { url }: DestinationBlob, { length }: BlobProperties): undefined {
  if (overwrite === OverwritePolicy.NEVER) throw mustNotOverwrite(url, length);
}

/** When a snapshot was taken, which is its name; empty for what is none. */
function momentOf(identity: string): string {
  return decodeURIComponent(/[?&]snapshot=([^&#]*)/.exec(identity)?.[1] ?? "");
}

/** Only incremental copies write what an incremental copy has made, and they write nothing else. */
export function unlikeChain(method: CopyMethod, now: Pick<BlobProperties, "isChain"> | undefined, url: string): CopyFailure | undefined {
  if (now === undefined || addsSnapshot(method) === (now.isChain === true)) return undefined;
  const failure = { exitCode: ExitCode.COPY_FAILED, side: "destination" } as const;
  return addsSnapshot(method)
    ? new CopyFailure({
        ...failure,
        what: `The destination ${url} is not the result of incremental copies`,
        why: "an incremental copy goes to a new blob, or to what earlier ones of the same source have made",
        remedy: "use another blob name, or delete the destination",
      })
    : new CopyFailure({
        ...failure,
        what: `The destination ${url} is the result of incremental copies`,
        why: "nothing but the next incremental copy can write it",
        remedy: "use another blob name, or delete the destination with its snapshots",
      });
}
