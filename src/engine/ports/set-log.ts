/**
 * Notes of one atomic set, a line each, appended as it goes: what makes its memory independent of the number of its blobs, and
 * what a replacement undoes it from. It has to survive a killed process, not a lost machine: that is what the service remembers.
 */
export interface SetLog {
  /** Once this returns, or its promise resolves, a killed process does not lose the lines. Calls do not overlap. */
  append(lines: string): void | Promise<void>;
  /** Keeps room for so many bytes of later lines, so that a full disk shows before anything has to be undone. */
  reserve(bytes: number): void | Promise<void>;
  /** All lines from the first one on, those included that were appended before the last one was asked for. */
  lines(): AsyncIterable<string>;
  /** Nothing is to be undone any more. */
  remove(): void;
}
