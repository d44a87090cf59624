import type { BlobStore, DestinationBlob } from "../../ports/blob-store";
import { withMembers } from "./with-members";
import type { RequestGate } from "./request-gate";

/**
 * Returns the same store with its copies limited by a set's gate: each block, page range and whole
 * blob that the service is asked to copy. `length` is the length of the whole blob. Inspections,
 * marks and rollbacks do not wait: they are few, and delays would do harm.
 */
export function boundedStore(store: BlobStore, gate: RequestGate, length: number): BlobStore {
  const destination: BlobStore["destination"] = (...args) => bounded(store.destination(...args), gate, length);
  return { destination, source: (location) => store.source(location), close: () => store.close() };
}

function bounded(blob: DestinationBlob, gate: RequestGate, length: number): DestinationBlob {
  return withMembers(blob, {
    putBlockFromUrl: (id, request) => gate.run(request.sourceRange.count, () => blob.putBlockFromUrl(id, request), request.signal),
    putPageFromUrl: (request) => gate.run(request.sourceRange.count, () => blob.putPageFromUrl(request), request.signal),
    appendBlockFromUrl: (position, request) =>
      gate.run(request.sourceRange.count, () => blob.appendBlockFromUrl(position, request), request.signal),
    putBlobFromUrl: (request) => gate.run(length, () => blob.putBlobFromUrl(request), request.signal),
    copyBlobFromUrl: (request) => gate.run(length, () => blob.copyBlobFromUrl(request), request.signal),
    putBlockList: (ids, request) => gate.run(0, () => blob.putBlockList(ids, request), request.signal),
    createSnapshot: (metadata, request) => gate.run(0, () => blob.createSnapshot(metadata, request), request.signal),
  });
}
