import type { PrefixCopies } from "../../../intent";
import type { BlobContainer, BlobContainers } from "../../ports/blob-container";

/** Two containers between which blobs are copied. */
export interface ContainerPair {
  readonly source: BlobContainer;
  readonly destination: BlobContainer;
}

export function containerPairOf({ source, destination }: PrefixCopies, containers: BlobContainers): ContainerPair {
  return { source: containers.container(source, "source"), destination: containers.container(destination, "destination") };
}

export function isWithinAccount({ source, destination }: ContainerPair): boolean {
  return source.account === destination.account;
}
