import { ExitCode } from "../../../failure/exit-code";
import { CopyFailure } from "../../../failure/copy-failure";
import type { PrefixCopies } from "../../../intent";
import type { BlobOutcomes } from "./blob-outcomes";

type FailedSet = Pick<BlobOutcomes, "failed" | "done" | "failures">;

/**
 * One failure for the whole set: how many blobs failed, and the most common problem of the known
 * failures. An atomic set ends at its first failure, and its commits are undone, so the number of
 * other blobs is left out.
 */
export function setFailure(counts: FailedSet, endedBy: CopyFailure | undefined, isAtomic: boolean): CopyFailure {
  const example = endedBy ?? mostFrequent(counts);
  const { side, why, remedy } = example;
  // A name that cannot be sent is a fault of that blob: the declaration is right, and other blobs
  // were copied.
  const exitCode = example.exitCode === ExitCode.BAD_INTENT ? ExitCode.COPY_FAILED : example.exitCode;
  const total = isAtomic ? counts.failed : counts.failed + counts.done;
  const failed = isAtomic ? total : `${counts.failed} of ${total}`;
  const ended = endedBy === undefined ? "" : ", and no further one was started";
  return new CopyFailure({
    exitCode,
    what: `${failed} ${total === 1 ? "blob" : "blobs"} ${counts.failed === 1 ? "was" : "were"} not copied${ended}`,
    why: counts.failed === 1 || endedBy !== undefined ? why : `for example, ${why}`,
    remedy,
    cause: example,
    ...(side === undefined ? {} : { side }),
  });
}

/** A mistyped prefix or glob has the same effect, and with prune it would empty the destination. */
export function nothingMatches({ source, include, exclude }: PrefixCopies): CopyFailure {
  const below =
    source.prefix === "" ? `container ${source.containerName}` : `container ${source.containerName} below ${JSON.stringify(source.prefix)}`;
  const globs = include.length + exclude.length === 0 ? "" : " that include and exclude select";
  return new CopyFailure({
    exitCode: ExitCode.COPY_FAILED,
    what: "The copy set has nothing to copy",
    side: "source",
    why: `there is no blob in ${below}${globs}`,
    remedy: "correct prefix, include or exclude, or declare allowEmpty: true if the source may be empty; nothing was changed",
  });
}

function mostFrequent({ failures }: FailedSet): CopyFailure {
  const counts = new Map<string, number>();
  for (const { failure } of failures) counts.set(failure.remedy, (counts.get(failure.remedy) ?? 0) + 1);
  const [first] = [...failures].sort((one, other) => (counts.get(other.failure.remedy) ?? 0) - (counts.get(one.failure.remedy) ?? 0));
  if (first === undefined) throw new Error("a set without a failed blob did not fail");
  return first.failure;
}
