import type { CopyProperties } from "../../../engine/ports/blob-properties";

/** `bytes copied/bytes in all`, as a look and a listing have it; of what is no such pair nothing is known. */
export function copyProgress(text: string | undefined): Pick<CopyProperties, "bytesCopied" | "bytesTotal"> {
  const [, copied, total] = /^(\d+)\/(\d+)$/.exec(text ?? "") ?? [];
  return copied === undefined
    ? { bytesCopied: undefined, bytesTotal: undefined }
    : { bytesCopied: Number(copied), bytesTotal: Number(total) };
}
