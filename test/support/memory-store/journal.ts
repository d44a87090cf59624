import type { Journal, JournalEntry } from "../../../src/engine/ports/journal";

/** A journal that survives its process, as files do: entries are kept as text. */
export class MemoryJournal implements Journal {
  readonly #entries = new Map<string, string>();

  get isEmpty(): boolean {
    return this.#entries.size === 0;
  }

  read(destination: string): JournalEntry | undefined {
    const text = this.#entries.get(destination);
    return text === undefined ? undefined : (JSON.parse(text) as JournalEntry);
  }

  write(entry: JournalEntry): void {
    this.#entries.set(entry.destination, JSON.stringify(entry));
  }

  remove(destination: string): void {
    this.#entries.delete(destination);
  }
}
