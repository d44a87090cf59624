import type { ICopyResult } from "../../../lib";

/** All attributes of a copy, each read from its own getter. */
export function attributesOf(result: ICopyResult): Readonly<Record<keyof ICopyResult, string | number>> {
  return {
    destinationUrl: result.destinationUrl,
    etag: result.etag,
    versionId: result.versionId,
    copyId: result.copyId,
    copyStatus: result.copyStatus,
    bytesCopied: result.bytesCopied,
    lastModified: result.lastModified,
    contentMd5: result.contentMd5,
    method: result.method,
    completedOn: result.completedOn,
    destinationSnapshot: result.destinationSnapshot,
  };
}

/**
 * HCL for each attribute of the receipt that an expression returns. A receipt in the state from an
 * earlier version does not have the last one.
 */
export function expectedAttributes(attributes: object, receipt: string): Readonly<Record<string, string>> {
  const plain = Object.fromEntries(Object.keys(attributes).map((name) => [name, `\${${receipt}.${name}}`]));
  return { ...plain, destinationSnapshot: `\${try(${receipt}.destinationSnapshot, "")}` };
}
