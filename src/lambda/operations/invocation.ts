import type { BlobStore } from "../../engine/ports/blob-store";
import type { BlobContainers } from "../../engine/ports/blob-container";
import type { EventSink } from "../../engine/ports/events";
import type { Journal, JournalEntry } from "../../engine/ports/journal";
import type { CopyDeclaration } from "../../intent";
import type { DeclaredResource } from "../ports/declared";
import type { ResourceKey } from "../ports/event";
import { AwayForNow } from "../ports/away-for-now";
import type { RecordChange, ResourceRecord } from "../ports/record";
import type { Surroundings } from "../ports/surroundings";

/** One invocation that works on one resource and holds its lease. */
export interface ResourceInvocation {
  readonly surroundings: Surroundings;
  readonly key: ResourceKey;
  readonly declared: DeclaredResource;
  readonly store: BlobStore & BlobContainers;
  readonly emit: EventSink;
  /** Aborted with `Suspended` to continue later, or with a CopyFailure to undo. */
  readonly signal: AbortSignal;
  /** Leaves the rest to a later invocation: aborts {@link signal} with `Suspended`. */
  readonly suspend: () => void;
  readonly record: () => ResourceRecord;
  readonly save: (change: RecordChange) => Promise<void>;
}

/** The same for one copy: that of a resource, or one of a set. */
export interface Invocation extends Omit<ResourceInvocation, "store"> {
  readonly store: BlobStore;
  readonly copy: CopyDeclaration;
}

/**
 * The journal of a resource's only copy, kept in its record.
 *
 * @param requestId the request that does the work; default: that of the record
 */
export function journalOf(
  { record, save, suspend }: Pick<Invocation, "record" | "save" | "suspend">,
  requestId = record().operation.requestId,
): Journal {
  return {
    read: (destination): JournalEntry | undefined => {
      const entry = record().undoable?.entry;
      return entry?.destination === destination ? entry : undefined;
    },
    write: async (entry) => {
      try {
        await save({ undoable: { requestId, entry } });
      } catch (error) {
        // A throttled table is not a reason to undo the work so far.
        if (error instanceof AwayForNow) suspend();
        throw error;
      }
    },
    remove: () => save({ undoable: undefined }),
  };
}
