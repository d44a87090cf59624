import { addsSnapshot, asShown, CopyMethod, type CopyOptionValues, optionsBeyond, tagsFitTheHeader } from "../../intent";
import { haveSameEntries, isSameMetadata } from "../../util/same/same-texts";
import { copiesTags } from "../methods/run/traits";
import type { BlobProperties, SourceProperties } from "../ports/blob-properties";
import { withoutMarks } from "../recovery/marks";

/**
 * Whether a pending copy was started with the properties that are declared now. Content headers and
 * long tags are set at its end anyway.
 */
export function isStartedAsDeclared(
  declaration: CopyOptionValues,
  source: SourceProperties | undefined,
  now: BlobProperties,
  tags: Readonly<Record<string, string>> | undefined,
): boolean {
  if (addsSnapshot(declaration.method) || now.isChain === true) return addsSnapshot(declaration.method) && now.isChain === true;
  if (optionsBeyond(CopyMethod.COPY_BLOB, declaration).length > 0 || now.keys?.isDeclared === false) return false;
  const metadata = declaration.metadata ?? (source && withoutMarks(source.metadata));
  const tagsAreKnown = !copiesTags(declaration) && tagsFitTheHeader(declaration.tags);
  const declared = declaration.tags ?? {};
  const hasTags = Object.keys(declared).length > 0;
  const sameTags = !tagsAreKnown || (hasTags ? haveSameEntries(declared, tags ?? {}) : now.tagCount === 0);
  // A copy that is being rehydrated still shows the tier of its source.
  const { tier = now.tier } = asShown(declaration);
  const sameTier = tier === now.tier || now.tier === "Archive";
  return (metadata === undefined || isSameMetadata(metadata, withoutMarks(now.metadata))) && sameTags && sameTier;
}
