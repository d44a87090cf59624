import type { SharedRoleWait } from "../../watch/shared-role-wait";
import type { BlobContainer, BlobContainers, ListedBlob, ListRequest } from "../../ports/blob-container";
import type { BlobStore, DestinationBlob, SourceObject } from "../../ports/blob-store";
import { withMembers } from "../flow/with-members";

/** Steps of a set that may each have to wait for a role. */
export type RoleStep = "the source" | "the source's lease" | "the SAS" | "the destination" | "copies";

export type RolesOfSet = SharedRoleWait<RoleStep>;

/**
 * Returns the same store, but the first requests of each step wait for a role that was assigned
 * just now. All requests of a set wait together: listings and inspections on both sides, and the
 * requests of the first copies. Requests that only tidy up do not wait.
 */
export function roleStore(store: BlobStore & BlobContainers, roles: RolesOfSet): BlobStore & BlobContainers {
  const known = new Map<BlobContainer, BlobContainer>();
  const containerOf = (container: BlobContainer): BlobContainer => {
    let waiting = known.get(container);
    if (waiting === undefined) known.set(container, (waiting = waitingContainer(container, roles)));
    return waiting;
  };
  return withMembers(store, {
    destination: (...location) => waitingDestination(store.destination(...location), roles),
    source: (location) => waitingSource(store.source(location), roles),
    container: (...reference) => containerOf(store.container(...reference)),
    placeOf: (...location) => {
      const place = store.placeOf(...location);
      return place && { ...place, container: containerOf(place.container) };
    },
  });
}

function waitingContainer(container: BlobContainer, roles: RolesOfSet): BlobContainer {
  const step = container.side === "source" ? "the source" : "the destination";
  return withMembers(container, {
    list: (request) => listed(container, request, roles, step),
    readBlob: (...args) => roles.through(step, () => container.readBlob(...args)),
    committedBlocks: (...args) => roles.through(step, () => container.committedBlocks(...args)),
    putBlock: (...args) => roles.through("copies", () => container.putBlock(...args)),
    putBlockList: (...args) => roles.through("copies", () => container.putBlockList(...args)),
    copier: async (...args) => {
      const copier = await container.copier(...args);
      return { copy: (...copy) => roles.through("copies", () => copier.copy(...copy)) };
    },
  });
}

/** Begins the listing again when its first page is refused. */
async function* listed(
  container: BlobContainer,
  request: ListRequest,
  roles: RolesOfSet,
  step: RoleStep,
): AsyncGenerator<readonly ListedBlob[]> {
  const { pages, first } = await roles.through(step, async () => {
    const begun = container.list(request)[Symbol.asyncIterator]();
    return { pages: begun, first: await begun.next() };
  });
  try {
    for (let page = first; page.done !== true; page = await pages.next()) yield page.value;
  } finally {
    await pages.return?.();
  }
}

function waitingSource(source: SourceObject, roles: RolesOfSet): SourceObject {
  return withMembers(source, {
    getProperties: (options) => roles.through("the source", () => source.getProperties(options)),
    readable: (...args) => roles.through("the SAS", () => source.readable(...args)),
    acquireLease: (...args) => roles.through("the source's lease", () => source.acquireLease(...args)),
  });
}

function waitingDestination(blob: DestinationBlob, roles: RolesOfSet): DestinationBlob {
  const first = <Answer>(send: () => Promise<Answer>) => roles.through("copies", send);
  return withMembers(blob, {
    getProperties: (options) => roles.through("the destination", () => blob.getProperties(options)),
    copyBlob: (request) => first(() => blob.copyBlob(request)),
    copyBlobFromUrl: (request) => first(() => blob.copyBlobFromUrl(request)),
    putBlobFromUrl: (request) => first(() => blob.putBlobFromUrl(request)),
    putBlockFromUrl: (...args) => first(() => blob.putBlockFromUrl(...args)),
    putBlockList: (...args) => first(() => blob.putBlockList(...args)),
    createPageBlob: (...args) => first(() => blob.createPageBlob(...args)),
    createAppendBlob: (request) => first(() => blob.createAppendBlob(request)),
    createSnapshot: (...args) => first(() => blob.createSnapshot(...args)),
    acquireLease: (...args) => first(() => blob.acquireLease(...args)),
  });
}
