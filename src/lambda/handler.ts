import { createBlobStore } from "../azure/create-blob-store";
import type { Tokens } from "../azure/identity/tokens";
import { systemClock } from "../engine/ports/clock";
import { type Accepted, acceptEvent } from "./accept-event";
import type { Answer } from "./ports/answer";
import { DynamoRecords } from "./aws/dynamo-records";
import { runBegan, stackStatus, statusBefore } from "./aws/stack-status";
import { storedValue } from "./aws/stored-values";
import { webIdentityFile } from "./aws/web-identity";
import { goOn } from "./go-on";
import type { ResourceEvent } from "./ports/event";
import type { Surroundings } from "./ports/surroundings";
import type { Budget } from "./session";
import { settleAll, type StackEvent } from "./settle";

/** The part of AWS Lambda's context that is used here. */
interface LambdaContext {
  getRemainingTimeInMillis(): number;
}

/** Time kept for the steps after the work: an abort, a restore, the answer. */
const KEPT_MILLISECONDS = 240_000;
/**
 * Short copies are completed in the invocation that starts them. For longer ones, the state machine
 * waits.
 */
const WATCH_MILLISECONDS = 15_000;

const environment = process.env;
const tokens: Tokens = new Map();

const surroundings: Surroundings = {
  clock: systemClock,
  records: new DynamoRecords(environment["BLOB_COPY_TABLE"] ?? "", () => systemClock.now()),
  stackStatus,
  statusBefore,
  runBegan,
  secret: storedValue,
  webIdentityFile,
  blobStore: (own, emit) => createBlobStore({ environment: own, tokens, notify: emit }),
  print: (line) => console.log(line),
};

/** The provider framework calls this first for each request of CloudFormation. */
export function onEvent(event: ResourceEvent): Promise<Accepted> {
  return acceptEvent(event, surroundings);
}

/** The provider framework calls this until it returns that the request is complete. */
export function isComplete(event: ResourceEvent, context: LambdaContext): Promise<Answer> {
  return goOn(event, surroundings, budgetOf(context), environment);
}

/** EventBridge calls this when the status of the stack changes. */
export function settle(event: StackEvent, context: LambdaContext): Promise<void> {
  return settleAll(event, surroundings, budgetOf(context), environment);
}

function budgetOf(context: LambdaContext): Budget {
  const life = context.getRemainingTimeInMillis();
  return { life, work: Math.max(life - KEPT_MILLISECONDS, life / 2), watch: WATCH_MILLISECONDS };
}
