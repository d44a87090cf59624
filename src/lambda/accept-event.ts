import { explain } from "../failure/explain";
import { defined } from "../util/defined";
import { redact } from "../util/secrets/redaction";
import { hasInventedId, keyOf, physicalIdOf, type ResourceEvent } from "./ports/event";
import { untilAnswered } from "./ports/until-answered";
import type { OperationKind } from "./ports/record";
import { reasonOf, ReportedFailure } from "./reason";
import type { StackStatus, Surroundings } from "./ports/surroundings";
import { isOfThisRun } from "./this-run";

const REMEMBERED_REQUESTS = 20;
/**
 * A failure of `onEvent` makes CloudFormation roll back. So AWS is retried for as long as the
 * function lives, minus the time to report a failure.
 */
const PATIENCE_MILLISECONDS = 12 * 60_000;

/** Answer of `onEvent` to the provider framework. */
export interface Accepted {
  readonly PhysicalResourceId: string;
}

/**
 * `onEvent`: records the request, and changes nothing on the service. `isComplete` does all of
 * that, because the provider framework never sends a Delete after a Create whose `onEvent` was
 * lost.
 */
export async function acceptEvent(event: ResourceEvent, surroundings: Surroundings): Promise<Accepted> {
  try {
    return await untilAnswered(surroundings.clock, PATIENCE_MILLISECONDS, () => accept(event, surroundings));
  } catch (error) {
    throw new ReportedFailure(redact(reasonOf(explain(error, "The request of CloudFormation could not be accepted"), undefined)));
  }
}

async function accept(event: ResourceEvent, surroundings: Surroundings): Promise<Accepted> {
  const { records, clock, stackStatus, statusBefore } = surroundings;
  const { RequestType, RequestId, StackId, PhysicalResourceId = "" } = event;
  const { Intent = "", Fingerprint = "", OnDestroy = "", Copies, Values, Results } = event.ResourceProperties;
  const physicalId = RequestType === "Delete" ? PhysicalResourceId : physicalIdOf(event);
  const key = keyOf({ ...event, PhysicalResourceId: physicalId });
  if (key === undefined) return { PhysicalResourceId: physicalId };
  const status = RequestType === "Create" ? "" : await stackStatus(StackId);
  const kind = operationFor(event, status);
  const known = kind === "remove" ? await records.read(key) : undefined;
  // CloudFormation created the resource again in this run, and now deletes the failed creation of
  // an earlier run, of which nothing is left.
  if (isCleanUp(status) && (await isOfThisRun(known, surroundings))) return { PhysicalResourceId: physicalId };
  const isOpen = (known?.undoable ?? known?.open) !== undefined;
  const endsFailedRun = isOpen && isFailure(await statusBefore(StackId));
  await records.accept(key, (record) => {
    const seen = record?.seen ?? [];
    if (seen.includes(RequestId)) return undefined;
    const properties = { Intent, Fingerprint, OnDestroy, ...defined({ Copies, Values, Results }) };
    return {
      stackId: StackId,
      operation: { requestId: RequestId, kind, acceptedAt: clock.now(), properties, ...(endsFailedRun ? { endsFailedRun } : {}) },
      seen: [...seen, RequestId].slice(-REMEMBERED_REQUESTS),
    };
  });
  return { PhysicalResourceId: physicalId };
}

/**
 * CloudFormation sends the same requests for a rollback as for a changed declaration: only the
 * stack's status shows the difference.
 */
export function operationFor(event: Pick<ResourceEvent, "RequestType" | "PhysicalResourceId">, status: StackStatus): OperationKind {
  const isRollback = status.includes("ROLLBACK");
  if (event.RequestType === "Delete") return isRollback || hasInventedId(event) ? "undo" : "remove";
  return event.RequestType === "Update" && isRollback ? "return" : "copy";
}

function isCleanUp(status: StackStatus): boolean {
  return status === "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS";
}

/** Such a stack can only be deleted, or continue its rollback. */
function isFailure(status: StackStatus): boolean {
  return /^(CREATE|ROLLBACK|UPDATE_ROLLBACK)_FAILED$/.test(status);
}
