import type { BlobDestination } from "./blob-destination";
import type { BlobSource } from "./blob-source";
import type { CopyOptions } from "./copy-options";

/** One copy of a `BlobCopySet`, with its own options. */
export interface SetCopyConfig extends CopyOptions {
  /** What is copied. */
  readonly source: BlobSource;
  /** Where it is copied to. */
  readonly destination: BlobDestination;
  /**
   * Names the copy in results, in messages and in the file of `manifestOut`. Unique in its set, and known at synth.
   * @default - the name of the destination's blob, or its URL; the index in `copies` where only Terraform knows it
   */
  readonly key?: string;
}
