import { CopyLost } from "../../failure/copy-failure";
import type { MethodRun } from "../methods/run/method-run";
import type { BlobProperties, Protection } from "../ports/blob-properties";
import { takesNoNotice } from "./taken-notice";
import { inTime } from "../recovery/in-time";
import { isProtected, liftProtection, protect } from "../recovery/protection";
import { PROTECTION_GRACE_MILLISECONDS, withGrace } from "../watch/grace";

/**
 * Sets the declared hold and policy. This is the last step, since the blob cannot be changed
 * afterwards. These requests take no ETag and do not change it, so a read afterwards shows which
 * blob got them. A request that was sent is waited for: a rollback has to know its effect.
 */
export async function protectCopy(run: MethodRun, copied: BlobProperties): Promise<BlobProperties> {
  const { declaration, destination, stop, clock } = run;
  if (!isProtected(declaration)) return copied;
  stop.throwIfAborted();
  await run.note({ isProtected: true });
  const { shown, lastModified: unmodifiedSince } = copied;
  const set = (signal: AbortSignal) => protect(destination, declaration, shown, { unmodifiedSince, signal });
  await withGrace(set, stop, PROTECTION_GRACE_MILLISECONDS, clock);
  const now = await destination.getProperties({ signal: stop });
  if (now !== undefined && now.etag === copied.etag) {
    checkProtected(declaration, destination.url, now.shown);
    return now;
  }
  if (now !== undefined) await inTime(clock, (signal) => liftProtection(destination, declaration, signal)).catch(() => undefined);
  throw CopyLost.because(
    `The copy to ${destination.url} is gone`,
    "another client replaced or deleted the destination before it was protected",
  );
}

/** A service that does not know holds and policies may accept the requests all the same. */
function checkProtected({ legalHold, immutabilityPolicy }: Protection, url: string, shown: Protection): void {
  const ignored = [
    ...(legalHold === true && shown.legalHold !== true ? ["legalHold"] : []),
    ...(immutabilityPolicy !== undefined && shown.immutabilityPolicy === undefined ? ["immutabilityPolicy"] : []),
  ];
  if (ignored.length > 0) throw takesNoNotice(url, `${ignored.join(" and ")}: the blob shows nothing of it`);
}
