import { CopyLost } from "../../failure/copy-failure";
import type { GuardedRequest, WrittenProperties } from "../ports/blob-store";
import { isUnfinishedBy } from "../recovery/marks";
import { foundAfter } from "../../failure/lost-answer";
import { withGrace } from "../watch/grace";
import type { MethodResult, MethodRun } from "./method-run";

const GRACE_MILLISECONDS = 5_000;

/**
 * Set Blob Metadata: the last step of a method that wrote the blob bit by bit, onto nothing but what it wrote. `prepare` is
 * what comes right before; it gives the ETag that it left.
 */
export async function removeUnfinishedMark(
  run: MethodRun,
  metadata: Readonly<Record<string, string>>,
  prepare: (guarded: GuardedRequest & { readonly ifMatch: string }) => Promise<string> = ({ ifMatch }) => Promise.resolve(ifMatch),
): Promise<MethodResult> {
  const { destination, stop, clock } = run;
  const written = await destination.getProperties({ signal: stop });
  if (written === undefined || !isUnfinishedBy(run.owner, written.metadata)) throw replaced(destination.url);
  await run.note({ etag: written.etag });
  const prepared = await withGrace((signal) => prepare({ ifMatch: written.etag, signal }), stop, GRACE_MILLISECONDS, clock);
  await run.note({ etag: prepared });
  const set = (signal: AbortSignal) => destination.setMetadata(metadata, { ifMatch: prepared, encryption: written.shown, signal });
  const done = await withGrace(set, stop, GRACE_MILLISECONDS, clock).catch((error: unknown) =>
    foundAfter(error, async () => {
      // Nobody but us takes the mark away and leaves the bytes.
      const now = await destination.getProperties({ signal: stop });
      return now === undefined || now.length !== written.length || isUnfinishedBy(run.owner, now.metadata) ? undefined : now;
    }),
  );
  await run.note({ etag: done.etag });
  const { etag, lastModified, versionId, contentMd5 } = done;
  return { etag, lastModified, versionId, contentMd5, status: "success", copyId: "" };
}

/** Set Blob Properties, once all bytes are there: the source's MD5 beside the headers that the blob was created with. */
export async function setMd5(
  { destination }: MethodRun,
  { contentHeaders, contentMd5 }: WrittenProperties,
  guarded: GuardedRequest & { readonly ifMatch: string },
): Promise<string> {
  if (contentMd5 === undefined) return guarded.ifMatch;
  const { etag } = await destination.setContentHeaders({ ...contentHeaders, contentMd5 }, guarded);
  return etag;
}

function replaced(url: string): CopyLost {
  return CopyLost.because(`The copy to ${url} is gone`, "somebody replaced or deleted the destination while it was written");
}
