import type { BlobDestination } from "./blob-destination";
import type { BlobSource } from "./blob-source";
import type { CopyOptions } from "./copy-options";

/** One copy of a `BlobCopySet`, with its own options. */
export interface SetCopyConfig extends CopyOptions {
  /** Source of the copy. */
  readonly source: BlobSource;
  /** Destination of the copy. */
  readonly destination: BlobDestination;
  /**
   * Name of the copy in results, in messages and in the file of `manifestOut`. It must be unique in
   * its set, and known at synth.
   * @default - the name of the destination's blob, or its URL; the index in `copies` if only
   * Terraform knows it
   */
  readonly key?: string;
}
