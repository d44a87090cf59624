import type { DestinationBlob } from "../../engine/ports/blob-store";
import type { StartedCopy } from "../../engine/ports/requests";
import { BlobType, CopyMethod } from "../../intent";
import { allOf, type Check, expectAll, fail, type Finding, PASS, settled } from "../lab/check";
import { attempt, ended } from "../lab/copying";
import type { Laboratory } from "../lab/laboratory";
import { snapshotOf, type SourceSnapshot } from "../lab/snapshot";

/** For the one request that uses it. */
const READABLE_MILLISECONDS = 5 * 60_000;
const { INCREMENTAL_COPY_BLOB } = CopyMethod;

async function copyTo(lab: Laboratory, destination: DestinationBlob, { name, snapshot }: SourceSnapshot): Promise<StartedCopy> {
  const from = lab.source.source(name, { snapshot });
  const source = await from.readable(INCREMENTAL_COPY_BLOB, destination.account, READABLE_MILLISECONDS);
  return destination.incrementalCopyBlob({ source });
}

interface Copied {
  readonly to: string;
  readonly destination: DestinationBlob;
  readonly from: SourceSnapshot;
  /** The snapshot that was made. */
  readonly added: string;
}

async function copied(lab: Laboratory): Promise<Copied> {
  const to = lab.destination.freshName("chain");
  const destination = lab.destination.destination(to);
  const from = await snapshotOf(lab);
  await copyTo(lab, destination, from);
  const { copy } = await ended(lab, to);
  if (copy?.destinationSnapshot === undefined) throw new Error(`the incremental copy has ended as ${copy?.status ?? "nothing"}`);
  return { to, destination, from, added: copy.destinationSnapshot };
}

/** Passes when the request is refused with `code`. */
async function refuses(what: string, request: Promise<unknown>, code: RegExp): Promise<Finding> {
  const { refusal = "with success" } = await attempt(request);
  return code.test(refusal) ? PASS : fail(`${what} was answered ${refusal}`);
}

/** The service's behaviour that copies to a chain of snapshots rely on. */
export const incrementalCopyAssumptions: readonly Check[] = [
  {
    id: "incremental-copy-adds-a-snapshot",
    says: "Incremental Copy Blob names, when it has ended, the snapshot of the destination that it made, which has the content of the source's snapshot",
    async run(lab) {
      const { to, from, added } = await copied(lab);
      const { isChain, copy, length, metadata } = await lab.destination.properties(to);
      const { body } = await lab.destination.ask(to, { operation: "Get Blob", method: "GET", query: [["snapshot", added]] });
      return expectAll(
        { isChain, status: copy?.status, length, metadata, body },
        { isChain: true, status: "success", length: from.content.length, metadata: from.metadata, body: from.content },
      );
    },
  },
  {
    id: "incremental-copy-guards-its-destination",
    says: "the blob of an incremental copy takes no snapshots and no metadata, and is not overwritten by another copy",
    async run(lab) {
      const { destination, from } = await copied(lab);
      const source = await lab.source.readable(from.name, CopyMethod.COPY_BLOB, destination.account);
      return allOf(
        await refuses("Snapshot Blob", destination.createSnapshot({}, { encryption: {} }), /^409 /),
        await refuses("Set Blob Metadata", destination.setMetadata({ a: "1" }, { encryption: {} }), /^409 /),
        await refuses("Copy Blob", destination.copyBlob({ source }), /^409 /),
      );
    },
  },
  {
    id: "incremental-copies-in-order",
    says: "an incremental copy of an earlier snapshot, of another blob's snapshot, or onto another blob is refused",
    async run(lab) {
      const older = await snapshotOf(lab);
      const newer = await snapshotOf(lab, older.name);
      const destination = lab.destination.destination(lab.destination.freshName("chain"));
      await copyTo(lab, destination, newer);
      const page = await lab.destination.put({ type: BlobType.PAGE });
      return allOf(
        await refuses("an earlier snapshot", copyTo(lab, destination, older), /^409 IncrementalCopyOf/),
        await refuses("another blob's snapshot", copyTo(lab, destination, await snapshotOf(lab)), /^409 /),
        await refuses("a page blob as destination", copyTo(lab, lab.destination.destination(page.name), newer), /^409 /),
      );
    },
  },
  {
    id: "incremental-copy-can-be-deleted",
    says: "the snapshot of an incremental copy can be deleted; the blob stays as it is, and can then also be deleted",
    async run(lab) {
      const { to, destination, added } = await copied(lab);
      const before = await lab.destination.properties(to);
      await destination.deleteSnapshot(added);
      const after = await lab.destination.properties(to);
      await destination.deleteBlob({ ifMatch: after.etag });
      const now = await destination.getProperties();
      return expectAll(
        { etag: after.etag, snapshot: after.copy?.destinationSnapshot, now },
        { etag: before.etag, snapshot: added, now: undefined },
      );
    },
  },
  {
    id: "incremental-copy-of-the-same",
    says: "a snapshot whose copy was deleted is taken again, or refused",
    async run(lab) {
      const { destination, from, added } = await copied(lab);
      await destination.deleteSnapshot(added);
      const { refusal } = await attempt(copyTo(lab, destination, from));
      return settled(refusal ?? "it is taken");
    },
  },
];
