import { closeSync, mkdirSync, openSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { CopyFailure } from "../../failure/copy-failure";
import type { BlobResult } from "../../intent";
import { ExitCode } from "../../failure/exit-code";
import { redact } from "../../util/secrets/redaction";
import { replaceFile } from "../../util/platform/replace-file";
import { openPrivately } from "./private-file";
import { syncFile } from "../../util/durable-file";

/** Lines are gathered to about this many characters before they are written. */
const BUFFER = 65_536;

/**
 * The results of a set as NDJSON, a line for each blob in the order in which they came to an end; of two lines about a blob,
 * the last one counts. It is written as `<file>.partial` and gets its name at the end of the run, also of one that fails: then
 * it holds what had come to an end by then. Only a process that is killed leaves the `.partial`, and `<file>` as it was.
 */
export class ManifestOut {
  readonly #partial: string;
  #descriptor: number | undefined;
  #buffer = "";
  #isComplete = false;
  /** Told once: it ends the run, and what was under way then is counted all the same. */
  #failure: CopyFailure | undefined;

  /** @throws CopyFailure when it cannot be written */
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
   * May be called again, with what an atomic set has pruned after it was complete.
   *
   * @throws CopyFailure when it cannot be written
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

  /** Keeps what there is, after a failure; does nothing after {@link complete}. */
  abandon(): void {
    try {
      this.#flush();
      this.#close();
      if (!this.#isComplete) replaceFile(this.#partial, this.path);
      this.#isComplete = true;
    } catch {
      // The run fails for a reason of its own already.
      this.#close();
    }
  }

  /** No blob was looked at: what an earlier run left stays. */
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
