import type { ConditionsReference, CopyDeclaration } from "../../intent";
import { CopyMethod, OverwritePolicy, SourceGuard } from "../../intent";
import type { BlobProperties, SourceProperties } from "../ports/blob-properties";
import { isWeakEtag } from "../../util/same/etags";
import type { SourceObject } from "../ports/blob-store";

/**
 * The declared conditions on the source, and its ETag where the guard asks for it and the service
 * can check it.
 */
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

/** The service cannot check the ETags of other servers. */
export function mayBePinned({ sourceGuard }: CopyDeclaration, source: SourceObject): boolean {
  return source.isImmutable || (source.account !== undefined && sourceGuard !== SourceGuard.NONE);
}

/**
 * Whether the copy reads exactly what was inspected. Also true for a source that could not be
 * inspected, since there is nothing to compare.
 */
export function isPinned(
  declaration: CopyDeclaration,
  method: CopyMethod,
  source: SourceObject,
  properties: SourceProperties | undefined,
): boolean {
  if (properties === undefined || source.isImmutable) return true;
  return properties.etag !== undefined && sourceConditions(declaration, method, source, properties)?.ifMatch === properties.etag;
}

/**
 * Keeps the destination as inspected until the copy writes it. The restore point must hold what is
 * overwritten, a chain must be the inspected one (`isGuarded`), and a policy that forbids
 * overwriting must hold to the end.
 */
export function destinationConditions(
  declaration: CopyDeclaration,
  now: BlobProperties | undefined,
  isGuarded: boolean,
): ConditionsReference | undefined {
  const declared = declaration.destinationConditions;
  // A rollback deletes the copy's blob where none existed, so the copy must not overwrite one that
  // was created meanwhile.
  if (now === undefined) return { ifNoneMatch: "*", ...declared };
  const mustBeTheSame = declaration.overwrite !== OverwritePolicy.ALWAYS || isGuarded;
  return mustBeTheSame ? { ifMatch: now.etag, ...declared } : declared;
}
