import { CopyMethod, isPrintable } from "../../../intent";
import { checkSendable } from "./unsendable";
import { carriesMarks, unfinishedMark, withoutMarks } from "../../recovery/marks";
import type { SourceProperties, WrittenProperties } from "../../ports/blob-properties";
import type { WriteRequest } from "../../ports/requests";
import type { MethodRun } from "./method-run";
import { carriedBy, carriesTagsOfSource, copiesTags } from "./traits";

/** Properties that go with a request that copies a whole blob; the rest comes from the source. */
export async function carriedProperties(run: MethodRun, method: CopyMethod): Promise<WrittenProperties> {
  const { declaration } = run;
  const readsTags = copiesTags(declaration) && !carriesTagsOfSource(method);
  const tags = readsTags ? await tagsOfSource(run) : run.tags;
  return { ...carriedBy(method, declaration), metadata: metadataOf(run, method), tags };
}

/**
 * Get Blob Tags. They are noted as the tags of the copy, so that a rollback can tell them from
 * another client's tags.
 */
async function tagsOfSource(run: MethodRun): Promise<Record<string, string>> {
  const tags = await run.source.getTags({ signal: run.stop });
  await run.note({ tags });
  return tags;
}

function metadataOf({ declaration, owner, sourceProperties, isMarked }: MethodRun, method: CopyMethod): WrittenProperties["metadata"] {
  const taken = takenMetadata(sourceProperties);
  if (isMarked) return { ...(declaration.metadata ?? taken), ...unfinishedMark(owner) };
  // No document says whether Put Blob From URL copies the metadata, so the request states it. The
  // service would also copy our marks.
  const wantsSaying = method === CopyMethod.PUT_BLOB_FROM_URL || carriesMarks(sourceProperties?.metadata ?? {});
  const isSaid = wantsSaying && Object.values(taken ?? {}).every(isPrintable);
  return declaration.metadata ?? (isSaid ? taken : undefined);
}

/** The metadata that a copy takes from its source. */
export function takenMetadata(source: Pick<SourceProperties, "metadata"> | undefined): Record<string, string> | undefined {
  return source && withoutMarks(source.metadata);
}

/**
 * Properties of a destination that is written bit by bit: the declared ones, otherwise the
 * source's.
 */
export async function writtenProperties(run: MethodRun, method: CopyMethod): Promise<WrittenProperties> {
  const { declaration, sourceProperties } = run;
  const declared = Object.entries(declaration.contentHeaders ?? {}).filter(([, value]) => value !== undefined && value !== null);
  const properties = {
    ...(await carriedProperties(run, method)),
    headers: { ...sourceProperties?.headers, ...Object.fromEntries(declared) },
    contentMd5: sourceProperties?.contentMd5,
    metadata: declaration.metadata ?? takenMetadata(sourceProperties) ?? {},
  };
  checkSendable(run.source.url, properties);
  return properties;
}

/**
 * Create Page Blob, Create Append Blob: the first request of a method that writes bit by bit. The
 * MD5 is set last, as it would vouch for bytes that are not there yet.
 */
export function creation(run: MethodRun, properties: WrittenProperties, mark: Readonly<Record<string, string>>): WriteRequest {
  return {
    destinationConditions: run.destinationConditions,
    properties: { ...properties, contentMd5: undefined, metadata: { ...properties.metadata, ...mark } },
  };
}
