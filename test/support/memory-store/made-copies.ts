import type { MadeCopies, MadeCopy } from "../../../src/engine/ports/made-copies";

/** Notes that survive their process, as files do: they are kept as text. */
export class MemoryMadeCopies implements MadeCopies {
  readonly #copies = new Map<string, string>();

  read(destination: string): MadeCopy | undefined {
    const text = this.#copies.get(destination);
    return text === undefined ? undefined : (JSON.parse(text) as MadeCopy);
  }

  write(copy: MadeCopy): void {
    this.#copies.set(copy.destination, JSON.stringify(copy));
  }
}
