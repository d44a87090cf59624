import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { JournalEntry, ListedJournal } from "../engine/ports/journal";
import { removeFile } from "../util/platform/replace-file";
import { readJsonObject, writeFileAtomically } from "../util/atomic-file";
import { destinationKey, type StateDirectory } from "./state-directory";

/** Both calls are synchronous: the file is written before the caller continues. */
export interface JournalFiles extends ListedJournal {
  write(entry: JournalEntry): void;
  remove(destination: string): void;
}

/**
 * The journal as one file per destination. A file that is not an entry of this destination is
 * ignored.
 */
export function journalFiles(state: StateDirectory): JournalFiles {
  const fileOf = (destination: string) => join(state.journalFolder, `${destinationKey(destination)}.json`);
  return {
    read(destination) {
      const entry = entryIn(fileOf(destination));
      return entry?.destination === destination ? entry : undefined;
    },
    *entries() {
      for (const name of readdirSync(state.journalFolder)) {
        const entry = entryIn(join(state.journalFolder, name));
        if (entry !== undefined) yield entry;
      }
    },
    write(entry) {
      state.guard("written", () => {
        // The user may have deleted the folder during the run.
        if (!existsSync(state.journalFolder)) state.create();
        writeFileAtomically(fileOf(entry.destination), `${JSON.stringify(entry)}\n`);
      });
    },
    remove(destination) {
      state.guard("written", () => removeFile(fileOf(destination)));
    },
  };
}

/**
 * Checks the fields that every version has written. A damaged entry is not reliable; the marks on
 * the service are.
 */
function entryIn(path: string): JournalEntry | undefined {
  const entry = readJsonObject(path);
  if (entry === undefined) return undefined;
  const { destination, owner, source, method, rollback, before, touched } = entry;
  const areTexts = [destination, owner, source, method, rollback].every((field) => typeof field === "string");
  const isBefore = typeof before === "object" && before !== null && "exists" in before && typeof before.exists === "boolean";
  return areTexts && isBefore && typeof touched === "boolean" ? (entry as unknown as JournalEntry) : undefined;
}
