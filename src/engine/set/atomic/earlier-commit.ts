import { randomUUID } from "node:crypto";
import type { SetIntent } from "../../../intent";
import { isForbidden, isGone, isUnknownOperation } from "../../../failure/service-codes";
import type { BlobStore } from "../../ports/blob-store";
import type { BlobContainer, BlobContainers } from "../../ports/blob-container";
import type { Deadline } from "../../watch/deadline";
import { setFileName } from "../../recovery/set-owner";
import { quietly } from "../../undo/rollback-result";
import type { SetContext } from "../plan/context";
import { destinationsOf } from "../plan/destinations";
import { recoverFromJournal } from "../work/recover-journal";
import { undoneByAnother } from "./marks/commit-lease";
import type { CommitMarks } from "./marks/commit-marks";
import { recoverLostCommits } from "./marks/lost-commit";
import { recoverFromLog } from "./recover-log";

type NotedContext = Pick<SetContext, "manifestLines" | "log" | "clock" | "emit" | "journal"> & {
  readonly store: BlobStore & BlobContainers;
};

/**
 * Undoes an atomic run of this set that was killed, from its notes on this machine. Returns whether
 * there were any.
 */
export async function undoNotedCommit(intent: SetIntent, context: NotedContext): Promise<boolean> {
  const { isFound, isCommitted } = await recoverFromLog(intent, context);
  if (!isFound && !intent.set.atomic) return false;
  await recoverFromJournal(intent, { ...context, emit: quietly(context.emit), isCommitted });
  context.log.remove();
  return isFound;
}

/**
 * For a set that is no longer atomic: undoes a commit that an atomic run left unfinished, before
 * anything is copied, as an atomic run would. Otherwise restore points, marks and leases would stay
 * for good, and a later atomic run would restore content older than the current one. Costs one
 * request for each container that the set writes. A list of copies is read once more for this.
 *
 * @returns the marks, which keep doubtful restore points until the set is complete
 */
export async function undoEarlierCommit(intent: SetIntent, context: NotedContext, deadline: Deadline): Promise<CommitMarks | undefined> {
  const { stop: signal } = deadline;
  if (!(await undoNotedCommit(intent, context)) && !(await isCommitMarked(intent, context, signal))) return undefined;
  const onLost = () => deadline.end(undoneByAnother("its mark"));
  return recoverLostCommits(intent, { ...context, leaseId: randomUUID(), signal, onLost });
}

async function isCommitMarked(intent: SetIntent, { store, manifestLines }: NotedContext, signal: AbortSignal): Promise<boolean> {
  for (const { container, prefix } of await destinationsOf(intent.set, { store, manifestLines, signal })) {
    const name = setFileName(intent, container, "commit");
    const isMarked = prefix === undefined ? isThere : isListed;
    if (await isMarked(container, name, signal).catch(notIfRefused)) return true;
  }
  return false;
}

/** List Blobs, which every credential that copies below a prefix permits. */
async function isListed(container: BlobContainer, prefix: string, signal: AbortSignal): Promise<boolean> {
  for await (const blobs of container.list({ prefix, pageSize: 1, readsAhead: false, signal })) if (blobs.length > 0) return true;
  return false;
}

/** Get Blob, which needs only the permission that every credential for a list of copies has. */
async function isThere(container: BlobContainer, name: string, signal: AbortSignal): Promise<boolean> {
  return (await container.readBlob(name, signal)) !== undefined;
}

/**
 * Returns false for an absent container, a credential for a folder, and a service without listings,
 * which has no atomic sets.
 */
function notIfRefused(error: unknown): false {
  if (isGone(error) || isForbidden(error) || isUnknownOperation(error)) return false;
  throw error;
}
