import type { Receipt } from "../intent";
import type { SetSummary } from "./ports/record";

/** What `isComplete` answers to the provider framework. */
export interface Answer {
  readonly IsComplete: boolean;
  readonly Data?: Readonly<Record<string, string | number>>;
}

export const NOT_YET: Answer = { IsComplete: false };

/** The attributes of a copy, by the names that `Fn::GetAtt` uses. */
export function attributesOf(receipt: Receipt): Readonly<Record<string, string | number>> {
  const { destinationUrl, etag, versionId, copyId, copyStatus, bytesCopied, lastModified, contentMd5, method, completedOn } = receipt;
  return { destinationUrl, etag, versionId, copyId, copyStatus, bytesCopied, lastModified, contentMd5, method, completedOn };
}

/** The attributes of a set. */
export function countsOf({ total, copied, skipped, pruned, bytesCopied, completedOn }: SetSummary): NonNullable<Answer["Data"]> {
  return { total, copied, skipped, pruned, bytesCopied, completedOn };
}
