import type { CopyIntent, Receipt } from "../../intent";
import { explain } from "../../failure/explain";
import type { BlobProperties } from "../ports/blob-properties";
import type { DestinationBlob, SourceObject } from "../ports/blob-store";
import type { EventSink } from "../ports/events";
import type { MadeCopies } from "../ports/made-copies";
import { remember, type Remembered } from "../recovery/memory";
import { ownerOf } from "../recovery/ownership";

export interface MemoryRun {
  readonly intent: Pick<CopyIntent, "owner" | "deployment">;
  readonly emit: EventSink;
  /** Absent in a run that does not remember its copies. */
  readonly made?: MadeCopies | undefined;
}

/** This machine's memory of the deployment's copy to one destination. */
export class CopyMemory {
  constructor(
    private readonly source: SourceObject,
    private readonly destination: DestinationBlob,
    private readonly run: MemoryRun,
  ) {}

  recall(now: BlobProperties, sourceEtag: string | undefined): Remembered {
    const { source, destination, run } = this;
    return remember({ copies: run.made, owner: ownerOf(run.intent), source, sourceEtag, destination, now });
  }

  /**
   * A machine that cannot keep the note will treat the blob as found later, and never deletes it.
   */
  async keep(receipt: Receipt | undefined): Promise<void> {
    if (receipt?.origin !== "copied" || this.run.made === undefined) return;
    const { etag, copyId, copyStatus, sourceEtag, method } = receipt;
    const { url } = this.destination;
    try {
      const note = { destination: url, owner: ownerOf(this.run.intent), source: this.source.identity };
      await this.run.made.write({ ...note, etag, copyId, isPending: copyStatus === "pending", sourceEtag, method });
    } catch (error) {
      this.run.emit({ type: "warning", text: explain(error, `${url}: the note that it was copied could not be written`).message });
    }
  }
}
