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

/** One invocation at work on one resource, whose lease it has. */
export interface ResourceInvocation {
  readonly surroundings: Surroundings;
  readonly key: ResourceKey;
  readonly declared: DeclaredResource;
  readonly store: BlobStore & BlobContainers;
  readonly emit: EventSink;
  /** Aborted with `Suspended` to go on later, with a CopyFailure to undo. */
  readonly signal: AbortSignal;
  /** Leaves the rest to a later invocation: aborts {@link signal} with `Suspended`. */
  readonly suspend: () => void;
  readonly record: () => ResourceRecord;
  readonly save: (change: RecordChange) => Promise<void>;
}

/** The same for one copy: that of a resource, or one of a set's. */
export interface Invocation extends Omit<ResourceInvocation, "store"> {
  readonly store: BlobStore;
  readonly copy: CopyDeclaration;
}

/** The journal of the one copy of a resource, kept in its record. @param requestId the request whose work it is; default: that of the record */
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
        // A table that is throttled is no reason to undo what has come about by now.
        if (error instanceof AwayForNow) suspend();
        throw error;
      }
    },
    remove: () => save({ undoable: undefined }),
  };
}
