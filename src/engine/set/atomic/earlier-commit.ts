import { randomUUID } from "node:crypto";
import type { SetIntent } from "../../../intent";
import { isForbidden, isUnknownOperation } from "../../../failure/service-codes";
import type { BlobStore } from "../../ports/blob-store";
import type { BlobContainers } from "../../ports/blob-container";
import type { EventSink } from "../../ports/events";
import type { Deadline } from "../../watch/deadline";
import { setFileName } from "../../recovery/set-owner";
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
  await recoverFromJournal(intent, { ...context, emit: quiet(context.emit), isCommitted });
  context.log.remove();
  return isFound;
}

/**
 * What an atomic run left in the middle of its commit, for a set that is not atomic any more: it is undone before anything is copied, as an atomic
 * run would do, so that no restore point, mark or lease stays for good.
 */
export class EarlierCommit {
  #marks: CommitMarks | undefined;

  constructor(
    private readonly intent: SetIntent,
    private readonly context: NotedContext,
    private readonly deadline: Deadline,
  ) {}

  /** List Blobs, for the mark of a commit. A list would have to be read for that, so there the notes on this machine tell. */
  async begin(): Promise<void> {
    const { intent, context, deadline } = this;
    const isNoted = await undoNotedCommit(intent, context);
    if (!isNoted && !(await this.#isMarked())) return;
    const onLost = () => deadline.end(undoneByAnother("its mark"));
    this.#marks = await recoverLostCommits(intent, { ...context, leaseId: randomUUID(), signal: deadline.stop, onLost });
  }

  /** The set is complete: what was kept in doubt is of no use any more. */
  async settle(): Promise<void> {
    const { clock, emit } = this.context;
    await this.#marks?.removeKept(clock, emit);
    await this.#marks?.remove();
  }

  /** The next run goes on with what is kept. */
  async release(): Promise<void> {
    await this.#marks?.release();
  }

  async #isMarked(): Promise<boolean> {
    const { intent, context, deadline } = this;
    const { prefixes } = intent.set;
    if (prefixes === undefined) return false;
    const container = context.store.container(prefixes.destination, "destination");
    const prefix = setFileName(intent, container, "commit");
    try {
      for await (const blobs of container.list({ prefix, pageSize: 1, readsAhead: false, signal: deadline.stop }))
        if (blobs.length > 0) return true;
      return false;
    } catch (error) {
      // Of a credential for a folder, or a service without listings, which has no atomic sets either.
      if (isForbidden(error) || isUnknownOperation(error)) return false;
      throw error;
    }
  }
}

/** What an earlier run left is worth a line only when somebody may have to act. */
function quiet(emit: EventSink): EventSink {
  return (event) => {
    if (event.type !== "rollback-finished" || event.outcome === "incomplete" || event.outcome === "left-alone") emit(event);
  };
}
