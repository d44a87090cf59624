import { closeSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { CopyFailure } from "../../failure/copy-failure";
import type { BlobResult } from "../../intent";
import { ExitCode } from "../../failure/exit-code";
import { redact } from "../../util/secrets/redaction";
import { replaceFile } from "../../util/platform/replace-file";
import { openPrivately } from "./private-file";
import { loadReportHtml } from "./load-report-html";
import { ReportFigures } from "./report-figures";

/** The file with the report of a set. */
export class ReportPage {
  readonly #figures: ReportFigures;
  /** Loaded early: at its end a run may not have a descriptor left to open a file with. */
  readonly #html = loadReportHtml();
  #isWritten = false;

  /** @throws CopyFailure when the folder of the file cannot be written */
  constructor(
    private readonly path: string,
    /** The construct's path. */
    private readonly owner: string,
    now: () => number,
  ) {
    this.#figures = new ReportFigures(now(), now);
    guard(() => {
      mkdirSync(dirname(path), { recursive: true });
      closeSync(openPrivately(`${path}.tmp`));
    });
  }

  add(result: BlobResult): void {
    this.#figures.add(result);
  }

  /** @throws CopyFailure when the file cannot be written */
  complete(): void {
    guard(() => this.#write("complete"));
  }

  /** Writes the page after a failure as well; does nothing after {@link complete}. */
  abandon(): void {
    if (this.#isWritten) return;
    try {
      this.#write("not complete");
    } catch {
      // The run already fails for another reason.
    }
  }

  /** No blob was inspected, so the page of an earlier run stays. */
  discard(): void {
    rmSync(`${this.path}.tmp`, { force: true });
  }

  #write(state: "complete" | "not complete"): void {
    writeFileSync(`${this.path}.tmp`, redact(this.#html.reportHtml(this.#figures, this.owner, state)));
    replaceFile(`${this.path}.tmp`, this.path);
    this.#isWritten = true;
  }
}

function guard(step: () => void): void {
  try {
    step();
  } catch (error) {
    throw new CopyFailure({
      exitCode: ExitCode.COPY_FAILED,
      what: "The report of the copy set could not be written",
      why: error instanceof Error ? error.message : String(error),
      remedy: "make the folder writable for this user, with some free space, or declare another file",
      cause: error,
    });
  }
}
