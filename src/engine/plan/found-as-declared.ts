import type { CopyDeclaration, CopyIntent } from "../../intent";
import { isForbidden, isUnknownOperation } from "../../failure/service-codes";
import type { BlobProperties, SourceProperties } from "../ports/blob-properties";
import type { DestinationBlob, SourceObject } from "../ports/blob-store";
import type { MadeCopies } from "../ports/made-copies";
import { copiedFrom } from "../recovery/copied-from";
import { isUnfinishedBy } from "../recovery/marks";
import { remember } from "../recovery/memory";
import { ownerOf } from "../recovery/ownership";
import { whyNothingIsToCopy } from "./chain";

export interface FoundRequest {
  readonly declaration: CopyDeclaration;
  readonly intent: Pick<CopyIntent, "owner" | "deployment" | "recopy">;
  readonly source: SourceObject;
  readonly destination: DestinationBlob;
  readonly made: MadeCopies | undefined;
  readonly signal: AbortSignal | undefined;
}

/**
 * For check and preview: why a run would copy nothing to an existing destination. undefined where
 * it would copy, or would have to end another copy first.
 *
 * @throws CopyFailure where the overwrite policy forbids the copy
 */
export async function foundAsDeclared(
  request: FoundRequest,
  sourceProperties: SourceProperties,
  now: BlobProperties,
): Promise<string | undefined> {
  const { declaration, intent, source, destination, made: copies, signal } = request;
  const owner = ownerOf(intent);
  if (now.copy?.status === "pending" || isUnfinishedBy(owner, now.metadata)) return undefined;
  const tags = now.tagCount > 0 && declaration.tags !== undefined ? await readableTags(destination, signal) : undefined;
  const { memory } = remember({ copies, owner, source, sourceEtag: sourceProperties.etag, destination, now });
  const from = now.copy === undefined ? "" : copiedFrom(now.copy, [copies?.read(destination.url)]);
  const sides = { declaration, source, destination, sourceProperties, now, tags, memory, copiedFrom: from };
  return whyNothingIsToCopy({ ...sides, recopy: intent.recopy, ...(signal && { signal }) });
}

/**
 * Get Blob Tags. It takes a permission that a copy does not need, so tags that may not be read
 * count as unknown.
 */
export async function readableTags(
  destination: DestinationBlob,
  signal: AbortSignal | undefined,
): Promise<Readonly<Record<string, string>> | undefined> {
  try {
    return await destination.getTags({ ...(signal && { signal }) });
  } catch (error) {
    if (isForbidden(error) || isUnknownOperation(error)) return undefined;
    throw error;
  }
}
