import type { ConditionsReference, CopyDeclaration } from "../../intent";
import { CopyMethod, OverwritePolicy, SourceGuard } from "../../intent";
import type { BlobProperties, SourceProperties } from "../ports/blob-properties";
import { isWeakEtag } from "../../util/same/etags";
import type { SourceObject } from "../ports/blob-store";

/** The declared conditions on the source, with its ETag pinned where the guard asks for it and the service can check it. */
export function sourceConditions(
  declaration: CopyDeclaration,
  method: CopyMethod,
  source: SourceObject,
  properties: SourceProperties | undefined,
): ConditionsReference | undefined {
  const declared = declaration.sourceConditions;
  const etag = properties?.etag;
  // The service refuses conditions on an Azure file under Copy Blob.
  const canPin = mayBePinned(declaration, source) && !(source.isFile && method === CopyMethod.COPY_BLOB);
  return etag === undefined || isWeakEtag(etag) || !canPin ? declared : { ifMatch: etag, ...declared };
}

/** The service knows nothing of other servers' ETags. */
export function mayBePinned({ sourceGuard }: CopyDeclaration, source: SourceObject): boolean {
  return source.isImmutable || (source.account !== undefined && sourceGuard !== SourceGuard.NONE);
}

/** What is read is what was looked at. Of a source that cannot be seen there is nothing to compare either. */
export function isPinned(
  declaration: CopyDeclaration,
  method: CopyMethod,
  source: SourceObject,
  properties: SourceProperties | undefined,
): boolean {
  if (properties === undefined || source.isImmutable) return true;
  return properties.etag !== undefined && sourceConditions(declaration, method, source, properties)?.ifMatch === properties.etag;
}

/** What the restore point holds must be what is overwritten, and a chain what was looked at (`isGuarded`), and a policy that forbids overwriting must hold to the end. */
export function destinationConditions(
  declaration: CopyDeclaration,
  now: BlobProperties | undefined,
  isGuarded: boolean,
): ConditionsReference | undefined {
  const declared = declaration.destinationConditions;
  // A rollback deletes what the copy made where nothing was, so nothing may have come there meanwhile.
  if (now === undefined) return { ifNoneMatch: "*", ...declared };
  const mustBeTheSame = declaration.overwrite !== OverwritePolicy.ALWAYS || isGuarded;
  return mustBeTheSame ? { ifMatch: now.etag, ...declared } : declared;
}
