import { join } from "node:path";
import type { MadeCopies, MadeCopy } from "../engine/ports/made-copies";
import { readJsonObject, writeFileAtomically } from "../util/atomic-file";
import { makeFolder } from "./make-folder";
import { destinationKey, type StateDirectory } from "./state-directory";

/** Notes of the copies that were made, one file per destination. */
export function madeCopyFiles(state: StateDirectory): MadeCopies {
  const fileOf = (destination: string) => join(state.madeFolder, `${destinationKey(destination)}.json`);
  return {
    read(destination) {
      const copy = readJsonObject(fileOf(destination));
      // Only `write` below writes these files, so only the destination needs checking.
      return copy?.destination === destination ? (copy as unknown as MadeCopy) : undefined;
    },
    write(copy) {
      state.guard("written", () => {
        makeFolder(state.madeFolder);
        writeFileAtomically(fileOf(copy.destination), `${JSON.stringify(copy)}\n`);
      });
    },
  };
}
