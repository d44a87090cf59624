import type { CopyProperties } from "../../../engine/ports/blob-properties";

/** `bytes copied/bytes in all`, as a look and a listing have it; of what is no such pair nothing is known. */
export function copyProgress(text = ""): Pick<CopyProperties, "bytesCopied" | "bytesTotal"> {
  const [bytesCopied, bytesTotal] = /^\d+\/\d+$/.test(text) ? text.split("/").map(Number) : [];
  return { bytesCopied, bytesTotal };
}
