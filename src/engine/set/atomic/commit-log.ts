import type { Before } from "../../ports/journal";
import type { SetLog } from "../../ports/set-log";
import { isStagedLine, type StagedBlob, type StagedLines } from "./staged-blob";

/** Progress of one blob's commit. */
export interface CommitNote {
  /** The old state, with its restore point; noted once that is taken. */
  readonly before?: Before;
  /** ETag of the destination after the commit. */
  readonly etag?: string;
  /** The blob carries a mark. The note of its removal can get lost. */
  readonly isMarked?: boolean;
}

/** A blob of the log with its notes. */
export interface LoggedBlob extends StagedBlob {
  readonly note: CommitNote;
  /** Its part of the commit has begun, so it may be committed even if no note says so. */
  readonly mayBeCommitted: boolean;
}

export interface LogHead {
  readonly owner: string;
  readonly blockIdPrefix: string;
  /** Lease id of the commit's marks, needed to delete them. Noted before any of them is leased. */
  readonly leaseId: string;
  readonly isSettling: boolean;
}

interface Section {
  readonly to: number;
  readonly notes: ReadonlyMap<number, CommitNote>;
}

/** Number of blobs that are read from the log, and committed, together. */
export const SECTION = 4_096;
const BUFFER_CHARACTERS = 65_536;
/** For the restore point and ETag of a blob with metadata of usual size. */
const NOTED_BYTES_PER_BLOB = 1_024;

/**
 * The log of an atomic set: first all staged blobs, then the notes of their commits, section by
 * section.
 */
export class CommitLog {
  #buffer = "";
  /** Notes in the buffer. An undo needs them when the log cannot be written. */
  #unwritten = new Map<number, CommitNote>();
  #staged = 0;
  #writing: Promise<void> = Promise.resolve();
  /** A failed append may have left half a line. */
  #endsInHalfALine = false;

  constructor(
    private readonly log: SetLog,
    private readonly lines: StagedLines,
  ) {}

  get stagedCount(): number {
    return this.#staged;
  }

  begin(head: Omit<LogHead, "isSettling">): Promise<void> {
    return this.#append(`${JSON.stringify(head)}\n`);
  }

  /** Called before any of the blobs is staged. */
  async addStaged(blobs: readonly StagedBlob["blob"][]): Promise<StagedBlob[]> {
    const staged = blobs.map((blob) => ({ index: this.#staged++, blob }));
    if (staged.length > 0) await this.#append(staged.map((blob) => `${this.lines.write(blob)}\n`).join(""));
    return staged;
  }

  /** Called before any blob of this section is committed. */
  async beginSection(to: number, count: number): Promise<void> {
    await this.log.reserve(count * NOTED_BYTES_PER_BLOB);
    this.#buffer += `${JSON.stringify({ commit: to })}\n`;
    await this.flush();
  }

  /**
   * A note need not be on disk before the next step: a lost one can be recovered from the service.
   */
  async note(index: number, note: CommitNote): Promise<void> {
    this.#unwritten.set(index, { ...this.#unwritten.get(index), ...note });
    this.#buffer += `${JSON.stringify({ index, ...note })}\n`;
    if (this.#buffer.length >= BUFFER_CHARACTERS) await this.flush();
  }

  async settling(): Promise<void> {
    this.#buffer += `${JSON.stringify({ settling: true })}\n`;
    await this.flush();
  }

  /** Lines that cannot be written stay in memory. */
  async flush(): Promise<void> {
    const lines = this.#buffer;
    const notes = this.#unwritten;
    if (lines === "") return;
    this.#buffer = "";
    this.#unwritten = new Map();
    try {
      await this.#append(lines);
    } catch (error) {
      this.#buffer = lines + this.#buffer;
      for (const [index, note] of this.#unwritten) notes.set(index, { ...notes.get(index), ...note });
      this.#unwritten = notes;
      throw error;
    }
  }

  /** Called when nothing is left to undo. */
  remove(): void {
    this.#buffer = "";
    this.#unwritten = new Map();
    this.log.remove();
  }

  /** Returns the owner of the set and whether the set was complete; undefined for an empty log. */
  async head(): Promise<LogHead | undefined> {
    let head: Omit<LogHead, "isSettling"> | undefined;
    let last = "";
    for await (const line of this.log.lines()) {
      head ??= parse(line) as typeof head;
      last = line;
    }
    return head === undefined ? undefined : { ...head, isSettling: last === JSON.stringify({ settling: true }) };
  }

  /** Staged blobs, a section at a time. */
  async *sections(): AsyncGenerator<readonly StagedBlob[]> {
    let section: StagedBlob[] = [];
    for await (const blob of this.#stagedBlobs()) {
      section.push(blob);
      if (section.length < SECTION) continue;
      yield section;
      section = [];
    }
    if (section.length > 0) yield section;
  }

  /**
   * All blobs of the log in batches: first those that may be committed, then those that were only
   * staged.
   */
  async *blobs(): AsyncGenerator<readonly LoggedBlob[]> {
    const staged = this.#stagedBlobs();
    const take = async (to: number): Promise<StagedBlob[]> => {
      const taken: StagedBlob[] = [];
      while (taken.length < SECTION) {
        const next = await staged.next();
        if (next.done === true) break;
        taken.push(next.value);
        if (next.value.index === to) break;
      }
      return taken;
    };
    for await (const { to, notes } of this.#commitSections()) {
      const blobs = await take(to);
      yield blobs.map((blob) => ({
        ...blob,
        note: { ...notes.get(blob.index), ...this.#unwritten.get(blob.index) },
        mayBeCommitted: true,
      }));
    }
    for (let blobs = await take(-1); blobs.length > 0; blobs = await take(-1)) {
      yield blobs.map((blob) => ({ ...blob, note: this.#unwritten.get(blob.index) ?? {}, mayBeCommitted: false }));
    }
  }

  /** One append at a time: calls of {@link SetLog.append} must not overlap. */
  #append(lines: string): Promise<void> {
    const written = this.#writing.then(() => this.log.append(this.#endsInHalfALine ? `\n${lines}` : lines));
    this.#writing = written.then(
      () => {
        this.#endsInHalfALine = false;
      },
      () => {
        this.#endsInHalfALine = true;
      },
    );
    return written;
  }

  async *#stagedBlobs(): AsyncGenerator<StagedBlob> {
    for await (const line of this.log.lines()) {
      if (line.startsWith('{"commit":')) return;
      const blob = isStagedLine(line) ? this.lines.read(line) : undefined;
      if (blob !== undefined) yield blob;
    }
  }

  async *#commitSections(): AsyncGenerator<Section> {
    let to: number | undefined;
    let notes = new Map<number, CommitNote>();
    for await (const line of this.log.lines()) {
      if (isStagedLine(line)) continue;
      const { commit, index, ...note } = (parse(line) ?? {}) as { readonly commit?: number; readonly index?: number } & CommitNote;
      if (commit !== undefined) {
        if (to !== undefined) yield { to, notes };
        to = commit;
        notes = new Map();
      } else if (index !== undefined) {
        notes.set(index, { ...notes.get(index), ...note });
      }
    }
    if (to !== undefined) yield { to, notes };
  }
}

/** The last line of a killed writer can be incomplete. */
function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
