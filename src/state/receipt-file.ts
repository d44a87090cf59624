import {
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { badIntent } from "../failure/bad-intent";
import type { Receipt, SetReceipt } from "../intent";
import { removeIfPossible } from "../util/atomic-file";
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
  if (!/^[\w-]{1,128}$/.test(receiptId)) throw badIntent("copy intent", `BLOB_COPY_RECEIPT_ID is "${receiptId}", which is not a resource id`);

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
    commit: (receipts) =>
      state.guard("written", () => {
        const result = Array.isArray(receipts) && receipts.length === 1 ? (receipts[0] as Receipt) : receipts;
        const text = `${JSON.stringify(result, undefined, 2)}\n`;
        // Somebody may have cleaned up around this run.
        if (!existsSync(temporary)) state.create();
        writeThrough(temporary, text);
        renameSync(temporary, path);
        writeFileSync(unsettled, COMMITTED);
        syncFolder(state.path);
      }),
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
  try {
    writeFileSync(state.unsettledFile(receiptId), COMMITTED);
  } catch {
    // Then `blob-copy status` still tells it.
  }
}

function isCommitted(state: StateDirectory, receiptId: string): boolean {
  try {
    return readFileSync(state.unsettledFile(receiptId), "utf8") === COMMITTED;
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

/** Over the reserved blocks, then to the right length, then to the disk. */
function writeThrough(path: string, text: string): void {
  const descriptor = openSync(path, constants.O_RDWR | constants.O_CREAT);
  try {
    // Unlike writeSync, this goes on after a short write, and so meets the error of a full disk.
    writeFileSync(descriptor, text);
    ftruncateSync(descriptor, Buffer.byteLength(text));
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Makes a rename or removal itself durable, where the platform lets a folder be synchronised. */
function syncFolder(folder: string): void {
  if (process.platform === "win32") return;
  const descriptor = openSync(folder, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
