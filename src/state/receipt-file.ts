import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { badIntent } from "../failure/bad-intent";
import type { Receipt, SetReceipt } from "../intent";
import { removeIfPossible } from "../util/atomic-file";
import { renameInto, syncFolder, writeThrough } from "../util/durable-file";
import type { StateDirectory } from "./state-directory";

/** More than any receipt of one copy takes. */
const RESERVED_BYTES_PER_COPY = 4096;

/** The receipt that Terraform reads. Writing it is the commit point of a run. */
export interface ReceiptFile {
  /** An earlier run for the same id had committed, and was lost before it had tidied up. */
  readonly wasCommitted: boolean;
  /** @throws CopyFailure */
  readonly commit: (receipts: readonly Receipt[] | SetReceipt) => void;
  /** After a commit: everything is tidied up. */
  readonly settle: () => void;
  /** Takes the reservation back, unless there was a commit. */
  readonly release: () => void;
}

/** For a run by hand, which has no receipt id. */
const noReceiptFile: ReceiptFile = { wasCommitted: false, commit: () => undefined, settle: () => undefined, release: () => undefined };

/**
 * Reserves the receipt's room on disk, so that a full disk or a read-only folder shows before a copy starts and not after. Until
 * the run is over a second file says so, since a receipt alone does not tell that its run has tidied up, too.
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
  const wasCommitted = isCommitted(state, receiptId);
  const settle = () => removeIfPossible(unsettled);
  const release = () => {
    removeIfPossible(temporary);
    if (!isCommitted(state, receiptId)) settle();
  };
  try {
    state.guard("written", () => {
      writeFileSync(temporary, " ".repeat(RESERVED_BYTES_PER_COPY * copies));
      if (!wasCommitted) writeFileSync(unsettled, "");
    });
  } catch (error) {
    release();
    throw error;
  }
  return {
    wasCommitted,
    commit: (receipts) => {
      const result = Array.isArray(receipts) && receipts.length === 1 ? (receipts[0] as Receipt) : receipts;
      const text = `${JSON.stringify(result, undefined, 2)}\n`;
      state.guard("written", () => {
        // Somebody may have cleaned up around this run.
        if (!existsSync(temporary)) state.create();
        writeThrough(temporary, text);
        renameInto(temporary, path, text);
      });
      // The receipt is there for Terraform to read: nothing that comes now may undo the copies.
      sayCommitted(unsettled);
      syncFolder(state.path);
    },
    settle,
    release,
  };
}

const COMMITTED = "committed";

/**
 * For a run that is over and whose last word nobody has heard: the next deploy would otherwise find nothing to do, and would not run the
 * program, which tells it.
 */
export function unsettleReceipt(state: StateDirectory, receiptId: string | undefined): void {
  if (!receiptId) return;
  sayCommitted(state.unsettledFile(receiptId));
}

/** Where that cannot be said, the next run does not know it and copies again; a last word is still told by `blob-copy status`. */
function sayCommitted(unsettled: string): void {
  try {
    writeFileSync(unsettled, COMMITTED);
  } catch {
    // See above.
  }
}

/** Nothing counts as committed whose receipt is not there: Terraform has nothing to read. */
function isCommitted(state: StateDirectory, receiptId: string): boolean {
  try {
    return existsSync(state.receiptFile(receiptId)) && readFileSync(state.unsettledFile(receiptId), "utf8") === COMMITTED;
  } catch {
    return false;
  }
}

/**
 * For whoever takes over from a run that was lost: whether it had committed. What is not committed stays unsettled, so that no
 * receipt of it is believed.
 */
export function takeOverReceipt(
  state: StateDirectory,
  receiptId: string | undefined,
): { readonly isCommitted: boolean; readonly release: () => void } {
  if (!receiptId || !existsSync(state.path)) return { isCommitted: false, release: () => undefined };
  const reservation = `${basename(state.receiptFile(receiptId))}.`;
  for (const name of readdirSync(state.path)) if (name.startsWith(reservation)) removeIfPossible(join(state.path, name));
  const committed = isCommitted(state, receiptId);
  return { isCommitted: committed, release: () => (committed ? removeIfPossible(state.unsettledFile(receiptId)) : undefined) };
}
