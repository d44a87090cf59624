import { randomUUID } from "node:crypto";
import { type BlobState, type CopyState, nextSnapshotId } from "../state/blob-state";
import type { Answer, Call } from "../http/call";
import { completion, placeholder, planOf, shownSource, started } from "./copy-blob";
import { copySourceOf } from "./copy-source";
import { checkWrite, destinationOf, install } from "./destination";
import { PendingCopy } from "../state/pending-copy";
import { ServiceFailure } from "../service-failure";

/**
 * Incremental Copy Blob: a snapshot of a page blob, of which the service copies what has changed since the one before. The result is a
 * snapshot of the destination, which can be read by its snapshots alone.
 */
export function incrementalCopyBlob(call: Call): Answer {
  const destination = destinationOf(call);
  const source = copySourceOf(call, { reusesCaller: true });
  const isSnapshot = /[?&]snapshot=/i.test(call.header("x-ms-copy-source") ?? "");
  if (!isSnapshot || source.state.type !== "PageBlob") throw new ServiceFailure("InvalidSourceBlobType");
  const { blob } = destination;
  checkWrite(call, blob, { creates: "PageBlob", isCopy: true });
  if (blob !== undefined && !blob.isIncremental) throw new ServiceFailure("InvalidBlobType");
  const state = placeholder(call, source, destination);
  state.isIncremental = true;
  state.tags = blob?.tags ?? {};
  const bytesTotal = source.state.content.length;
  const copy: CopyState = { id: randomUUID(), source: shownSource(call), status: "pending", bytesCopied: 0, bytesTotal };
  state.copy = copy;
  const complete = completion(source);
  const end = (done: BlobState) => {
    complete(done);
    copy.destinationSnapshot = nextSnapshotId();
    destination.container.entryOrNew(call.blobName).snapshots.set(copy.destinationSnapshot, done.clone());
  };
  const planned = planOf(call, source, call.world.script.copyScript(call, source.account), end);
  const isSourceUnchanged = source.isUnchanged;
  const plan = planned ?? {
    milliseconds: 0,
    stallsAt: 1,
    failure: undefined,
    pendingDescription: undefined,
    isSourceUnchanged,
    complete: end,
  };
  const snapshots = [...(destination.entry?.snapshots ?? [])];
  install(call, destination, state);
  const entry = destination.container.entryOrNew(call.blobName);
  for (const [id, snapshot] of snapshots) entry.snapshots.set(id, snapshot);
  // It is always answered as pending, however short it is.
  const answer = started(state, copy);
  // It has versions no more than others can write it.
  state.versionId = undefined;
  copy.pending = new PendingCopy(state, copy, plan);
  return answer;
}
