import type { BlobStore, DestinationBlob, DestinationOptions, SourceObject } from "../../../src/engine/ports/blob-store";
import { LocationKind, type LocationReference, addressOf } from "../../../src/intent";
import { type MemoryCredential, MemoryDestination } from "./destination";
import { MemoryProcess } from "./exchange";
import type { MemoryService } from "./service";
import { MemorySource } from "./source";

/**
 * A process's view of the service: blobs by URL, `https://<account>.blob.test/<container>/<blob>`.
 */
export class MemoryBlobStore implements BlobStore {
  constructor(
    private readonly service: MemoryService,
    private readonly process = new MemoryProcess(),
    private readonly credential: MemoryCredential = {},
  ) {}

  destination(location: LocationReference, { leaseId }: DestinationOptions = {}): DestinationBlob {
    return new MemoryDestination(this.service, this.process, urlOf(location), this.credential, leaseId);
  }

  source(location: LocationReference): SourceObject {
    return new MemorySource(this.service, this.process, urlOf(location));
  }

  close(): void {
    // It has no connections to close.
  }
}

function urlOf(location: LocationReference): string {
  if (location.kind !== LocationKind.BLOB) return addressOf(location);
  return `${location.blobEndpoint.replace(/\/$/, "")}/${location.containerName}/${location.blobName}`;
}
