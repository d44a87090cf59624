import { type CopyDeclaration, type CopyIntent, type CopyMethod, RollbackPolicy } from "../../intent";
import { explain } from "../../failure/explain";
import { isForArchive, needsRestorePoint, resultingType } from "../methods/run/traits";
import { unlikeChain } from "../plan/chain";
import { chooseMethods } from "../plan/choose-method";
import { isPinned } from "../plan/conditions";
import { archivesAtOnce, cannotBeLeftPending, otherType, policyIsOver } from "../plan/refusal";
import type { BlobProperties, SourceProperties } from "../ports/blob-properties";
import type { BlobStore } from "../ports/blob-store";
import type { Clock } from "../ports/clock";
import type { MadeCopies } from "../ports/made-copies";
import { methodName } from "../../util/method-name";
import type { CheckedPart } from "./checked-part";
import { checkReading, checkTags } from "./check-reading";
import { type CheckedSides, checkDestination, checkSource } from "./check-sides";
import { lackOfLetters, needsOfCopy } from "./letters";

export interface CheckContext {
  readonly store: BlobStore;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Absent in a check without a memory. */
  readonly made?: MadeCopies | undefined;
}

type CheckedIntent = CheckedSides["intent"] & Pick<CopyIntent, "rollback" | "wait">;

/**
 * Tries each side of a copy as a run would, and whether the service may read the source for the
 * destination. Reports the problems of a later run, as far as they can be known without writing
 * anything.
 */
export async function* checkCopy(declaration: CopyDeclaration, intent: CheckedIntent, context: CheckContext): AsyncGenerator<CheckedPart> {
  const { store, signal, clock, made } = context;
  const source = store.source(declaration.source);
  const destination = store.destination(declaration.destination, { leaseId: declaration.destinationLeaseId });
  const sides = { declaration, intent, source, destination, made, at: clock.now(), signal };
  const { checked: from, properties } = await checkSource(sides);
  yield from;
  const { checked: to, now, whyNot } = await checkDestination(sides, properties);
  yield to;
  if (properties === undefined || to.failure !== undefined) return;
  const part = { part: "copy", url: destination.url } as const;
  if (whyNot !== undefined) {
    yield { ...part, found: `nothing is to be copied: ${whyNot}` };
    return;
  }
  try {
    const method = whatIsToCome(sides, intent, properties, now);
    const request = { declaration, source, destination, method, isArchived: properties.tier === "Archive", now, signal };
    yield (await checkTags(request)) ?? (await checkReading(request));
  } catch (error) {
    yield { ...part, found: "not possible", failure: explain(error, `The copy to ${destination.url} is not possible`) };
  }
}

/**
 * The method that a run would try first.
 *
 * @throws CopyFailure where that method cannot be used
 */
function whatIsToCome(
  { declaration, source, destination, at }: CheckedSides,
  { wait, rollback }: CheckedIntent,
  from: SourceProperties,
  now: BlobProperties | undefined,
): CopyMethod {
  const { url } = destination;
  const isOver = policyIsOver(url, declaration, at);
  if (isOver !== undefined) throw isOver;
  const [chosen] = chooseMethods({
    declaration,
    sourceType: from.blobType,
    sourceIsArchived: from.tier === "Archive",
    sourceMetadata: from.metadata,
    length: from.length,
    sameAccount: source.account === destination.account,
    wait,
  });
  if (chosen === undefined) throw cannotBeLeftPending(url);
  const { method } = chosen;
  const type = resultingType(method, from.blobType);
  if (now !== undefined && now.copy?.status !== "pending" && now.blobType !== type) throw otherType(url, now.blobType, type);
  const unlike = unlikeChain(method, now, url);
  if (unlike !== undefined) throw unlike;
  const pinned = isPinned(declaration, method, source, from);
  const takesRestorePoint =
    now !== undefined && rollback === RollbackPolicy.RESTORE && needsRestorePoint(method, declaration, pinned, from);
  if (takesRestorePoint && isForArchive(declaration)) throw archivesAtOnce(url);
  const needs = needsOfCopy({ declaration, method, replaces: now !== undefined, takesRestorePoint });
  const what = methodName(method);
  const lack =
    lackOfLetters({ side: "source", what }, source.sasGrant, needs.source) ??
    lackOfLetters({ side: "destination", what }, destination.sasGrant, needs.destination);
  if (lack !== undefined) throw lack;
  return method;
}
