import { AccessTier, type CopyDeclaration, type ShownOptions } from "../../intent";
import { CopyFailure } from "../../failure/copy-failure";
import { ExitCode } from "../../failure/exit-code";
import type { EventSink } from "../ports/events";
import { isShownAsDeclared } from "../plan/shown-options";
import type { BlobProperties, Protection } from "../ports/blob-properties";

/**
 * Checks whether the service applied the options that went with the copy's own requests, as far as
 * the blob shows them. A service that does not know an option, as with some emulators, may accept
 * the request all the same. An ignored option that guards the bytes or says who may read them fails
 * the copy; another tier is only reported.
 *
 * @throws CopyFailure that names the option
 */
export function checkTakenNotice(declaration: CopyDeclaration, url: string, copied: BlobProperties, emit: EventSink): void {
  const ignored = ignoredOption(declaration, copied);
  if (ignored !== undefined) throw takesNoNotice(url, ignored);
  const accessTier: string | undefined = declaration.accessTier;
  const { tier, archiveStatus } = copied;
  // The service moves a blob of the smart tier by itself, and a blob that is being rehydrated shows
  // the tier that it comes from.
  const isShownBySelf = accessTier === undefined || declaration.accessTier === AccessTier.SMART || archiveStatus !== undefined;
  if (isShownBySelf || tier === undefined || tier === accessTier) return;
  emit({ type: "warning", text: `${url}: accessTier ${accessTier} was declared, but the service ignored it and shows ${tier}` });
}

type ShownAtOnce = Exclude<keyof ShownOptions, keyof Protection>;

/**
 * Words for the value that a blob shows instead of the declared one. Hold and policy are set last,
 * and checked by the code that sets them.
 */
const INSTEAD: Readonly<Record<ShownAtOnce, (shown: ShownOptions) => string>> = {
  encryptionScope: ({ encryptionScope }) => `in ${encryptionScope ?? "none"}`,
  seal: ({ seal }) => (seal === true ? "sealed" : "not sealed"),
};

/** The option that is not as declared, and the value that the blob has instead. */
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
    why: `the service, or the emulator in its place, accepted the request but ignored ${ignored}`,
    remedy: "leave that option out for this service, or copy to one that knows it",
  });
}
