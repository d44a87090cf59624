import { isDeepStrictEqual } from "node:util";
import type { ContentHeadersReference, CopyMethod } from "../../intent";
import type { BlobProperties } from "../ports/blob-store";
import { carries, tagsFitTheHeader } from "../methods/traits";
import { verify } from "./verify";
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
  await setHeaders(run, copied, merged(copied.headers, declaration.contentHeaders));
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
      const isSet = now?.length === copied.length && isDeepStrictEqual({ ...now.headers }, { ...headers });
      return isSet && now.etag !== copied.etag ? now : undefined;
    }),
  );
  await run.note({ etag: done.etag });
}

function merged(kept: ContentHeadersReference, declared: ContentHeadersReference): ContentHeadersReference {
  const given = Object.entries(declared).filter(([, value]) => value !== undefined && value !== null);
  return { ...kept, ...Object.fromEntries(given) };
}
