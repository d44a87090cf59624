import type { CopyProperties } from "../../../engine/ports/blob-properties";

/**
 * Parses `bytes copied/bytes in all`, from Get Blob Properties or from a listing. Any other text
 * counts as unknown.
 */
export function copyProgress(text = ""): Pick<CopyProperties, "bytesCopied" | "bytesTotal"> {
  const [bytesCopied, bytesTotal] = /^\d+\/\d+$/.test(text) ? text.split("/").map(Number) : [];
  return { bytesCopied, bytesTotal };
}
