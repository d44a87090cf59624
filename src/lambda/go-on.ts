import { CopyFailure } from "../failure/copy-failure";
import { ExitCode } from "../failure/exit-code";
import { explain } from "../failure/explain";
import { redact } from "../util/secrets/redaction";
import { type Answer, answerToCopy, attributesOf, attributesOfSet, NOT_YET } from "./ports/answer";
import { wantedIn } from "./ports/declared";
import { keyOf, type ResourceEvent } from "./ports/event";
import { operate, operationsOf } from "./operate";
import type { ResourceInvocation } from "./operations/invocation";
import { reasonOf, ReportedFailure } from "./reason";
import { isOwnWork, LeaseLost, type ResourceRecord } from "./ports/record";
import { type Budget, ResourceSession } from "./session";
import type { Surroundings } from "./ports/surroundings";
import { AwayForNow } from "./ports/away-for-now";

/**
 * For this long, the status that was read counts as current: a stack does not act on a decision any
 * sooner.
 */
const STATUS_IS_GOOD_MILLISECONDS = 5_000;
/** The time for which CloudFormation waits, minus the time to undo everything and report it. */
const PATIENCE_MILLISECONDS = 50 * 60_000;

/**
 * `isComplete`: continues the operation that was accepted last for a resource, for as long as the
 * invocation has time.
 *
 * @throws ReportedFailure with the lines that CloudFormation shows
 */
export async function goOn(event: ResourceEvent, surroundings: Surroundings, budget: Budget, base: NodeJS.ProcessEnv): Promise<Answer> {
  const key = keyOf(event);
  if (key === undefined) return { IsComplete: true };
  const answer = await ResourceSession.on(key, surroundings, budget, async (session) => {
    const { operation, outcome } = session.record;
    // CloudFormation no longer waits for the answer to an earlier request.
    if (operation.requestId !== event.RequestId) return { IsComplete: true };
    if (outcome?.requestId !== event.RequestId) return work(session, event, surroundings, base);
    if (outcome.reason !== undefined) throw new ReportedFailure(outcome.reason);
    return answerWith(session.record, event);
  }).catch((error: unknown) => notYetIfAway(error, surroundings));
  return answer ?? NOT_YET;
}

/**
 * For the provider framework an error is final. After "not yet" it asks again, for as long as
 * CloudFormation waits.
 */
function notYetIfAway(error: unknown, { print }: Surroundings): Answer {
  if (!(error instanceof AwayForNow)) throw error;
  print(redact(`${error.message}; the request is repeated`));
  return NOT_YET;
}

async function work(session: ResourceSession, event: ResourceEvent, surroundings: Surroundings, base: NodeJS.ProcessEnv): Promise<Answer> {
  const { clock } = surroundings;
  const { requestId, acceptedAt } = session.record.operation;
  try {
    if (!(await session.run(base, (invocation) => operateUnlessRolledBack(invocation, surroundings)))) return NOT_YET;
    await session.save({ outcome: { requestId } });
    return answerWith(session.record, event);
  } catch (error) {
    if (error instanceof LeaseLost) throw error;
    const failure = explain(error, "The copy failed");
    if (error instanceof AwayForNow && clock.now() - acceptedAt < PATIENCE_MILLISECONDS) {
      return notYetIfAway(error, surroundings);
    }
    const reason = redact(reasonOf(failure, session.rolledBack));
    await session.save({ outcome: { requestId, reason } });
    throw new ReportedFailure(reason);
  }
}

/**
 * A stack that is rolled back has given up its copies. That includes a copy whose rollback request
 * was lost on its way here: only the stack's status shows it.
 */
async function operateUnlessRolledBack(invocation: ResourceInvocation, { clock }: Surroundings): Promise<boolean> {
  if (invocation.record().operation.kind !== "copy") return operate(invocation);
  const startedAt = clock.now();
  await endIfRolledBack(invocation);
  const isDone = await operate(invocation);
  if (isDone && clock.now() - startedAt > STATUS_IS_GOOD_MILLISECONDS) await endIfRolledBack(invocation);
  return isDone;
}

async function endIfRolledBack(invocation: ResourceInvocation): Promise<void> {
  const { surroundings, record } = invocation;
  const status = await surroundings.stackStatus(record().stackId).catch((error: unknown) => {
    if (error instanceof AwayForNow) return "";
    throw error;
  });
  if (!status.includes("ROLLBACK")) return;
  if (isOwnWork(record())) await operationsOf(invocation).rollBack("CloudFormation rolls the stack back");
  throw new CopyFailure({
    exitCode: ExitCode.INTERRUPTED,
    what: "The copy was cancelled before CloudFormation had its answer",
    why: `the stack is rolled back (${status})`,
    remedy: "correct what made the stack fail, and deploy again",
  });
}

function answerWith({ current, summary, operation }: ResourceRecord, event: ResourceEvent): Answer {
  if (summary !== undefined) return { IsComplete: true, Data: attributesOfSet(summary, wantedIn(operation.properties)) };
  return current === undefined ? { IsComplete: true } : answerToCopy(event, attributesOf(current.receipt));
}
