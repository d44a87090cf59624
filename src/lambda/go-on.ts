import { explain } from "../failure/explain";
import { redact } from "../util/redaction";
import { type Answer, attributesOf, NOT_YET } from "./answer";
import { keyIn, type ResourceEvent } from "./ports/event";
import { copy } from "./operations/copy";
import type { Invocation } from "./operations/invocation";
import { remove, undo } from "./operations/remove";
import { goBack } from "./operations/return";
import { reasonOf, ReportedFailure } from "./reason";
import { LeaseLost, type ResourceRecord } from "./ports/record";
import { type Budget, ResourceSession } from "./session";
import type { Surroundings } from "./ports/surroundings";
import { AwayForNow } from "./ports/away-for-now";

/** As long as CloudFormation waits, but for the time in which everything is to be undone and said. */
const PATIENCE_MILLISECONDS = 50 * 60_000;

/**
 * `isComplete`: goes on with what was accepted last for a resource, as far as the time of the invocation reaches.
 *
 * @throws ReportedFailure with the lines that CloudFormation shows
 */
export async function goOn(event: ResourceEvent, surroundings: Surroundings, budget: Budget, base: NodeJS.ProcessEnv): Promise<Answer> {
  const key = keyIn(event.PhysicalResourceId ?? "");
  if (key === undefined) return { IsComplete: true };
  const answer = await ResourceSession.on(key, surroundings, budget, async (session) => {
    const { operation, outcome } = session.record;
    // Nobody waits for what was asked for before.
    if (operation.requestId !== event.RequestId) return { IsComplete: true };
    if (outcome?.requestId !== event.RequestId) return work(session, surroundings, base);
    if (outcome.reason !== undefined) throw new ReportedFailure(outcome.reason);
    return answerWith(session.record);
  });
  return answer ?? NOT_YET;
}

async function work(session: ResourceSession, { clock, print }: Surroundings, base: NodeJS.ProcessEnv): Promise<Answer> {
  const { requestId, acceptedAt } = session.record.operation;
  try {
    if (!(await session.run(base, operate))) return NOT_YET;
    await session.save({ outcome: { requestId } });
    return answerWith(session.record);
  } catch (error) {
    if (error instanceof LeaseLost) throw error;
    const failure = explain(error, "The copy failed");
    if (error instanceof AwayForNow && clock.now() - acceptedAt < PATIENCE_MILLISECONDS) {
      print(redact(`${failure.why}; it is asked again`));
      return NOT_YET;
    }
    const reason = redact(reasonOf(failure, session.rolledBack));
    await session.save({ outcome: { requestId, reason } });
    throw new ReportedFailure(reason);
  }
}

async function operate(invocation: Invocation): Promise<boolean> {
  switch (invocation.record().operation.kind) {
    case "copy":
      return (await copy(invocation)) !== undefined;
    case "return":
      return (await goBack(invocation)) !== undefined;
    case "undo":
      await undo(invocation);
      return true;
    case "remove":
      await remove(invocation);
      return true;
  }
}

function answerWith({ current }: ResourceRecord): Answer {
  return current === undefined ? { IsComplete: true } : { IsComplete: true, Data: attributesOf(current.receipt) };
}
