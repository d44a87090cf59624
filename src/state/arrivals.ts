import { createHash } from "node:crypto";
import { join } from "node:path";
import type { DestroyIntent } from "../intent";
import { readJsonObject, writeFileAtomically } from "../util/atomic-file";
import { makeFolder } from "./make-folder";
import type { StateDirectory } from "./state-directory";

type Declaration = Pick<DestroyIntent, "owner" | "deployment">;

/**
 * The place at which each set with onDestroy was last complete. When a set has moved, Terraform
 * destroys its old place at the same time as a run copies to the new one. Whichever of the two
 * writes its note first, the other one finds it.
 */
export function arrivals(state: StateDirectory) {
  const fileOf = ({ owner, deployment = "" }: Declaration) =>
    join(state.replacedFolder, `${createHash("sha256").update(`${deployment}\n${owner}`).digest("hex")}.arrival`);
  return {
    note(declaration: Declaration, place: string): void {
      state.guard("written", () => {
        makeFolder(state.replacedFolder);
        writeFileAtomically(fileOf(declaration), `${JSON.stringify({ place })}\n`);
      });
    },
    placeOf(declaration: Declaration): string | undefined {
      const place = readJsonObject(fileOf(declaration))?.place;
      return typeof place === "string" ? place : undefined;
    },
  };
}
