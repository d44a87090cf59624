import { CopyLost } from "../../failure/copy-failure";
import type { MethodRun } from "../methods/method-run";
import type { BlobProperties } from "../ports/blob-store";
import { isProtected, liftProtection, protect } from "../recovery/protection";

/**
 * The declared hold and policy: the last step of all, since nothing of the blob can be changed after it. The service takes no ETag with
 * it, so it is looked at afterwards what got them; they change no ETag themselves. A request that was sent is waited for: a rollback has
 * to know what it did.
 */
export async function protectCopy(run: MethodRun, copied: BlobProperties): Promise<BlobProperties> {
  const { declaration, destination, stop } = run;
  if (!isProtected(declaration)) return copied;
  stop.throwIfAborted();
  await run.note({ isProtected: true });
  await protect(destination, declaration, copied.shown, { unmodifiedSince: copied.lastModified });
  const now = await destination.getProperties();
  if (now !== undefined && now.etag === copied.etag) return now;
  if (now !== undefined) await liftProtection(destination, declaration).catch(() => undefined);
  throw CopyLost.because(`The copy to ${destination.url} is gone`, "somebody replaced or deleted the destination before it was protected");
}
