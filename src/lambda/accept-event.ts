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
/** The provider framework hears of a failure only, and CloudFormation rolls back: as long as the function lives, but for saying so. */
const PATIENCE_MILLISECONDS = 12 * 60_000;

/** What `onEvent` answers to the provider framework. */
export interface Accepted {
  readonly PhysicalResourceId: string;
}

/**
 * `onEvent`: notes what is asked for, and does nothing on the service. All of that is done by `isComplete`, because a Create whose
 * `onEvent` is lost is never followed by a Delete: the provider framework keeps that to itself.
 */
export async function acceptEvent(event: ResourceEvent, surroundings: Surroundings): Promise<Accepted> {
  try {
    return await untilAnswered(surroundings.clock, PATIENCE_MILLISECONDS, () => accept(event, surroundings));
  } catch (error) {
    throw new ReportedFailure(redact(reasonOf(explain(error, "The request of CloudFormation could not be taken"), undefined)));
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
  // CloudFormation has created it again in this run, and deletes what an earlier one could not create: of that nothing is left.
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

/** CloudFormation asks for the same when it rolls back as when somebody declares something else: only the stack's status tells. */
export function operationFor(event: Pick<ResourceEvent, "RequestType" | "PhysicalResourceId">, status: StackStatus): OperationKind {
  const isRollback = status.includes("ROLLBACK");
  if (event.RequestType === "Delete") return isRollback || hasInventedId(event) ? "undo" : "remove";
  return event.RequestType === "Update" && isRollback ? "return" : "copy";
}

function isCleanUp(status: StackStatus): boolean {
  return status === "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS";
}

/** Such a stack can only be deleted, or go on with its rollback. */
function isFailure(status: StackStatus): boolean {
  return /^(CREATE|ROLLBACK|UPDATE_ROLLBACK)_FAILED$/.test(status);
}
