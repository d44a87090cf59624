import type { Receipt } from "../../intent";

/** What has become of the blobs of a set so far. */
export class SetCounts {
  copied = 0;
  skipped = 0;
  /** Those that a later invocation goes on with. */
  pending = 0;
  bytesCopied = 0;

  add(receipt: Receipt | undefined): void {
    if (receipt === undefined) this.pending++;
    else if (receipt.origin === "copied") {
      this.copied++;
      this.bytesCopied += receipt.bytesCopied;
    } else this.skipped++;
  }

  addSkipped(): void {
    this.skipped++;
  }
}
