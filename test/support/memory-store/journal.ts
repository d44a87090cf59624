import type { Clock } from "../../../src/engine/ports/clock";
import type { JournalEntry, ListedJournal } from "../../../src/engine/ports/journal";

/** A journal that survives its process, as files do: entries are kept as text. */
export class MemoryJournal implements ListedJournal {
  readonly #entries = new Map<string, string>();

  get isEmpty(): boolean {
    return this.#entries.size === 0;
  }

  read(destination: string): JournalEntry | undefined {
    const text = this.#entries.get(destination);
    return text === undefined ? undefined : (JSON.parse(text) as JournalEntry);
  }

  write(entry: JournalEntry): void | Promise<void> {
    this.#entries.set(entry.destination, JSON.stringify(entry));
  }

  remove(destination: string): void | Promise<void> {
    this.#entries.delete(destination);
  }

  entries(): readonly JournalEntry[] {
    return [...this.#entries.values()].map((text) => JSON.parse(text) as JournalEntry);
  }
}

/** A slow journal: an entry is durable only when its promise resolves. */
export class SlowJournal extends MemoryJournal {
  constructor(
    private readonly clock: Clock,
    private readonly milliseconds: number,
  ) {
    super();
  }

  override async write(entry: JournalEntry): Promise<void> {
    await this.clock.sleep(this.milliseconds);
    await super.write(entry);
  }

  override async remove(destination: string): Promise<void> {
    await this.clock.sleep(this.milliseconds);
    await super.remove(destination);
  }
}
