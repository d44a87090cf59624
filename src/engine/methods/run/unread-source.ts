import { CopyFailure } from "../../../failure/copy-failure";
import { ExitCode } from "../../../failure/exit-code";
import { sourceIsMissing } from "../../../failure/source-is-missing";
import type { MethodRun } from "./method-run";
import { unmetCondition } from "./unmet-condition";

/**
 * Get Blob Properties of a source that holds nothing to copy: no request reads it, so none carries what it has to meet, its pinned ETag
 * included. What it is when it is looked at here is what is copied.
 *
 * @throws CopyFailure where it is gone, or does not meet that
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
    why: `${source.url} held nothing to copy when it was looked at, and it is another one by now`,
    remedy: "deploy again; if the source changes all the time, copy from a snapshot of it",
  });
}
