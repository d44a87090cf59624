import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { DestroyIntent, SetDestroyIntent } from "../intent";
import { removeFile } from "../util/platform/replace-file";
import { readJsonObject, writeFileAtomically } from "../util/atomic-file";
import { makeFolder } from "./make-folder";
import type { StateDirectory } from "./state-directory";

/** A blob or set that is deleted once the copy that replaces it is complete. */
export interface Replaced {
  readonly intent: DestroyIntent | SetDestroyIntent;
  /** The value of `BLOB_COPY_DECLARED`. */
  readonly declaredFile: string | undefined;
}

/** Notes of replaced blobs and sets that are not deleted yet, one file each. */
export function replacedFiles(state: StateDirectory) {
  const fileOf = ({ intent }: Replaced) =>
    join(state.replacedFolder, `${createHash("sha256").update(JSON.stringify(intent)).digest("hex")}.json`);
  return {
    add(replaced: Replaced): void {
      state.guard("written", () => {
        makeFolder(state.replacedFolder);
        writeFileAtomically(fileOf(replaced), `${JSON.stringify(replaced)}\n`);
      });
    },
    /** Returns the notes of one declaration of a deployment. */
    of({ owner, deployment }: Pick<DestroyIntent, "owner" | "deployment">): readonly Replaced[] {
      return filesIn(state.replacedFolder).flatMap((name) => {
        // Only `add` above writes these files.
        const found = readJsonObject(join(state.replacedFolder, name)) as unknown as Replaced | undefined;
        return found?.intent.owner === owner && found.intent.deployment === deployment ? found : [];
      });
    },
    remove(replaced: Replaced): void {
      state.guard("written", () => removeFile(fileOf(replaced)));
    },
  };
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith(".json"));
  } catch {
    return [];
  }
}
