import { closeSync, mkdirSync, openSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { CopyFailure } from "../../failure/copy-failure";
import type { BlobResult } from "../../intent";
import { ExitCode } from "../../failure/exit-code";
import { redact } from "../../util/secrets/redaction";
import { replaceFile } from "../../util/platform/replace-file";
import { openPrivately } from "./private-file";
import { syncFile } from "../../util/durable-file";

/** Lines are collected to about this many characters before they are written. */
const BUFFER = 65_536;

/**
 * The results of a set as NDJSON: a line for each blob, in the order in which they ended. If a blob
 * has two lines, the last one counts. The file is written as `<file>.partial`, and gets its name at
 * the end of the run. After a failed run it contains the results so far. Only a killed process
 * leaves the `.partial`, and `<file>` as it was.
 */
export class ManifestOut {
  readonly #partial: string;
  #descriptor: number | undefined;
  #buffer = "";
  #isComplete = false;
  /**
   * Reported once, since it ends the run. Blobs that were being copied at that time are still
   * counted.
   */
  #failure: CopyFailure | undefined;

  /** @throws CopyFailure when the file cannot be written */
  constructor(private readonly path: string) {
    this.#partial = `${path}.partial`;
    this.#guard(() => {
      mkdirSync(dirname(path), { recursive: true });
      this.#descriptor = openPrivately(this.#partial);
    });
  }

  add(result: BlobResult): void {
    if (this.#failure !== undefined) return;
    this.#buffer += `${redact(JSON.stringify(result))}\n`;
    if (this.#buffer.length >= BUFFER) this.#guard(() => this.#flush());
  }

  /**
   * May be called again, with the blobs that an atomic set pruned after it was complete.
   *
   * @throws CopyFailure when the file cannot be written
   */
  complete(): void {
    if (this.#failure !== undefined) throw this.#failure;
    this.#guard(() => {
      if (this.#isComplete) this.#descriptor = openSync(this.path, "a");
      this.#flush();
      if (this.#descriptor !== undefined) syncFile(this.#descriptor);
      this.#close();
      if (!this.#isComplete) replaceFile(this.#partial, this.path);
      this.#isComplete = true;
    });
  }

  /** Keeps the results so far after a failure; does nothing after {@link complete}. */
  abandon(): void {
    try {
      this.#flush();
      this.#close();
      if (!this.#isComplete) replaceFile(this.#partial, this.path);
      this.#isComplete = true;
    } catch {
      // The run already fails for another reason.
      this.#close();
    }
  }

  /** No blob was inspected, so the file of an earlier run stays. */
  discard(): void {
    this.#close();
    rmSync(this.#partial, { force: true });
  }

  #flush(): void {
    if (this.#descriptor === undefined) return;
    const text = this.#buffer;
    this.#buffer = "";
    writeFileSync(this.#descriptor, text);
  }

  #close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  #guard(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.#failure = new CopyFailure({
        exitCode: ExitCode.COPY_FAILED,
        what: "The results of the copy set could not be written",
        why: error instanceof Error ? error.message : String(error),
        remedy: "make the folder writable for this user, with some free space, or declare another file",
        cause: error,
      });
      throw this.#failure;
    }
  }
}
