import { AccessTier, type CopyDeclaration, type ShownOptions } from "../../intent";
import { CopyFailure } from "../../failure/copy-failure";
import { ExitCode } from "../../failure/exit-code";
import type { EventSink } from "../ports/events";
import { isShownAsDeclared } from "../plan/shown-options";
import type { BlobProperties, Protection } from "../ports/blob-properties";

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
  const isShownBySelf = accessTier === undefined || declaration.accessTier === AccessTier.SMART || archiveStatus !== undefined;
  if (isShownBySelf || tier === undefined || tier === accessTier) return;
  emit({ type: "warning", text: `${url}: accessTier ${accessTier} was declared, and the service shows ${tier}; it took no notice` });
}

type ShownAtOnce = Exclude<keyof ShownOptions, keyof Protection>;

/** What a blob shows instead of what is declared. Hold and policy are set after all else, and looked at by who sets them. */
const INSTEAD: Readonly<Record<ShownAtOnce, (shown: ShownOptions) => string>> = {
  encryptionScope: ({ encryptionScope }) => `in ${encryptionScope ?? "none"}`,
  seal: ({ seal }) => (seal === true ? "sealed" : "not sealed"),
};

/** What is not as declared, and what is there instead. */
function ignoredOption(declaration: CopyDeclaration, { shown, keys, contentMd5 }: BlobProperties): string | undefined {
  const names = Object.keys(INSTEAD) as ShownAtOnce[];
  const ignored = names.find((name) => !isShownAsDeclared(name, declaration, shown));
  if (ignored !== undefined) return `${ignored} ${String(declaration[ignored])}: the blob is ${INSTEAD[ignored](shown)}`;
  if (keys?.isDeclared === false) return `the encryption key: the blob is encrypted with ${keys.isUsed ? "another" : "none"}`;
  const { sourceContentMd5 } = declaration;
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
