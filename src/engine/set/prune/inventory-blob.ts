import { randomBytes } from "node:crypto";
import { CopyFailure } from "../../../failure/copy-failure";
import { ExitCode } from "../../../failure/exit-code";
import { isConflict } from "../../../failure/service-codes";
import type { BlobContainer } from "../../ports/blob-container";

const PART_CHARACTERS = 1024 * 1024;
/** Bytes of the two parts of a block id. All ids of a blob must have the same length. */
const RUN_BYTES = 3;
const NUMBER_BYTES = 3;
const LAST_NUMBER = 2 ** (8 * NUMBER_BYTES) - 1;

interface Part {
  readonly id: string;
  /** Outside the heap; undefined once the part is a block on the service. */
  text: Buffer | undefined;
}

/**
 * A blob of lines that each run writes anew, part by part. During a run, {@link checkpoint} commits
 * the new lines in front of the old ones. At its end, {@link save} commits only the new ones.
 */
export class InventoryBlob {
  readonly #parts: Part[] = [];
  /** Lines of the last part, which is not full. */
  #lines: string[] = [];
  #characters = 0;
  #openId: string | undefined;
  #run: string | undefined;
  #etag: string | undefined;
  #isRead = false;
  /** Ids of the blocks that existed before this run. */
  #earlierIds: readonly string[] = [];

  /** Time of the version that was read: milliseconds since the epoch, by the service's clock. */
  lastModified = 0;
  /**
   * Time of this run's first commit: milliseconds since the epoch, by the service's clock;
   * undefined until it is known.
   */
  firstWritten: number | undefined;

  constructor(
    private readonly container: BlobContainer,
    private readonly name: string,
  ) {}

  /** True if full parts are still in memory, which a checkpoint should upload. */
  get hasFullParts(): boolean {
    return this.#parts.some(({ text }) => text !== undefined);
  }

  append(line: string): void {
    this.#lines.push(line);
    this.#characters += line.length;
    if (this.#characters >= PART_CHARACTERS) this.#closePart();
  }

  /**
   * Get Blob, a piece at a time.
   *
   * @throws CopyFailure when another run or client has written the blob since it was first read, or
   * last written, here
   */
  async *lines(signal: AbortSignal): AsyncGenerator<string> {
    const found = await this.container.readBlob(this.name, signal);
    if (this.#isRead && found?.etag !== this.#etag) throw this.#writtenByAnother();
    this.#isRead = true;
    this.#etag = found?.etag;
    if (found === undefined) return;
    this.lastModified = found.lastModified.getTime();
    let rest = "";
    for await (const text of found.text) {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      yield* lines;
    }
    if (rest !== "") yield rest;
  }

  /**
   * Put Block for new lines, then Put Block List, unless another run or client has written the blob
   * since it was read.
   */
  async checkpoint(signal: AbortSignal): Promise<void> {
    await this.#upload(signal);
    // Blobs are copied meanwhile: a part that has become full during the upload waits for the next
    // checkpoint.
    const ids = this.#parts.flatMap(({ id, text }) => (text === undefined ? [id] : []));
    if (this.#lines.length > 0) {
      const openId = (this.#openId ??= this.#idOf(this.#parts.length));
      await this.container.putBlock(this.name, openId, this.#lines.join(""), signal);
      ids.push(openId);
    }
    await this.#commit([...ids, ...this.#earlierIds], signal);
  }

  /** Replaces the content of the blob by the lines that were appended. */
  async save(signal: AbortSignal): Promise<void> {
    this.#closePart();
    await this.#upload(signal);
    await this.#commit(
      this.#parts.map(({ id }) => id),
      signal,
    );
  }

  /** Called after {@link save}: lines appended from now on replace the saved ones. */
  restart(): void {
    this.#parts.length = 0;
    this.#lines = [];
    this.#characters = 0;
    this.#openId = undefined;
    this.#run = undefined;
    this.#earlierIds = [];
  }

  #closePart(): void {
    if (this.#lines.length === 0) return;
    this.#parts.push({ id: this.#openId ?? "", text: Buffer.from(this.#lines.join(""), "latin1") });
    this.#openId = undefined;
    this.#lines = [];
    this.#characters = 0;
  }

  async #upload(signal: AbortSignal): Promise<void> {
    if (this.#run === undefined) {
      const ids = (await this.container.committedBlocks(this.name, signal))?.blockIds ?? [];
      this.#run = freshRun(ids);
      this.#earlierIds = ids.length > 0 || this.#etag === undefined ? ids : await this.#cutIntoBlocks(signal);
    }
    for (const [index, part] of this.#parts.entries()) {
      if (part.text === undefined) continue;
      const id = part.id === "" ? this.#idOf(index) : part.id;
      await this.container.putBlock(this.name, id, part.text.toString("latin1"), signal);
      this.#parts[index] = { id, text: undefined };
    }
  }

  /**
   * Get Blob, Put Block. A blob that was written in one piece, for example by hand, has no blocks
   * that could be committed again.
   */
  async #cutIntoBlocks(signal: AbortSignal): Promise<readonly string[]> {
    const ids: string[] = [];
    let text = "";
    const put = async () => {
      const id = this.#idOf(LAST_NUMBER - ids.length);
      await this.container.putBlock(this.name, id, text, signal);
      ids.push(id);
      text = "";
    };
    for await (const piece of (await this.container.readBlob(this.name, signal))?.text ?? []) {
      text += piece;
      if (text.length >= PART_CHARACTERS) await put();
    }
    if (text !== "") await put();
    return ids;
  }

  async #commit(ids: readonly string[], signal: AbortSignal): Promise<void> {
    const conditions = this.#etag === undefined ? { ifNoneMatch: "*" } : { ifMatch: this.#etag };
    try {
      const written = await this.container.putBlockList(this.name, ids, conditions, signal);
      this.#etag = written?.etag ?? (await this.#etagOf(ids, signal));
      this.firstWritten ??= written?.lastModified?.getTime();
    } catch (error) {
      if (!isConflict(error)) throw error;
      // A repeated request can conflict with the blob that its first try wrote.
      this.#etag = await this.#etagOf(ids, signal);
    }
  }

  /**
   * Get Block List.
   *
   * @throws CopyFailure unless the blob consists of exactly these blocks: then this run wrote it
   */
  async #etagOf(ids: readonly string[], signal: AbortSignal): Promise<string> {
    const now = await this.container.committedBlocks(this.name, signal);
    if (now === undefined || now.blockIds.join() !== ids.join()) throw this.#writtenByAnother();
    return now.etag;
  }

  #writtenByAnother(): CopyFailure {
    return new CopyFailure({
      exitCode: ExitCode.COPY_FAILED,
      what: "Another run of this copy set is at work",
      side: "destination",
      why: `${this.container.urlOf(this.name)}, the inventory of what the set copied, was written by another process during this run`,
      remedy: "let one run of a set end before the next one begins, then deploy again",
    });
  }

  #idOf(index: number): string {
    const number = Buffer.alloc(NUMBER_BYTES);
    number.writeUIntBE(index, 0, NUMBER_BYTES);
    return `${this.#run ?? ""}${number.toString("base64")}`;
  }
}

/**
 * Returns a beginning that no existing block id has: two blocks with the same id would become one.
 */
function freshRun(ids: readonly string[]): string {
  for (;;) {
    const run = randomBytes(RUN_BYTES).toString("base64");
    if (!ids.some((id) => id.startsWith(run))) return run;
  }
}
