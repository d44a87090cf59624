import { createHash } from "node:crypto";
import { join } from "node:path";
import { CopyFailure } from "../failure/copy-failure";
import { ExitCode } from "../failure/exit-code";
import { makeFolder } from "./make-folder";

const OTHER_WAY = {
  "by hand": ", or set BLOB_COPY_STATE_DIRECTORY to another one",
  Terraform: ": Terraform reads the result of the copy there",
};

/**
 * The layout of `.blobcopy/`:
 *
 *     <receiptId>.json                      result of a copy, which Terraform reads
 *     <receiptId>.unsettled                 its run is not over
 *     journal/<sha256(destination)>.json    how to undo a copy under way
 *     made/<sha256(destination)>.json       the last copy to a destination
 *     replaced/<sha256(intent)>.json        deleted once the copy to its new place is complete
 *     set/<sha256(set)>.ndjson              how to undo the atomic set under way
 *     guardian/<sha256(destination)>.pid    the process that works on a destination
 *     last-word/<sha256(destination)>.json  message of a run that could not be delivered
 *
 * No file contains a secret. Another machine does not need these files for correctness: the service
 * has everything that is needed for that.
 */
export class StateDirectory {
  constructor(
    readonly path: string,
    /**
     * In a run that Terraform starts, the declaration names the directory, and the user's
     * environment cannot change it.
     */
    private readonly user: "by hand" | "Terraform" = "by hand",
  ) {}

  receiptFile(receiptId: string): string {
    return join(this.path, `${receiptId}.json`);
  }

  unsettledFile(receiptId: string): string {
    return join(this.path, `${receiptId}.unsettled`);
  }

  get journalFolder(): string {
    return join(this.path, "journal");
  }

  get madeFolder(): string {
    return join(this.path, "made");
  }

  get replacedFolder(): string {
    return join(this.path, "replaced");
  }

  get setFolder(): string {
    return join(this.path, "set");
  }

  get guardianFolder(): string {
    return join(this.path, "guardian");
  }

  get undeliveredFolder(): string {
    return join(this.path, "last-word");
  }

  /** Creates missing folders. @throws CopyFailure when they cannot be written */
  create(): void {
    this.guard("created", () => {
      for (const folder of [this.journalFolder, this.guardianFolder, this.undeliveredFolder]) makeFolder(folder);
    });
  }

  /**
   * Runs a step on the directory, and turns an error of the operating system into one with a
   * remedy.
   */
  guard<Result>(done: string, step: () => Result): Result {
    try {
      return step();
    } catch (error) {
      throw new CopyFailure({
        exitCode: ExitCode.COPY_FAILED,
        what: `The state directory ${this.path} could not be ${done}`,
        why: error instanceof Error ? error.message : String(error),
        remedy: `make the directory writable for this user, with some free space${OTHER_WAY[this.user]}`,
        cause: error,
      });
    }
  }
}

/** One file name per destination, whatever characters the URL contains. */
export function destinationKey(destination: string): string {
  return createHash("sha256").update(destination).digest("hex");
}
