import type { BlobStore } from "../../engine/ports/blob-store";
import type { BlobContainers } from "../../engine/ports/blob-container";
import type { EventSink } from "../../engine/ports/events";
import type { Journal, JournalEntry } from "../../engine/ports/journal";
import type { CopyDeclaration } from "../../intent";
import type { DeclaredResource, ResourceKey } from "../ports/event";
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
  readonly record: () => ResourceRecord;
  readonly save: (change: RecordChange) => Promise<void>;
}

/** The same for one copy: that of a resource, or one of a set's. */
export interface Invocation extends ResourceInvocation {
  readonly copy: CopyDeclaration;
}

/** The journal of the one copy of a resource, kept in its record. */
export function journalOf({ record, save }: Pick<Invocation, "record" | "save">): Journal {
  return {
    read: (destination): JournalEntry | undefined => {
      const entry = record().undoable?.entry;
      return entry?.destination === destination ? entry : undefined;
    },
    write: (entry) => save({ undoable: { requestId: record().operation.requestId, entry } }),
    remove: () => save({ undoable: undefined }),
  };
}
