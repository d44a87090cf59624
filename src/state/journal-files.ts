import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { JournalEntry, ListedJournal } from "../engine/ports/journal";
import { removeFile } from "../util/platform/replace-file";
import { readJsonObject, writeFileAtomically } from "../util/atomic-file";
import { destinationKey, type StateDirectory } from "./state-directory";

/** Files are written before their writer goes on. */
export interface JournalFiles extends ListedJournal {
  write(entry: JournalEntry): void;
  remove(destination: string): void;
}

/** The journal as one file per destination. A file that is not an entry of this destination counts as none. */
export function journalFiles(state: StateDirectory): JournalFiles {
  const fileOf = (destination: string) => join(state.journalFolder, `${destinationKey(destination)}.json`);
  return {
    read(destination) {
      const entry = readJsonObject(fileOf(destination));
      // Written by `write` below and nobody else: the destination is all that needs checking.
      return entry?.destination === destination ? (entry as unknown as JournalEntry) : undefined;
    },
    *entries() {
      for (const name of readdirSync(state.journalFolder)) {
        const entry = readJsonObject(join(state.journalFolder, name));
        if (typeof entry?.destination === "string" && typeof entry.owner === "string") yield entry as unknown as JournalEntry;
      }
    },
    write(entry) {
      state.guard("written", () => {
        // Somebody may have cleaned up around a run that is under way.
        if (!existsSync(state.journalFolder)) state.create();
        writeFileAtomically(fileOf(entry.destination), `${JSON.stringify(entry)}\n`);
      });
    },
    remove(destination) {
      state.guard("written", () => removeFile(fileOf(destination)));
    },
  };
}
