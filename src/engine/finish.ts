import { ContentHeadersReference, CopyMethod } from "../intent";
import { ExitCode } from "../process/exit-code";
import type { BlobProperties } from "./blob-store";
import { tagsFitTheHeader } from "./choose-method";
import { CopyFailure } from "./copy-failure";
import type { MethodRun } from "./methods/method-run";

/** Methods whose request does not carry content headers. */
const WITHOUT_CONTENT_HEADERS: readonly CopyMethod[] = [CopyMethod.COPY_BLOB, CopyMethod.COPY_BLOB_FROM_URL];

/** Completes what the method's own request could not say (headers, long tags), and checks the destination against the source. */
export async function finishCopy(run: MethodRun, method: CopyMethod, copied: BlobProperties): Promise<BlobProperties> {
  await verify(run, copied);
  const { declaration, destination, stop } = run;
  const lease = declaration.destinationLeaseId === undefined ? {} : { leaseId: declaration.destinationLeaseId };
  let written = false;
  if (declaration.contentHeaders !== undefined && WITHOUT_CONTENT_HEADERS.includes(method)) {
    const headers = merged(copied.contentHeaders, declaration.contentHeaders);
    const answer = await destination.setContentHeaders(
      { ...headers, ...(copied.contentMd5 === undefined ? {} : { contentMd5: copied.contentMd5 }) },
      { ifMatch: copied.etag, signal: stop, ...lease },
    );
    run.note({ etag: answer.etag });
    written = true;
  }
  if (!tagsFitTheHeader(declaration.tags) && declaration.tags !== undefined) {
    await destination.setTags(declaration.tags, { signal: stop, ...lease });
  }
  if (!written) return copied;
  return (await destination.getProperties({ signal: stop, ...lease })) ?? copied;
}

async function verify({ source, sourceProperties, destination, sourceConditions, stop }: MethodRun, copied: BlobProperties): Promise<void> {
  if (sourceProperties === undefined) return;
  const { length, contentMd5, etag } = sourceProperties;
  if (length !== undefined && length !== copied.length) throw differs(destination.url, `it has ${copied.length} bytes, the source ${length}`);
  if (contentMd5 !== undefined && copied.contentMd5 !== undefined && contentMd5 !== copied.contentMd5) {
    throw differs(destination.url, `its MD5 is ${copied.contentMd5}, the source's ${contentMd5}`);
  }
  const pinned = sourceConditions?.ifMatch !== undefined || etag === undefined || source.isImmutable;
  if (pinned) return;
  const now = await source.getProperties({ signal: stop });
  if (now?.etag !== etag) throw differs(destination.url, "the source changed while it was copied");
}

function differs(url: string, why: string): CopyFailure {
  return new CopyFailure({
    exitCode: ExitCode.COPY_FAILED,
    what: `The copy at ${url} is not what the source is`,
    side: "destination",
    why,
    remedy: "deploy again; if the source changes all the time, copy from a snapshot of it",
  });
}

function merged(kept: ContentHeadersReference, declared: ContentHeadersReference): ContentHeadersReference {
  const given = Object.entries(declared).filter(([, value]) => value !== undefined && value !== null);
  return { ...kept, ...Object.fromEntries(given) };
}
