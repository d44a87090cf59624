import { copy } from "./copy";
import type { Invocation } from "./invocation";
import type { Operations } from "./operations";
import { remove, undo } from "./remove";
import { goBack } from "./return";
import { keepForGood, rollBack } from "./rolling-back";

/** The resource is one copy. */
export class OneCopy implements Operations {
  constructor(private readonly invocation: Invocation) {}

  async copy(): Promise<boolean> {
    return (await copy(this.invocation)) !== undefined;
  }

  async goBack(): Promise<boolean> {
    return (await goBack(this.invocation)) !== undefined;
  }

  async undo(): Promise<boolean> {
    await undo(this.invocation);
    return true;
  }

  async remove(): Promise<boolean> {
    await remove(this.invocation);
    return true;
  }

  async rollBack(why: string): Promise<boolean> {
    await rollBack(this.invocation, why);
    return true;
  }

  async keepForGood(): Promise<boolean> {
    const { record, save } = this.invocation;
    const { undoable } = record();
    if (undoable !== undefined) await keepForGood(this.invocation, undoable.entry);
    await save({ previous: undefined });
    return true;
  }
}
