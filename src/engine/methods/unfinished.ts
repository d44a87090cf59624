import type { GuardedRequest } from "../ports/blob-store";
import { CopyLost } from "../../failure/copy-lost";
import { isUnfinishedBy } from "../recovery/restore-point";
import { ServiceError } from "../../failure/service-error";
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
  const { declaration, destination, stop, clock } = run;
  const lease = declaration.destinationLeaseId === undefined ? {} : { leaseId: declaration.destinationLeaseId };
  const written = await destination.getProperties({ signal: stop, ...lease });
  if (written === undefined || !isUnfinishedBy(run.owner, written.metadata)) throw replaced(destination.url);
  await run.note({ etag: written.etag });
  const prepared = await withGrace((signal) => prepare({ ifMatch: written.etag, ...lease, signal }), stop, GRACE_MILLISECONDS, clock);
  await run.note({ etag: prepared });
  const guarded = { ifMatch: prepared, ...lease };
  const set = await withGrace((signal) => destination.setMetadata(metadata, { ...guarded, signal }), stop, GRACE_MILLISECONDS, clock).catch(
    async (error: unknown) => {
      if (!(error instanceof ServiceError) || !error.outcomeUnknown) throw error;
      // Nobody but us takes the mark away and leaves the bytes.
      const now = await destination.getProperties({ signal: stop, ...lease });
      if (now === undefined || now.length !== written.length || isUnfinishedBy(run.owner, now.metadata)) throw error;
      return now;
    },
  );
  await run.note({ etag: set.etag });
  return {
    etag: set.etag,
    lastModified: set.lastModified,
    versionId: set.versionId,
    contentMd5: set.contentMd5,
    status: "success",
    copyId: "",
  };
}

function replaced(url: string): CopyLost {
  return CopyLost.because(`The copy to ${url} is gone`, "somebody replaced or deleted the destination while it was written");
}
