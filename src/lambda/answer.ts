import type { Receipt } from "../intent";

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
