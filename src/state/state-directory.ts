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
 *     <receiptId>.json                      the result of a copy, which Terraform reads
 *     <receiptId>.unsettled                 the run for it is not over
 *     journal/<sha256(destination)>.json    how to undo what is under way
 *     made/<sha256(destination)>.json       what was copied to a destination last
 *     replaced/<sha256(intent)>.json        what is to be deleted once the copy to its new place is complete
 *     set/<sha256(set)>.ndjson              how to undo the atomic set that is under way
 *     guardian/<sha256(destination)>.pid    which process works on a destination
 *     last-word/<sha256(destination)>.json  what a run had to say when nobody listened any more
 *
 * No file holds a secret. Nothing here is needed for correctness on another machine: that is on the service.
 */
export class StateDirectory {
  constructor(
    readonly path: string,
    /** In a run that Terraform starts, the declaration names the directory, and the user's environment cannot. */
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

  /** Makes what is missing. @throws CopyFailure when it cannot be written. */
  create(): void {
    this.guard("created", () => {
      for (const folder of [this.journalFolder, this.guardianFolder, this.undeliveredFolder]) makeFolder(folder);
    });
  }

  /** Runs a step on the directory and turns the operating system's error into one that says what to do. */
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

/** One file name per destination, whatever characters its URL has. */
export function destinationKey(destination: string): string {
  return createHash("sha256").update(destination).digest("hex");
}
