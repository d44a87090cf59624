import type { CopyDeclaration, PrefixCopies } from "../../../intent";
import type { BlobContainer, BlobContainers, CopyOptions, ListedBlob } from "../../ports/blob-container";
import type { Decision } from "./decide";

/** Two containers between which blobs are copied. */
export interface ContainerPair {
  readonly source: BlobContainer;
  readonly destination: BlobContainer;
}

export function containerPairOf({ source, destination }: PrefixCopies, containers: BlobContainers): ContainerPair {
  return { source: containers.container(source, "source"), destination: containers.container(destination, "destination") };
}

/** One blob of a set, decided about. */
export interface PlannedBlob {
  /** Of a manifest, or the destination's name relative to the prefix. */
  readonly key: string;
  readonly options: CopyOptions;
  readonly decision: Decision;
  /** undefined for what no listing shows: files, snapshots, versions, other servers. */
  readonly listed: ListedCopy | undefined;
  readonly declaration: CopyDeclaration;
  /** Without any query. */
  readonly sourceUrl: string;
  readonly destinationUrl: string;
}

/** A copy between two listed containers. A set has millions: everything that can be derived is. */
export class ListedCopy implements PlannedBlob {
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

  /** As listed, or as looked at; undefined when it is absent. */
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

  /** By one request where that may do, otherwise that request finds out. */
  copyAnyway(): void {
    this.decided = { kind: "one request" };
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
    return { ...this.options, source: source.locationOf(this.source.name), destination: destination.locationOf(this.destinationName) };
  }
}
