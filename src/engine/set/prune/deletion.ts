import { Causes, namesOf } from "../../../failure/causes";
import { explain } from "../../../failure/explain";
import { ended } from "../../../failure/sentences";
import { inParallel } from "../../../util/in-parallel";
import type { EventSink } from "../../ports/events";
import { type DeleteContext, deleteCopied } from "./delete-copied";
import type { InventoryEntry } from "./inventory-line";

export interface DeletionContext extends DeleteContext {
  readonly emit: EventSink;
}

const AT_ONCE = 32;

/** Deletes blobs that a set copied and that have not changed since. */
export class Deletion {
  readonly #kept: InventoryEntry[] = [];
  readonly #causes = new Causes();

  constructor(
    private readonly context: DeletionContext,
    private readonly onPruned: (name: string) => void,
  ) {}

  /** Delete Blob on each entry. */
  async run(entries: readonly InventoryEntry[]): Promise<void> {
    const { container, emit, signal } = this.context;
    await inParallel(entries, AT_ONCE, signal, async (entry) => {
      try {
        const outcome = await deleteCopied(entry, this.context);
        if (outcome === "deleted") this.onPruned(entry.name);
        if (outcome === "changed") {
          const why = "its source is gone, but another client has changed it";
          emit({ type: "destination-left", destination: container.urlOf(entry.name), why });
        }
      } catch (error) {
        this.#kept.push(entry);
        const { why, remedy } = explain(error, "It could not be pruned");
        this.#causes.add(`${ended(why)} What to do: ${ended(remedy)}`, entry.name);
      }
    });
  }

  /** Reports the entries that could not be deleted, once for each reason, and returns them. */
  end(): readonly InventoryEntry[] {
    const { container, emit } = this.context;
    for (const cause of this.#causes.list) {
      const text = `Not pruned, ${cause.count} in ${container.url}: ${cause.text} The next run tries again: ${namesOf(cause)}`;
      emit({ type: "warning", text });
    }
    return this.#kept;
  }
}
