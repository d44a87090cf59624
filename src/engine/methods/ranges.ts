import { ExitCode } from "../../failure/exit-code";
import type { ByteRange } from "../ports/requests";
import { CopyFailure } from "../../failure/copy-failure";
import type { MethodRun } from "./method-run";

/** Cuts ranges into pieces of at most `size` bytes, ascending. */
export function* pieces(ranges: Iterable<ByteRange>, size: number): Generator<ByteRange> {
  for (const { offset, count } of ranges) {
    for (let done = 0; done < count; done += size) yield { offset: offset + done, count: Math.min(size, count - done) };
  }
}

/** Methods that copy by ranges cannot begin without a length. */
export function lengthOfSource({ source, sourceProperties }: MethodRun): number {
  if (sourceProperties?.length !== undefined) return sourceProperties.length;
  throw new CopyFailure({
    exitCode: ExitCode.COPY_FAILED,
    what: `${source.url} cannot be copied by ranges`,
    side: "source",
    why: "its server does not tell the length",
    remedy: "use CopyMethod.PUT_BLOB_FROM_URL or COPY_BLOB",
  });
}

/** Counts what is copied, and tells. */
export class RangeProgress {
  #copied = 0;
  readonly #startedAt: number;

  constructor(
    private readonly run: MethodRun,
    private readonly total: number,
  ) {
    this.#startedAt = run.clock.now();
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
