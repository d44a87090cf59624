import { OverwritePolicy, type SetIntent } from "../../../intent";
import { explain } from "../../../failure/explain";
import type { Deadline } from "../../watch/deadline";
import { Inventory } from "./inventory";
import type { InventoryRequest } from "./inventory-request";
import { inventoryRequest } from "./inventory-request";
import { foundText, unrememberedText } from "./unremembered";
import type { PlannedBlob } from "../plan/planned-blob";
import type { SetContext } from "../plan/context";

/** The first checkpoint comes early, then they are regular: what a killed run copied since the last one is copied again. */
const FIRST_CHECKPOINT_MILLISECONDS = 1_000;
const CHECKPOINT_MILLISECONDS = 5_000;
const MAY_REPLACE: readonly OverwritePolicy[] = [OverwritePolicy.ALWAYS, OverwritePolicy.IF_DIFFERENT];

/** Told the key and the URL of each blob that is deleted. */
type OnPruned = (key: string, url: string) => void;

interface PruningRequest extends InventoryRequest {
  /** false: what the set copied is remembered for a destroy only. */
  readonly prunes: boolean;
  /** What else is in its container is no business of the set. */
  readonly isManifest: boolean;
}

/** The part of a set's run that remembers what the set copied, and deletes of it what its source no longer has. */
export class Pruning {
  readonly inventory: Inventory;

  /** undefined for a set that has no need to know what it copied. */
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

  /** Reads what earlier runs copied. */
  async begin(): Promise<void> {
    try {
      await this.inventory.load();
    } catch (error) {
      throw explain(error, "The inventory of what the set copied earlier cannot be read");
    }
    if (this.inventory.isNew && !this.request.isManifest) await this.#reportUnrecorded();
    // What an atomic set has staged is undone when it is killed, so there is nothing to remember.
    if (this.request.isAtomic) return;
    await this.announce();
    this.#checkpoints = this.#saveRegularly();
  }

  /** From now on there is what only this run knows to be the set's own: should it be killed, the next one takes nothing for certain. */
  async announce(): Promise<void> {
    try {
      await this.inventory.checkpoint();
    } catch (error) {
      throw explain(error, "The inventory of what the set copies cannot be written");
    }
  }

  /**
   * A blob that is there already, and that a killed run may have copied without having noted it, is copied once more: then it
   * is certain whose it is. Only where the declaration allows to replace what is there, which is the same anyway, and the service can.
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

  /** Given the names at the destination whose sources are there and left out. */
  readonly onLeftOut = (destinationName: string): void => this.inventory.keep(destinationName);

  /** After every blob was copied. An atomic set deletes nothing yet: until its results are safe it may be undone. */
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

  /** The results are safe. What an atomic set cannot delete now, its next run deletes. */
  async afterCommit(total: number, onPruned: OnPruned): Promise<void> {
    if (this.request.isAtomic) await this.#prune(total, onPruned);
  }

  /** A source without any blob is rather a mistake than meant that way. */
  async #prune(total: number, onPruned: OnPruned): Promise<void> {
    if (!this.request.prunes) {
      // An atomic set has recorded it all.
      if (this.request.isAtomic) return;
      await this.inventory.keepEarlier();
    } else if (total > 0) {
      const { container, prefix } = this.request;
      await this.inventory.prune((name) => onPruned(name.slice(prefix.length), container.urlOf(name)));
    } else {
      this.request.emit({
        type: "warning",
        text: "The set has no blob at its source, so nothing is pruned; delete the destination yourself if that is meant",
      });
      // An atomic set has recorded it all.
      if (this.request.isAtomic) return;
      await this.inventory.keepEarlier();
    }
    try {
      await this.inventory.save(true);
    } catch (error) {
      throw explain(error, "The inventory of what the set copied cannot be written");
    }
  }

  /** After a failure: what was copied is the set's own all the same. */
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
        text: `The inventory could not be written, so what this run copied will not be pruned: ${why}`,
      });
    }
  }

  /** Of a list there is nothing else to be said than of its own blobs. */
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
      emit({ type: "warning", text: `The inventory could not be saved; if this run is killed, what it copied may not be pruned: ${why}` });
    }
  }
}
