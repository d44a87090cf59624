import type { JournalEntry, ListedJournal } from "../../engine/ports/journal";
import type { MadeCopies, MadeCopy } from "../../engine/ports/made-copies";
import type { SetLog } from "../../engine/ports/set-log";

/**
 * A deploy's records in the memory of this process. The suite's deploys end before the process
 * does.
 */
export class MemoryNotes {
  readonly journal: ListedJournal;
  readonly made: MadeCopies;
  readonly log: SetLog;

  constructor() {
    const entries = new Map<string, JournalEntry>();
    const copies = new Map<string, MadeCopy>();
    let lines: string[] = [];
    this.journal = {
      read: (destination) => entries.get(destination),
      write: (entry) => void entries.set(entry.destination, entry),
      remove: (destination) => void entries.delete(destination),
      entries: () => [...entries.values()],
    };
    this.made = {
      read: (destination) => copies.get(destination),
      write: (copy) => void copies.set(copy.destination, copy),
    };
    this.log = {
      append: (text) => void lines.push(...text.trimEnd().split("\n")),
      reserve: () => undefined,
      lines: async function* () {
        for (const line of await Promise.resolve(lines)) yield line;
      },
      remove: () => void (lines = []),
    };
  }
}
