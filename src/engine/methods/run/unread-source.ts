import { CopyFailure } from "../../../failure/copy-failure";
import { ExitCode } from "../../../failure/exit-code";
import { sourceIsMissing } from "../../../failure/source-is-missing";
import type { MethodRun } from "./method-run";
import { unmetCondition } from "./unmet-condition";

/**
 * Get Blob Properties of a source that holds nothing to copy. No request reads such a source, so
 * none carries its conditions, its pinned ETag included. The copy takes the source as it is at this
 * read.
 *
 * @throws CopyFailure where the source is gone, or does not meet a condition
 */
export async function checkUnreadSource({ source, sourceConditions, declaration, stop }: MethodRun): Promise<void> {
  if (sourceConditions === undefined) return;
  const now = await source.getProperties({ signal: stop });
  if (now === undefined) throw sourceIsMissing(source.url);
  const unmet = unmetCondition("source", source.url, declaration.sourceConditions, now);
  if (unmet !== undefined) throw unmet;
  if (unmetCondition("source", source.url, sourceConditions, now) === undefined) return;
  throw new CopyFailure({
    exitCode: ExitCode.COPY_FAILED,
    what: "The source changed before it was copied",
    side: "source",
    why: `${source.url} held nothing to copy when it was inspected, and it has changed since then`,
    remedy: "deploy again; if the source changes all the time, copy from a snapshot of it",
  });
}
