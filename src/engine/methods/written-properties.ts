import type { WriteRequest } from "../ports/blob-store";
import type { MethodRun } from "./method-run";

/** Headers, metadata and tags of a destination that is written bit by bit: those declared, and else the source's. */
export async function writtenProperties(run: MethodRun): Promise<WriteRequest> {
  const { declaration, source, sourceProperties } = run;
  const tags = declaration.copySourceTags === true ? await source.getTags({ signal: run.stop }) : run.tags;
  const declared = Object.entries(declaration.contentHeaders ?? {}).filter(([, value]) => value !== undefined && value !== null);
  return {
    contentHeaders: { ...sourceProperties?.contentHeaders, ...Object.fromEntries(declared) },
    ...(sourceProperties?.contentMd5 === undefined ? {} : { contentMd5: sourceProperties.contentMd5 }),
    metadata: declaration.metadata ?? sourceProperties?.metadata ?? {},
    ...(tags === undefined ? {} : { tags }),
    ...(declaration.accessTier === undefined ? {} : { accessTier: declaration.accessTier }),
    ...(run.destinationConditions === undefined ? {} : { destinationConditions: run.destinationConditions }),
    ...(declaration.destinationLeaseId === undefined ? {} : { leaseId: declaration.destinationLeaseId }),
  };
}
