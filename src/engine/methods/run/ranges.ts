import { ExitCode } from "../../../failure/exit-code";
import type { ByteRange } from "../../ports/requests";
import { CopyFailure } from "../../../failure/copy-failure";
import type { MethodRun } from "./method-run";

/** Cuts ranges into pieces of at most `size` bytes, ascending. */
export function* pieces(ranges: Iterable<ByteRange>, size: number): Generator<ByteRange> {
  for (const { offset, count } of ranges) {
    for (let done = 0; done < count; done += size) yield { offset: offset + done, count: Math.min(size, count - done) };
  }
}

export function bytesOf(ranges: readonly ByteRange[]): number {
  return ranges.reduce((sum, { count }) => sum + count, 0);
}

/** Joins ranges that touch each other. Input and result are ascending. */
export function merged(ranges: readonly ByteRange[]): readonly ByteRange[] {
  const result: ByteRange[] = [];
  for (const { offset, count } of ranges) {
    const last = result.at(-1);
    if (last !== undefined && last.offset + last.count >= offset)
      result[result.length - 1] = { ...last, count: offset + count - last.offset };
    else result.push({ offset, count });
  }
  return result;
}

/** @param ranges ascending, none touching another */
export function isWithin({ offset, count }: ByteRange, ranges: readonly ByteRange[]): boolean {
  let [low, high] = [0, ranges.length];
  // Finds the last range that does not begin after `offset`.
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[middle]?.offset ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  const found = ranges[low - 1];
  return found !== undefined && offset + count <= found.offset + found.count;
}

/** Methods that copy by ranges need the length before they begin. */
export function lengthOfSource({ source, sourceProperties }: MethodRun): number {
  if (sourceProperties?.length !== undefined) return sourceProperties.length;
  throw new CopyFailure({
    exitCode: ExitCode.COPY_FAILED,
    what: `${source.url} cannot be copied by ranges`,
    side: "source",
    why: "its server does not report the length",
    remedy: "use CopyMethod.PUT_BLOB_FROM_URL or COPY_BLOB",
  });
}

/** Counts the copied bytes and reports them. */
export class RangeProgress {
  #copied: number;
  readonly #startedAt: number;

  constructor(
    private readonly run: MethodRun,
    private readonly total: number,
    /** Bytes that an earlier slice has copied. */
    copied = 0,
  ) {
    this.#startedAt = run.clock.now();
    this.#copied = copied;
  }

  add(bytes: number): void {
    this.#copied += bytes;
    this.run.emit({
      type: "copy-progress",
      destination: this.run.destination.url,
      copyId: "",
      status: "pending",
      bytesCopied: this.#copied,
      bytesTotal: this.total,
      elapsedMilliseconds: this.run.clock.now() - this.#startedAt,
    });
  }
}
