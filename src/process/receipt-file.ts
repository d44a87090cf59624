import { closeSync, existsSync, fsyncSync, ftruncateSync, openSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { badIntent } from "../engine/parse-intent";
import type { Receipt, SetReceipt } from "../intent";
import { removeIfPossible, syncFolder } from "./atomic-file";
import type { StateDirectory } from "./state-directory";

/** More than any receipt of one copy takes. */
const RESERVED_BYTES_PER_COPY = 4096;

/** The receipt that Terraform reads. Writing it is the commit point of a run. */
export interface ReceiptFile {
  /** @throws CopyFailure */
  readonly commit: (receipts: readonly Receipt[] | SetReceipt) => void;
  /** Takes the reservation back; does nothing after a commit. */
  readonly release: () => void;
}

/** For a run by hand, which has no receipt id. */
const noReceiptFile: ReceiptFile = { commit: () => undefined, release: () => undefined };

/**
 * Reserves the receipt's room on disk, so that a full disk or a read-only folder shows before a copy starts and not after.
 *
 * @throws CopyFailure
 */
export function reserveReceipt(state: StateDirectory, receiptId: string | undefined, copies: number): ReceiptFile {
  if (!receiptId) return noReceiptFile;
  if (!/^[\w-]{1,128}$/.test(receiptId)) throw badIntent([`BLOB_COPY_RECEIPT_ID is "${receiptId}", which is no resource id`]);

  const path = state.receiptFile(receiptId);
  const temporary = `${path}.${process.pid}.tmp`;
  const release = () => removeIfPossible(temporary);
  try {
    state.guard("written", () => write(temporary, "w", " ".repeat(RESERVED_BYTES_PER_COPY * copies)));
  } catch (error) {
    release();
    throw error;
  }
  return {
    commit: (receipts) =>
      state.guard("written", () => {
        const result = Array.isArray(receipts) && receipts.length === 1 ? (receipts[0] as Receipt) : receipts;
        const text = `${JSON.stringify(result, undefined, 2)}\n`;
        if (existsSync(temporary)) {
          write(temporary, "r+", text);
        } else {
          // Somebody has cleaned up around this run.
          state.create();
          write(temporary, "w", text);
        }
        renameSync(temporary, path);
        syncFolder(state.path);
      }),
    release,
  };
}

/** For whoever takes over from a run that was lost: removes its reservation; gives whether it had committed. */
export function takeOverReceipt(state: StateDirectory, receiptId: string | undefined): boolean {
  if (!receiptId) return false;
  const path = state.receiptFile(receiptId);
  const isReservation = (name: string) => name.startsWith(`${basename(path)}.`) && name.endsWith(".tmp");
  const names = existsSync(state.path) ? readdirSync(state.path) : [];
  for (const name of names.filter(isReservation)) removeIfPossible(join(state.path, name));
  return names.includes(basename(path));
}

/** Over the reserved blocks, then to the right length, then to the disk. */
function write(path: string, flags: "w" | "r+", text: string): void {
  const descriptor = openSync(path, flags);
  try {
    // Unlike writeSync, this goes on after a short write, and so reaches the error that a full disk gives.
    writeFileSync(descriptor, text);
    ftruncateSync(descriptor, Buffer.byteLength(text));
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
