import { BlobState, Container, type BlobEntry } from "../../test/support/fake-blob-service/state/blob-state";
import { Content } from "../../test/support/fake-blob-service/state/content";
import { blobIndex, blobName, CONTAINER, type BlobSeries } from "./protocol";

/** Simulated blobs: any name of the series is a blob, and all of them share one state. */
export class RuleContainer extends Container {
  protected readonly sharedEntry: BlobEntry;
  private readonly allNames: readonly string[];

  constructor(protected readonly series: BlobSeries) {
    super(CONTAINER, undefined, {});
    const state = new BlobState("BlockBlob");
    state.content = Content.pattern(series.bytes);
    state.headers = { contentMd5: state.content.md5() };
    this.sharedEntry = { base: state, uncommitted: new Map(), snapshots: new Map(), versions: new Map(), deleted: new Map() };
    this.allNames = Array.from({ length: series.count }, (_, index) => blobName(index));
  }

  override entry(name: string): BlobEntry | undefined {
    const index = blobIndex(name);
    return index !== undefined && index < this.series.count ? this.sharedEntry : undefined;
  }

  override sortedNames(): readonly string[] {
    return this.allNames;
  }
}

/** Keeps one bit for each written blob, and reports the same state for all of them. */
export class ForgetfulContainer extends RuleContainer {
  private readonly isWritten: Uint8Array;
  private readonly others = new Map<string, BlobEntry>();
  private writtenCount = 0;

  constructor(series: BlobSeries) {
    super(series);
    this.isWritten = new Uint8Array(series.count);
  }

  get bytesOfEach(): number {
    return this.series.bytes;
  }

  get blobs(): number {
    return this.writtenCount;
  }

  /** Marks all blobs of the series as written. */
  fill(): void {
    this.isWritten.fill(1);
    this.writtenCount = this.series.count;
  }

  override entry(name: string): BlobEntry | undefined {
    const index = blobIndex(name);
    if (index === undefined) return this.others.get(name);
    return this.isWritten[index] === 1 ? this.sharedEntry : undefined;
  }

  override entryOrNew(name: string): BlobEntry {
    const index = blobIndex(name);
    const entry: BlobEntry = { base: undefined, uncommitted: new Map(), snapshots: new Map(), versions: new Map(), deleted: new Map() };
    if (index === undefined) {
      this.others.set(name, entry);
    } else if (this.isWritten[index] === 0) {
      this.isWritten[index] = 1;
      this.writtenCount++;
    }
    return entry;
  }

  override remove(name: string): void {
    const index = blobIndex(name);
    if (index === undefined) {
      this.others.delete(name);
    } else if (this.isWritten[index] === 1) {
      this.isWritten[index] = 0;
      this.writtenCount--;
    }
  }
}
