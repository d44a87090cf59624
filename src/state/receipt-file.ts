import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { badIntent } from "../failure/bad-intent";
import type { Receipt, SetReceipt } from "../intent";
import { removeIfPossible } from "../util/atomic-file";
import { renameInto, syncFolder, writeThrough } from "../util/durable-file";
import { redact } from "../util/secrets/redaction";
import type { StateDirectory } from "./state-directory";

/** More than any receipt of one copy takes. */
const RESERVED_BYTES_PER_COPY = 4096;

/**
 * What the runs for one receipt have come to. `committed`: one of them has written it, and was lost before
 * it had tidied up, or nobody has heard of it. `settled`: that is done, too, and Terraform believes it.
 */
export type ReceiptState = "none" | "committed" | "settled";

/** The receipt that Terraform reads. Writing it is the commit point of a run. */
export interface ReceiptFile {
  /**
   * Called once no other run is at work. The answer is not taken from before: Terraform decides to run the
   * program by the same file, and a run that was still at work then can have come to its end since.
   */
  readonly begin: () => ReceiptState;
  /** @throws CopyFailure */
  readonly commit: (receipts: readonly Receipt[] | SetReceipt) => void;
  /** Takes the reservation back, unless there was a commit. */
  readonly release: () => void;
}

/** For a run by hand, which has no receipt id. */
const noReceiptFile: ReceiptFile = { begin: () => "none", commit: () => undefined, release: () => undefined };

/**
 * Reserves the receipt's room on disk, so that a full disk or a read-only folder shows before a copy starts and not after. From `begin`
 * until the run is over a second file says so, since a receipt alone does not tell that its run has tidied up, too.
 *
 * @throws CopyFailure
 */
export function reserveReceipt(state: StateDirectory, receiptId: string | undefined, copies: number): ReceiptFile {
  if (!receiptId) return noReceiptFile;
  if (!/^[\w-]{1,128}$/.test(receiptId))
    throw badIntent("copy intent", `BLOB_COPY_RECEIPT_ID is "${receiptId}", which is not a resource id`);

  const path = state.receiptFile(receiptId);
  const unsettled = state.unsettledFile(receiptId);
  const temporary = `${path}.${process.pid}.tmp`;
  let hasBegun = false;
  try {
    state.guard("written", () => writeFileSync(temporary, " ".repeat(RESERVED_BYTES_PER_COPY * copies)));
  } catch (error) {
    removeIfPossible(temporary);
    throw error;
  }
  return {
    begin: () => {
      const found = receiptState(state, receiptId);
      if (found === "none") {
        hasBegun = true;
        state.guard("written", () => writeFileSync(unsettled, ""));
      }
      return found;
    },
    commit: (receipts) => {
      const result = Array.isArray(receipts) && receipts.length === 1 ? (receipts[0] as Receipt) : receipts;
      // A service can have put anything into its answers, and these become values in Terraform's state.
      const text = redact(`${JSON.stringify(result, undefined, 2)}\n`);
      state.guard("written", () => {
        // Somebody may have cleaned up around this run.
        if (!existsSync(temporary)) state.create();
        writeThrough(temporary, text);
        renameInto(temporary, path, text);
      });
      // The receipt is there for Terraform to read: nothing that comes now may undo the copies.
      noteCommitted(unsettled);
      syncFolder(state.path);
    },
    release: () => {
      removeIfPossible(temporary);
      if (hasBegun && receiptState(state, receiptId) === "none") removeIfPossible(unsettled);
    },
  };
}

/** The run for a receipt is over, tidied up, and heard of. Without a commit it stays unsettled, so that no receipt of it is believed. */
export function settleReceipt(state: StateDirectory, receiptId: string | undefined): void {
  if (receiptId && receiptState(state, receiptId) === "committed") removeIfPossible(state.unsettledFile(receiptId));
}

/** For whoever takes over from a run that was lost: what it had come to. Removes its reservation. */
export function takeOverReceipt(state: StateDirectory, receiptId: string | undefined): ReceiptState {
  if (!receiptId || !existsSync(state.path)) return "none";
  const reservation = `${basename(state.receiptFile(receiptId))}.`;
  for (const name of readdirSync(state.path)) if (name.startsWith(reservation)) removeIfPossible(join(state.path, name));
  return receiptState(state, receiptId);
}

const COMMITTED = "committed";

/** Nothing counts as committed whose receipt is not there: Terraform has nothing to read. */
function receiptState(state: StateDirectory, receiptId: string): ReceiptState {
  if (!isFile(state.receiptFile(receiptId))) return "none";
  try {
    return readFileSync(state.unsettledFile(receiptId), "utf8") === COMMITTED ? "committed" : "none";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? "settled" : "none";
  }
}

/** Not where its folder became something else, either. */
function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Where that cannot be said, a run that is killed right now is taken for one that has not committed, and the next one copies again. */
function noteCommitted(unsettled: string): void {
  try {
    writeFileSync(unsettled, COMMITTED);
  } catch {
    // See above.
  }
}
