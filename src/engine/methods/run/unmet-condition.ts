import type { ConditionsReference, CopyDeclaration } from "../../../intent";
import { CopyFailure } from "../../../failure/copy-failure";
import { ExitCode } from "../../../failure/exit-code";
import type { Side } from "../../../failure/service-error";

interface Blob {
  readonly etag: string | undefined;
  readonly lastModified: Date | undefined;
}

/**
 * A declared condition that a blob, or its absence, does not meet. undefined where all are met, or
 * where only the service can check one, such as a condition on tags.
 */
export function unmetCondition(
  side: Side,
  url: string,
  conditions: ConditionsReference | undefined,
  blob: Blob | undefined,
): CopyFailure | undefined {
  if (conditions === undefined) return undefined;
  const why = blob === undefined ? unmetByNothing(conditions) : unmetBy(conditions, blob);
  if (why === undefined) return undefined;
  return new CopyFailure({
    exitCode: ExitCode.COPY_FAILED,
    what: `The ${side} does not meet a declared condition`,
    side,
    why: `${url}: ${why}`,
    remedy: `change ${side}Conditions, or leave the condition out`,
  });
}

interface Sides {
  readonly declaration: Pick<CopyDeclaration, "sourceConditions" | "destinationConditions">;
  readonly source: { readonly url: string };
  readonly destination: { readonly url: string };
}

/**
 * The service would say that a condition is not met, but not which one. Conditions on a source that
 * could not be inspected are left to the service.
 */
export function unmetDeclaration(
  { declaration, source, destination }: Sides,
  seen: { readonly source: Blob | undefined; readonly now: Blob | undefined },
): CopyFailure | undefined {
  const ofSource = seen.source === undefined ? undefined : unmetCondition("source", source.url, declaration.sourceConditions, seen.source);
  return ofSource ?? unmetCondition("destination", destination.url, declaration.destinationConditions, seen.now);
}

function unmetByNothing({ ifMatch }: ConditionsReference): string | undefined {
  return ifMatch === undefined ? undefined : `ifMatch is ${ifMatch}, and there is no blob`;
}

function unmetBy({ ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince }: ConditionsReference, blob: Blob): string | undefined {
  const { etag, lastModified } = blob;
  if (etag !== undefined) {
    if (ifMatch !== undefined && ifMatch !== "*" && ifMatch !== etag) return `ifMatch is ${ifMatch}, and its ETag is ${etag}`;
    if (ifNoneMatch === "*") return "ifNoneMatch is *, and there is a blob";
    if (ifNoneMatch === etag) return `ifNoneMatch is ${ifNoneMatch}, which is its ETag`;
  }
  if (lastModified === undefined) return undefined;
  const modified = `and it was last modified at ${lastModified.toISOString()}`;
  if (ifModifiedSince !== undefined && lastModified.getTime() <= Date.parse(ifModifiedSince))
    return `ifModifiedSince is ${ifModifiedSince}, ${modified}`;
  if (ifUnmodifiedSince !== undefined && lastModified.getTime() > Date.parse(ifUnmodifiedSince))
    return `ifUnmodifiedSince is ${ifUnmodifiedSince}, ${modified}`;
  return undefined;
}
