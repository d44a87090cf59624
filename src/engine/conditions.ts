import { ConditionsReference, CopyDeclaration, CopyMethod, OverwritePolicy, SourceGuard } from "../intent";
import type { BlobProperties, SourceObject, SourceProperties } from "./blob-store";
import { needsRestorePoint } from "./choose-method";

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
export function destinationConditions(declaration: CopyDeclaration, method: CopyMethod, now: BlobProperties | undefined): ConditionsReference | undefined {
  const declared = declaration.destinationConditions;
  if (now === undefined) {
    const mustBeAbsent = declaration.overwrite === OverwritePolicy.NEVER || needsRestorePoint(method, declaration);
    return mustBeAbsent ? { ifNoneMatch: "*", ...declared } : declared;
  }
  const mustBeTheSame = declaration.overwrite !== OverwritePolicy.ALWAYS || needsRestorePoint(method, declaration);
  return mustBeTheSame ? { ifMatch: now.etag, ...declared } : declared;
}
