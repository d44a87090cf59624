import { randomUUID } from "node:crypto";
import type { SetIntent } from "../../../intent";
import { isForbidden, isUnknownOperation } from "../../../failure/service-codes";
import type { BlobStore } from "../../ports/blob-store";
import type { BlobContainers } from "../../ports/blob-container";
import type { Deadline } from "../../watch/deadline";
import { setFileName } from "../../recovery/set-owner";
import { quietly } from "../../undo/rollback-result";
import type { SetContext } from "../plan/context";
import { recoverFromJournal } from "../work/recover-journal";
import { undoneByAnother } from "./marks/commit-mark";
import type { CommitMarks } from "./marks/commit-marks";
import { recoverLostCommits } from "./marks/lost-commit";
import { recoverFromLog } from "./recover-log";

type NotedContext = Pick<SetContext, "manifestLines" | "log" | "clock" | "emit" | "journal"> & {
  readonly store: BlobStore & BlobContainers;
};

/** Undoes what an atomic run of this set was killed in, by what it noted on this machine. Returns whether there was anything. */
export async function undoNotedCommit(intent: SetIntent, context: NotedContext): Promise<boolean> {
  const { isFound, isCommitted } = await recoverFromLog(intent, context);
  if (!isFound && !intent.set.atomic) return false;
  await recoverFromJournal(intent, { ...context, emit: quietly(context.emit), isCommitted });
  context.log.remove();
  return isFound;
}

/**
 * What an atomic run left in the middle of its commit, for a set that is not atomic any more: it is undone before anything is copied, as an atomic
 * run would do, so that no restore point, mark or lease stays for good. List Blobs, for the mark of a commit. A list would have to be read for
 * that, so there the notes on this machine tell.
 *
 * @returns the marks under which something is kept in doubt until the set is complete
 */
export async function undoEarlierCommit(intent: SetIntent, context: NotedContext, deadline: Deadline): Promise<CommitMarks | undefined> {
  const { stop: signal } = deadline;
  if (!(await undoNotedCommit(intent, context)) && !(await isCommitMarked(intent, context.store, signal))) return undefined;
  const onLost = () => deadline.end(undoneByAnother("its mark"));
  return recoverLostCommits(intent, { ...context, leaseId: randomUUID(), signal, onLost });
}

async function isCommitMarked(intent: SetIntent, store: BlobContainers, signal: AbortSignal): Promise<boolean> {
  const { prefixes } = intent.set;
  if (prefixes === undefined) return false;
  const container = store.container(prefixes.destination, "destination");
  const prefix = setFileName(intent, container, "commit");
  try {
    for await (const blobs of container.list({ prefix, pageSize: 1, readsAhead: false, signal })) if (blobs.length > 0) return true;
    return false;
  } catch (error) {
    // Of a credential for a folder, or a service without listings, which has no atomic sets either.
    if (isForbidden(error) || isUnknownOperation(error)) return false;
    throw error;
  }
}
