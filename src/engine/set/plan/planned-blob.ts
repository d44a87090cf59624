import { type CopyDeclaration, OverwritePolicy, RecopyPolicy } from "../../../intent";
import type { CopyOptions, ListedBlob } from "../../ports/blob-container";
import type { ContainerPair } from "../list/container-pair";
import { decide, type Decision } from "./decide";

/** One blob of a set, and the decision about it. */
export interface PlannedBlob {
  /** The key in a manifest, or the destination's name relative to the prefix. */
  readonly key: string;
  readonly options: CopyOptions;
  readonly decision: Decision;
  /** Undefined for a source that no listing shows: files, snapshots, versions, other servers. */
  readonly listed: ListedCopy | undefined;
  readonly declaration: CopyDeclaration;
  /** Without its query. */
  readonly sourceUrl: string;
  readonly destinationUrl: string;
}

/**
 * A copy between two listed containers. A set has millions of them, so it stores nothing that can
 * be derived.
 */
export class ListedCopy implements PlannedBlob {
  #isAnyway = false;

  constructor(
    readonly key: string,
    readonly pair: ContainerPair,
    readonly source: ListedBlob,
    readonly destinationName: string,
    private found: ListedBlob | undefined,
    readonly options: CopyOptions,
    private decided: Decision,
  ) {}

  get decision(): Decision {
    return this.decided;
  }

  /** As listed or as inspected; undefined when it is absent. */
  get destination(): ListedBlob | undefined {
    return this.found;
  }

  decideAgain(destination: ListedBlob, decision: Decision): void {
    this.found = destination;
    this.decided = decision;
  }

  copyFully(why: string): void {
    this.decided = { kind: "full copy", why };
  }

  /**
   * Copies the blob although it is the same, unless the listings show that it cannot be replaced.
   */
  copyAnyway(isAtomic: boolean): void {
    const { pair, source, destinationName, destination } = this;
    const options = { ...this.options, overwrite: OverwritePolicy.ALWAYS };
    const recopy = RecopyPolicy.ON_INTENT_CHANGE;
    const decision = decide({ options, recopy, isAtomic, pair, source, destinationName, destination });
    if (decision.kind === "fail") return;
    this.decided = decision;
    this.#isAnyway = true;
  }

  /** The copy's own inspection must not skip the blob as the same. */
  get isAnyway(): boolean {
    return this.#isAnyway;
  }

  get listed(): this {
    return this;
  }

  get sourceUrl(): string {
    return this.pair.source.urlOf(this.source.name);
  }

  get destinationUrl(): string {
    return this.pair.destination.urlOf(this.destinationName);
  }

  get declaration(): CopyDeclaration {
    const { source, destination } = this.pair;
    const options = this.#isAnyway ? { ...this.options, overwrite: OverwritePolicy.ALWAYS } : this.options;
    return { ...options, source: source.locationOf(this.source.name), destination: destination.locationOf(this.destinationName) };
  }
}
