import { AccessTier, type CopyDeclaration } from "../../intent";
import { CopyFailure } from "../../failure/copy-failure";
import { ExitCode } from "../../failure/exit-code";
import type { EventSink } from "../ports/events";
import type { BlobProperties } from "../ports/blob-properties";

/**
 * Whether the service took notice of what went with the copy's own requests, and shows afterwards. One that does not know an option, as
 * emulators do not know some, takes the request all the same. What guards the bytes or says who may read them fails the copy; of another
 * tier it is only told.
 *
 * @throws CopyFailure that names the option
 */
export function checkTakenNotice(declaration: CopyDeclaration, url: string, copied: BlobProperties, emit: EventSink): void {
  const ignored = ignoredOption(declaration, copied);
  if (ignored !== undefined) throw takesNoNotice(url, ignored);
  const accessTier: string | undefined = declaration.accessTier;
  const { tier, archiveStatus } = copied;
  // The service moves a blob of the smart tier by itself, and one that is read from the archive shows the tier that it comes from.
  const isToldBySelf = accessTier === undefined || declaration.accessTier === AccessTier.SMART || archiveStatus !== undefined;
  if (isToldBySelf || tier === undefined || tier === accessTier) return;
  emit({ type: "warning", text: `${url}: accessTier ${accessTier} was declared, and the service shows ${tier}; it took no notice` });
}

/** What is not as declared, and what is there instead. */
function ignoredOption(
  { encryptionScope, seal, sourceContentMd5 }: CopyDeclaration,
  { shown, keys, contentMd5 }: BlobProperties,
): string | undefined {
  if (encryptionScope !== undefined && shown.encryptionScope !== encryptionScope)
    return `encryptionScope ${encryptionScope}: the blob is in ${shown.encryptionScope ?? "none"}`;
  if (keys?.isDeclared === false) return `the encryption key: the blob is encrypted with ${keys.isUsed ? "another" : "none"}`;
  if (seal !== undefined && (shown.seal ?? false) !== seal) return `seal ${String(seal)}: the blob is ${seal ? "not " : ""}sealed`;
  if (sourceContentMd5 !== undefined && contentMd5 !== undefined && contentMd5 !== sourceContentMd5)
    return `sourceContentMd5 ${sourceContentMd5}: the MD5 of what was copied is ${contentMd5}`;
  return undefined;
}

export function takesNoNotice(url: string, ignored: string): CopyFailure {
  return new CopyFailure({
    exitCode: ExitCode.COPY_FAILED,
    what: `The copy at ${url} is not as declared`,
    side: "destination",
    why: `the service, or the emulator that stands for it, took the request and no notice of ${ignored}`,
    remedy: "leave that option out for this service, or copy to one that knows it",
  });
}
