import { CopyMethod, isPrintable } from "../../../intent";
import { checkSendable } from "./unsendable";
import { carriesMarks, unfinishedMark, withoutMarks } from "../../recovery/marks";
import type { SourceProperties, WrittenProperties } from "../../ports/blob-properties";
import type { WriteRequest } from "../../ports/requests";
import type { MethodRun } from "./method-run";
import { carriedBy, carriesTagsOfSource, copiesTags } from "./traits";

/** What goes with a request that copies a whole blob; the rest comes from the source. */
export async function carriedProperties(run: MethodRun, method: CopyMethod): Promise<WrittenProperties> {
  const { declaration } = run;
  const readsTags = copiesTags(declaration) && !carriesTagsOfSource(method);
  const tags = readsTags ? await tagsOfSource(run) : run.tags;
  return { ...carriedBy(method, declaration), metadata: metadataOf(run, method), tags };
}

/** Get Blob Tags, noted as what the copy gives: a rollback tells by them which tags are somebody's. */
async function tagsOfSource(run: MethodRun): Promise<Record<string, string>> {
  const tags = await run.source.getTags({ signal: run.stop });
  await run.note({ tags });
  return tags;
}

function metadataOf({ declaration, owner, sourceProperties, isMarked }: MethodRun, method: CopyMethod): WrittenProperties["metadata"] {
  const taken = takenMetadata(sourceProperties);
  if (isMarked) return { ...(declaration.metadata ?? taken), ...unfinishedMark(owner) };
  // Whether Put Blob From URL copies the metadata is nowhere documented, so it is said. The service would copy our marks, too.
  const wantsSaying = method === CopyMethod.PUT_BLOB_FROM_URL || carriesMarks(sourceProperties?.metadata ?? {});
  const isSaid = wantsSaying && Object.values(taken ?? {}).every(isPrintable);
  return declaration.metadata ?? (isSaid ? taken : undefined);
}

/** The metadata that a copy takes from its source. */
export function takenMetadata(source: Pick<SourceProperties, "metadata"> | undefined): Record<string, string> | undefined {
  return source && withoutMarks(source.metadata);
}

/** What goes with a destination that is written bit by bit: the declared properties, and else the source's. */
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
 * Create Page Blob, Create Append Blob: the first request of a method that writes bit by bit. The MD5 comes last, as it would
 * vouch for bytes that are not there yet.
 */
export function creation(run: MethodRun, properties: WrittenProperties, mark: Readonly<Record<string, string>>): WriteRequest {
  return {
    destinationConditions: run.destinationConditions,
    properties: { ...properties, contentMd5: undefined, metadata: { ...properties.metadata, ...mark } },
  };
}
