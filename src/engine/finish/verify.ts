import { SourceGuard } from "../../intent";
import { CopyFailure } from "../../failure/copy-failure";
import { ExitCode } from "../../failure/exit-code";
import type { MethodRun } from "../methods/run/method-run";
import type { BlobProperties, SourceProperties } from "../ports/blob-properties";
import { BlobType } from "../../intent";

/**
 * Compares the copy with the source. A pinned source was read at the inspected ETag; any other one
 * is inspected again. With the guard NONE, that happens only if the copy differs, and the copy is
 * accepted if the source has changed meanwhile.
 */
export async function verify(run: MethodRun, copied: BlobProperties): Promise<void> {
  const { source, sourceProperties: before, destination, declaration, stop, isPinned } = run;
  if (before === undefined) return;
  const why = difference(before, copied);
  const isGuarded = declaration.sourceGuard !== SourceGuard.NONE;
  if (isPinned || (why === undefined && !isGuarded)) {
    if (why !== undefined) throw differs(destination.url, why);
    return;
  }
  const now = await source.getProperties({ signal: stop });
  const hasChanged = now === undefined || isChanged(before, now);
  if (!isGuarded && hasChanged) return;
  if (why !== undefined) throw differs(destination.url, why);
  if (hasChanged) throw differs(destination.url, "the source changed while it was copied");
}

function difference({ length, contentMd5, blobType }: SourceProperties, copied: BlobProperties): string | undefined {
  if (length !== undefined && length !== copied.length) return `it has ${copied.length} bytes, the source ${length}`;
  if (length === undefined && copied.length === 0) return "it is empty, and the source does not say that it has no bytes";
  const keepsMd5 = blobType === undefined || blobType === BlobType.BLOCK;
  if (keepsMd5 && contentMd5 !== undefined && copied.contentMd5 !== undefined && contentMd5 !== copied.contentMd5)
    return `its MD5 is ${copied.contentMd5}, the source's ${contentMd5}`;
  return undefined;
}

/**
 * The front ends of a web server may each have ETags of their own, so there a change must also show
 * in time or length.
 */
function isChanged(before: SourceProperties, now: SourceProperties): boolean {
  if (before.etag !== undefined && before.etag === now.etag) return false;
  const sameLength = before.length === now.length;
  const sameTime = before.lastModified?.getTime() === now.lastModified?.getTime();
  if (before.blobType !== undefined || before.lastModified === undefined) return before.etag !== now.etag || !sameLength || !sameTime;
  return !sameLength || !sameTime;
}

function differs(url: string, why: string): CopyFailure {
  return new CopyFailure({
    exitCode: ExitCode.COPY_FAILED,
    what: `The copy at ${url} does not match the source`,
    side: "destination",
    why,
    remedy: "deploy again; if the source changes all the time, copy from a snapshot of it",
  });
}
