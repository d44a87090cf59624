import { randomUUID } from "node:crypto";
import { type BlobState, type Chain, type CopyState, nextSnapshotId } from "../state/blob-state";
import type { Answer, Call } from "../http/call";
import { completion, goesOn, placeholder, planOf, shownSource, started } from "./copy-blob";
import { copySourceOf } from "./copy-source";
import { checkWrite, destinationOf, install } from "./destination";
import { PendingCopy } from "../state/pending-copy";
import { ServiceFailure } from "../service-failure";

/**
 * Incremental Copy Blob: from a snapshot of a page blob, the service copies only the changes since
 * the previous snapshot. The result is a snapshot of the destination, whose content can be read
 * only from its snapshots.
 */
export function incrementalCopyBlob(call: Call): Answer {
  const destination = destinationOf(call);
  const from = snapshotOf(call);
  const source = copySourceOf(call, { reusesCaller: false });
  if (source.kind !== "blob") throw new ServiceFailure("InvalidSourceBlobUrl");
  if (source.state.type !== "PageBlob") throw new ServiceFailure("InvalidSourceBlobType");
  const { blob } = destination;
  if (blob !== undefined && blob.chain === undefined) throw new ServiceFailure("OperationNotAllowedOnIncrementalCopyBlob");
  checkWrite(call, blob, { creates: "PageBlob", isCopy: true, isForChains: true });
  if (blob?.chain !== undefined) checkOrder(call, blob.chain, from);
  const state = placeholder(call, source, destination);
  state.chain = { source: from.blob, latest: blob?.chain?.latest };
  state.tags = blob?.tags ?? {};
  const bytesTotal = source.state.content.length;
  const copy: CopyState = { id: randomUUID(), source: shownSource(call), status: "pending", bytesCopied: 0, bytesTotal };
  state.copy = copy;
  const complete = completion(source);
  const end = (done: BlobState) => {
    complete(done);
    done.chain = { source: from.blob, latest: from.snapshot };
    copy.destinationSnapshot = nextSnapshotId();
    const snapshot = done.clone();
    snapshot.copy = undefined;
    destination.container.entryOrNew(call.blobName).snapshots.set(copy.destinationSnapshot, snapshot);
  };
  const planned = planOf(call, source, call.world.script.copyScript(call, source.account), end);
  const isSourceUnchanged = () => goesOn(call, source);
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
  // The service always answers it as pending, however short it is.
  const answer = started(state, copy);
  // An incremental copy does not have versions, and other clients cannot write it.
  state.versionId = undefined;
  copy.pending = new PendingCopy(state, copy, plan);
  return answer;
}

interface SourceSnapshot {
  /** Its URL without a query. */
  readonly blob: string;
  readonly snapshot: string;
}

function snapshotOf(call: Call): SourceSnapshot {
  const url = call.header("x-ms-copy-source") ?? "";
  const snapshot = /[?&]snapshot=([^&#]*)/i.exec(url)?.[1];
  if (snapshot === undefined) throw new ServiceFailure("IncrementalCopySourceMustBeSnapshot");
  return { blob: url.replace(/[?#].*$/, ""), snapshot: decodeURIComponent(snapshot) };
}

/**
 * Requires snapshots of one blob, in the order of their creation. Their names are times of one
 * form.
 */
function checkOrder(call: Call, { source, latest = "" }: Chain, { blob, snapshot }: SourceSnapshot): void {
  if (source !== blob) throw new ServiceFailure("IncrementalCopyBlobMismatch");
  const isRefused = call.world.script.ways.is("incremental-copy-of-the-same", "refused");
  if (snapshot < latest || (isRefused && snapshot === latest)) throw new ServiceFailure("IncrementalCopyOfEarlierSnapshotNotAllowed");
}
