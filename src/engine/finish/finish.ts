import { isDeepStrictEqual } from "node:util";
import type { ContentHeadersReference, CopyMethod } from "../../intent";
import { ExitCode } from "../../failure/exit-code";
import type { BlobProperties } from "../ports/blob-store";
import { carries, tagsFitTheHeader } from "../methods/traits";
import { CopyFailure } from "../../failure/copy-failure";
import { withGrace } from "../watch/grace";
import type { MethodRun } from "../methods/method-run";
import { foundAfter } from "../../failure/lost-answer";

const GRACE_MILLISECONDS = 5_000;

/** Completes what the method's own request could not say (headers, long tags), and checks the destination against the source. */
export async function finishCopy(run: MethodRun, method: CopyMethod, copied: BlobProperties): Promise<BlobProperties> {
  try {
    await verify(run, copied);
  } catch (error) {
    await run.note({ complete: false });
    throw error;
  }
  const { declaration, destination, stop } = run;
  // Tags first: they leave the ETag alone, and setting headers is then the last step, after which nothing is missing.
  if (!tagsFitTheHeader(declaration.tags) && declaration.tags !== undefined) {
    await destination.setTags(declaration.tags, { signal: stop });
  }
  if (declaration.contentHeaders === undefined || carries(method, "contentHeaders")) return copied;
  await setHeaders(run, copied, merged(copied.contentHeaders, declaration.contentHeaders));
  return (await destination.getProperties({ signal: stop })) ?? copied;
}

/** Set Blob Properties; when its answer is lost, the destination tells whether it took effect. */
async function setHeaders(run: MethodRun, copied: BlobProperties, headers: ContentHeadersReference): Promise<void> {
  const { destination, stop, clock } = run;
  const all = { ...headers, contentMd5: copied.contentMd5 };
  const set = (signal: AbortSignal) => destination.setContentHeaders(all, { ifMatch: copied.etag, signal });
  const done = await withGrace(set, stop, GRACE_MILLISECONDS, clock).catch((error: unknown) =>
    foundAfter(error, async () => {
      const now = await destination.getProperties({ signal: stop });
      const isSet = now?.length === copied.length && isDeepStrictEqual({ ...now.contentHeaders }, { ...headers });
      return isSet && now.etag !== copied.etag ? now : undefined;
    }),
  );
  await run.note({ etag: done.etag });
}

async function verify({ source, sourceProperties, destination, sourceConditions, stop }: MethodRun, copied: BlobProperties): Promise<void> {
  if (sourceProperties === undefined) return;
  const { length, contentMd5, etag } = sourceProperties;
  if (length !== undefined && length !== copied.length)
    throw differs(destination.url, `it has ${copied.length} bytes, the source ${length}`);
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
