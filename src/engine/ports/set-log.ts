/**
 * Notes of one atomic set, one line each, appended as the set proceeds. They keep memory use
 * independent of the number of blobs, and a replacement guardian undoes the set from them. The log
 * has to survive a killed process. It need not survive the loss of the machine: for that, the
 * service holds marks.
 */
export interface SetLog {
  /**
   * Once this returns, or its promise resolves, the lines survive a killed process. Calls do not
   * overlap.
   */
  append(lines: string): void | Promise<void>;
  /**
   * Reserves this many bytes for later lines, so that a full disk shows before anything has to be
   * undone.
   */
  reserve(bytes: number): void | Promise<void>;
  /**
   * All lines from the first one. This includes lines that were appended before the last line was
   * read.
   */
  lines(): AsyncIterable<string>;
  /** Called when nothing is left to undo. */
  remove(): void;
}
