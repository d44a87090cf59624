import type { CopyMethod } from "../../intent";
import type { WrittenProperties, WriteRequest } from "../ports/blob-store";
import type { MethodRun } from "./method-run";
import { carriedBy, carries } from "./traits";

/** What goes with a request that copies a whole blob; the rest comes from the source. */
export async function carriedProperties(run: MethodRun, method: CopyMethod): Promise<WrittenProperties> {
  const { declaration, source, stop } = run;
  const copiesTags = declaration.copySourceTags === true && !carries(method, "copySourceTags");
  const tags = copiesTags ? await source.getTags({ signal: stop }) : run.tags;
  return { ...carriedBy(method, declaration), tags };
}

/** What goes with a destination that is written bit by bit: the declared properties, and else the source's. */
export async function writtenProperties(run: MethodRun, method: CopyMethod): Promise<WrittenProperties> {
  const { declaration, sourceProperties } = run;
  const declared = Object.entries(declaration.contentHeaders ?? {}).filter(([, value]) => value !== undefined && value !== null);
  return {
    ...(await carriedProperties(run, method)),
    contentHeaders: { ...sourceProperties?.contentHeaders, ...Object.fromEntries(declared) },
    contentMd5: sourceProperties?.contentMd5,
    metadata: declaration.metadata ?? sourceProperties?.metadata ?? {},
  };
}

/** Create Page Blob, Create Append Blob: the first request of a method that writes bit by bit. */
export function creation(run: MethodRun, properties: WrittenProperties, mark: Readonly<Record<string, string>>): WriteRequest {
  return {
    destinationConditions: run.destinationConditions,
    properties: { ...properties, metadata: { ...properties.metadata, ...mark } },
  };
}
