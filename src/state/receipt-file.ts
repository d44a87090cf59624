import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { badIntent } from "../failure/bad-intent";
import type { Receipt, SetReceipt } from "../intent";
import { removeIfPossible } from "../util/atomic-file";
import { renameInto, syncFolder, writeThrough } from "../util/durable-file";
import { redact } from "../util/secrets/redaction";
import type { StateDirectory } from "./state-directory";

/** More than the receipt of one copy can take. */
const RESERVED_BYTES_PER_COPY = 4096;

/**
 * State of the runs for one receipt. `committed`: a run has written the receipt, but was lost
 * before it had cleaned up, or its outcome was not delivered. `settled`: that is done as well, and
 * Terraform relies on the receipt.
 */
export type ReceiptState = "none" | "committed" | "settled";

/** The receipt that Terraform reads. Writing it is the commit point of a run. */
export interface ReceiptFile {
  /**
   * Called once no other run is at work. An earlier result is not reused: Terraform decides by the
   * same file whether to run the program, and a run that was still at work then can have finished
   * in the meantime.
   */
  readonly begin: () => ReceiptState;
  /** @throws CopyFailure */
  readonly commit: (receipts: readonly Receipt[] | SetReceipt) => void;
  /** Removes the reservation, unless there was a commit. */
  readonly release: () => void;
}

/** For a run by hand, which has no receipt id. */
const noReceiptFile: ReceiptFile = { begin: () => "none", commit: () => undefined, release: () => undefined };

/**
 * Reserves disk space for the receipt, so that a full disk or a read-only folder shows before a
 * copy starts. From `begin` until the run is over, a second file exists, since a receipt alone does
 * not show that its run has also cleaned up.
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
      // A service may put any text into its responses, and these become values in Terraform's
      // state.
      const text = redact(`${JSON.stringify(result, undefined, 2)}\n`);
      state.guard("written", () => {
        // The user may have deleted the folder during the run.
        if (!existsSync(temporary)) state.create();
        writeThrough(temporary, text);
        renameInto(temporary, path, text);
      });
      // Terraform can read the receipt now, so no later failure may undo the copies.
      noteCommitted(unsettled);
      syncFolder(state.path);
    },
    release: () => {
      removeIfPossible(temporary);
      if (hasBegun && receiptState(state, receiptId) === "none") removeIfPossible(unsettled);
    },
  };
}

/**
 * The run for a receipt is over, cleaned up, and its outcome delivered. Without a commit it stays
 * unsettled, so that Terraform does not rely on its receipt.
 */
export function settleReceipt(state: StateDirectory, receiptId: string | undefined): void {
  if (receiptId && receiptState(state, receiptId) === "committed") removeIfPossible(state.unsettledFile(receiptId));
}

/**
 * For the replacement of a lost run: returns the state of the receipt, and removes the run's
 * reservation.
 */
export function takeOverReceipt(state: StateDirectory, receiptId: string | undefined): ReceiptState {
  if (!receiptId || !existsSync(state.path)) return "none";
  const reservation = `${basename(state.receiptFile(receiptId))}.`;
  for (const name of readdirSync(state.path)) if (name.startsWith(reservation)) removeIfPossible(join(state.path, name));
  return receiptState(state, receiptId);
}

const COMMITTED = "committed";

/** A run without a receipt does not count as committed: Terraform has nothing to read. */
function receiptState(state: StateDirectory, receiptId: string): ReceiptState {
  if (!isFile(state.receiptFile(receiptId))) return "none";
  try {
    return readFileSync(state.unsettledFile(receiptId), "utf8") === COMMITTED ? "committed" : "none";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? "settled" : "none";
  }
}

/** Also false if the folder of the file was replaced by something else. */
function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/**
 * If this fails, a run that is killed now counts as not committed, and the next run copies again.
 */
function noteCommitted(unsettled: string): void {
  try {
    writeFileSync(unsettled, COMMITTED);
  } catch {
    // See above.
  }
}
