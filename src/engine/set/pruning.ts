import type { CopyIntent, CopySet } from "../../intent";
import { explain } from "../explain";
import { Inventory, type InventoryRequest } from "./inventory";
import type { SetContext } from "./set-context";

/** The part of a set's run that deletes what the set copied earlier and its source no longer has. */
export class Pruning {
  readonly inventory: Inventory;

  /** undefined for a set that does not prune. */
  static of({ set, owner }: CopyIntent & { readonly set: CopySet }, context: SetContext, signal: AbortSignal): Pruning | undefined {
    if (!set.prune || set.prefixes === undefined) return undefined;
    const { destination } = set.prefixes;
    const container = context.store.container(destination, "destination");
    return new Pruning({ container, owner, prefix: destination.prefix, emit: context.emit, signal });
  }

  private constructor(private readonly request: InventoryRequest) {
    this.inventory = new Inventory(request);
  }

  /** Reads what earlier runs copied. */
  async begin(): Promise<void> {
    try {
      await this.inventory.load();
    } catch (error) {
      throw explain(error, "The inventory of what the set copied earlier cannot be read");
    }
  }

  /** Given the names at the destination whose sources are there and left out. */
  readonly onLeftOut = (destinationName: string): void => this.inventory.keep(destinationName);

  /** After every blob was copied. A source without any blob is rather a mistake than meant that way. */
  async finish(total: number, onPruned: (key: string, url: string) => void): Promise<void> {
    if (total > 0) {
      const { container, prefix } = this.request;
      await this.inventory.prune((name) => onPruned(name.slice(prefix.length), container.urlOf(name)));
    } else {
      await this.inventory.keepEarlier();
      this.request.emit({
        type: "warning",
        text: "The set has no blob at its source, so nothing is pruned; delete the destination yourself if that is meant",
      });
    }
    try {
      await this.inventory.save();
    } catch (error) {
      throw explain(error, "The inventory of what the set copied cannot be written");
    }
  }

  /** After a failure: what was copied is the set's own all the same. */
  async keepTrack(): Promise<void> {
    try {
      await this.inventory.keepEarlier();
      await this.inventory.save();
    } catch (error) {
      const { why } = explain(error, "");
      this.request.emit({
        type: "warning",
        text: `The inventory could not be written, so what this run copied will not be pruned: ${why}`,
      });
    }
  }
}
