import type { ConditionsReference, CopyDeclaration } from "../../intent";
import { CopyMethod, OverwritePolicy, SourceGuard } from "../../intent";
import type { BlobProperties, SourceObject, SourceProperties } from "../ports/blob-store";
import { needsRestorePoint } from "../methods/traits";

/** The declared conditions on the source, with its ETag pinned where the guard asks for it and the service can check it. */
export function sourceConditions(
  declaration: CopyDeclaration,
  method: CopyMethod,
  source: SourceObject,
  properties: SourceProperties | undefined,
): ConditionsReference | undefined {
  const declared = declaration.sourceConditions;
  const etag = properties?.etag;
  if (etag === undefined || etag.startsWith("W/") || declaration.sourceGuard === SourceGuard.NONE) return declared;
  // The service refuses conditions on an Azure file under Copy Blob, and knows nothing of other servers' ETags.
  const cannotPin = source.account === undefined || (source.isFile && method === CopyMethod.COPY_BLOB);
  return cannotPin ? declared : { ifMatch: etag, ...declared };
}

/** What the restore point holds must be what is overwritten, and a policy that forbids overwriting must hold to the end. */
export function destinationConditions(
  declaration: CopyDeclaration,
  method: CopyMethod,
  now: BlobProperties | undefined,
): ConditionsReference | undefined {
  const declared = declaration.destinationConditions;
  // A rollback deletes what the copy made where nothing was, so nothing may have come there meanwhile.
  if (now === undefined) return { ifNoneMatch: "*", ...declared };
  const mustBeTheSame = declaration.overwrite !== OverwritePolicy.ALWAYS || needsRestorePoint(method, declaration);
  return mustBeTheSame ? { ifMatch: now.etag, ...declared } : declared;
}
