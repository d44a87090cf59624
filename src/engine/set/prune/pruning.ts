import { OverwritePolicy, type SetIntent } from "../../../intent";
import { explain } from "../../../failure/explain";
import type { Deadline } from "../../watch/deadline";
import { Inventory } from "./inventory";
import type { InventoryRequest } from "./inventory-request";
import { inventoryRequest } from "./inventory-request";
import { foundText, unrememberedText } from "./unremembered";
import type { PlannedBlob } from "../plan/planned-blob";
import type { SetContext } from "../plan/context";

/**
 * The first checkpoint comes early, then they are regular. The run after a killed one copies again
 * the blobs that were copied since the last checkpoint.
 */
const FIRST_CHECKPOINT_MILLISECONDS = 1_000;
const CHECKPOINT_MILLISECONDS = 5_000;
const MAY_REPLACE: readonly OverwritePolicy[] = [OverwritePolicy.ALWAYS, OverwritePolicy.IF_DIFFERENT];

/** Called with the key and the URL of each deleted blob. */
type OnPruned = (key: string, url: string) => void;

interface PruningRequest extends InventoryRequest {
  /** false: the inventory is kept only for a destroy. */
  readonly prunes: boolean;
  /** true: other blobs in the container do not concern the set. */
  readonly isManifest: boolean;
}

/**
 * The part of a set's run that notes which blobs the set copied, and deletes those whose source is
 * gone.
 */
export class Pruning {
  readonly inventory: Inventory;

  /** undefined for a set that does not need an inventory. */
  static of(intent: SetIntent, context: SetContext, { stop: signal, lastStop: lastSignal }: Deadline): Pruning | undefined {
    const request = inventoryRequest(intent, { ...context, signal });
    return request === undefined
      ? undefined
      : new Pruning({
          ...request,
          lastSignal,
          prunes: intent.set.prune,
          isManifest: intent.set.prefixes === undefined,
        });
  }

  readonly #ended = new AbortController();
  #checkpoints: Promise<void> = Promise.resolve();

  private constructor(private readonly request: PruningRequest) {
    this.inventory = new Inventory(request);
  }

  /** Reads the inventory of earlier runs. */
  async begin(): Promise<void> {
    try {
      await this.inventory.load();
    } catch (error) {
      throw explain(error, "The inventory of what the set copied earlier cannot be read");
    }
    if (this.inventory.isNew && !this.request.isManifest) await this.#reportUnrecorded();
    // When an atomic set is killed, its staged blobs are undone, so they need no entries.
    if (this.request.isAtomic) return;
    await this.announce();
    this.#checkpoints = this.#saveRegularly();
  }

  /**
   * From now on, only this run knows some of the set's own blobs. If it is killed, the next run
   * treats blobs without an entry as doubtful.
   */
  async announce(): Promise<void> {
    try {
      await this.inventory.checkpoint();
    } catch (error) {
      throw explain(error, "The inventory of what the set copies cannot be written");
    }
  }

  /**
   * Copies an existing blob once more if a killed run may have copied it without noting it.
   * Afterwards it is certain that the blob belongs to the set. Only if the declaration allows
   * replacing the blob, which has the same content anyway, and if the service can replace it.
   */
  claim<Blob extends PlannedBlob>(blobs: readonly Blob[]): readonly Blob[] {
    for (const { listed } of blobs) {
      if (listed?.decision.kind !== "skip" || listed.destination === undefined) continue;
      if (!MAY_REPLACE.includes(listed.options.overwrite)) continue;
      const { etag, lastModified } = listed.destination;
      if (this.inventory.isDoubtful(listed.destinationName, etag, lastModified)) listed.copyAnyway(this.request.isAtomic);
    }
    return blobs;
  }

  /** Called with the destination names whose sources exist but are left out. */
  readonly onLeftOut = (destinationName: string): void => this.inventory.keep(destinationName);

  /**
   * Called after every blob was copied. An atomic set deletes nothing yet: it may be undone until
   * its results are safe.
   */
  async beforeCommit(total: number, onPruned: OnPruned): Promise<void> {
    await this.#endCheckpoints();
    const { takeover, damage } = this.inventory;
    for (const text of [takeover, damage]) if (text !== undefined) this.request.emit({ type: "warning", text });
    this.#reportForeign();
    if (!this.request.isAtomic) return this.#prune(total, onPruned);
    try {
      await this.inventory.record();
    } catch (error) {
      throw explain(error, "The inventory of what the set copied cannot be written");
    }
  }

  /**
   * Called when the results are safe. If an atomic set cannot delete a blob now, its next run
   * deletes it.
   */
  async afterCommit(total: number, onPruned: OnPruned): Promise<void> {
    if (this.request.isAtomic) await this.#prune(total, onPruned);
  }

  /** An empty source is more likely a mistake than intended, so nothing is pruned then. */
  async #prune(total: number, onPruned: OnPruned): Promise<void> {
    if (!this.request.prunes) {
      // An atomic set has already recorded everything.
      if (this.request.isAtomic) return;
      await this.inventory.keepEarlier();
    } else if (total > 0) {
      const { container, prefix } = this.request;
      await this.inventory.prune((name) => onPruned(name.slice(prefix.length), container.urlOf(name)));
    } else {
      this.request.emit({
        type: "warning",
        text: "The set has no blobs at its source, so nothing is pruned; if that is intended, delete the destination yourself",
      });
      // An atomic set has already recorded everything.
      if (this.request.isAtomic) return;
      await this.inventory.keepEarlier();
    }
    try {
      await this.inventory.save(true);
    } catch (error) {
      throw explain(error, "The inventory of what the set copied cannot be written");
    }
  }

  /** Called after a failure: blobs that were copied still belong to the set. */
  async keepTrack(copied: number): Promise<void> {
    await this.#endCheckpoints();
    if (this.request.isAtomic ? !this.inventory.hasPutBack && !this.inventory.isBegun : copied === 0 && !this.inventory.isBegun) return;
    try {
      if (this.request.isAtomic) this.inventory.forgetCopied();
      await this.inventory.keepEarlier();
      await this.inventory.save(false);
    } catch (error) {
      const { why } = explain(error, "");
      this.request.emit({
        type: "warning",
        text: `The inventory could not be written, so the blobs that this run copied will not be pruned: ${why}`,
      });
    }
  }

  /** For a manifest: reports only blobs that it names itself. */
  #reportForeign(): void {
    const { foreign: strangers, isNew } = this.inventory;
    if (!this.request.isManifest || !isNew || strangers === 0) return;
    this.request.emit({ type: "warning", text: foundText(strangers) });
  }

  async #reportUnrecorded(): Promise<void> {
    const { container, prefix, signal, emit } = this.request;
    const text = await unrememberedText(container, prefix, signal);
    if (text !== undefined) emit({ type: "warning", text });
  }

  async #endCheckpoints(): Promise<void> {
    this.#ended.abort();
    await this.#checkpoints;
  }

  async #saveRegularly(): Promise<void> {
    const { clock, emit } = this.request;
    try {
      for (let pause = FIRST_CHECKPOINT_MILLISECONDS; ; pause = CHECKPOINT_MILLISECONDS) {
        await clock.sleep(pause, this.#ended.signal);
        await this.inventory.checkpoint();
      }
    } catch (error) {
      if (this.#ended.signal.aborted) return;
      const { why } = explain(error, "");
      emit({
        type: "warning",
        text: `The inventory could not be saved; if this run is killed, the blobs that it copied may not be pruned: ${why}`,
      });
    }
  }
}
