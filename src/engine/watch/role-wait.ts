import { isOfMissingRole } from "../../failure/diagnosis/clues";
import { cluesOf } from "../../failure/explain";
import { ServiceError } from "../../failure/service-error";
import type { Clock } from "../ports/clock";
import type { EventSink } from "../ports/events";

/** Milliseconds in which an assigned role reaches the service. */
const MAX_SPREAD = 10 * 60_000;
const PAUSE = 15_000;

/**
 * By side and account: since when this process has been refused. All copies of a deploy wait for
 * the same role together.
 */
const refusedSince = new Map<string, number>();

export interface RoleWaitRequest {
  /** End of the wait: milliseconds since the epoch. */
  readonly until: number;
  readonly clock: Clock;
  readonly emit: EventSink;
  readonly stop: AbortSignal;
}

/**
 * Whether the service refused it because a role is missing. Get Blob Tags does not count: many
 * deploys do without its role.
 */
export function isForWantOfRole(error: unknown): boolean {
  return refusalOf(error) !== undefined;
}

function refusalOf(error: unknown) {
  const refusal = error instanceof ServiceError ? error : error instanceof Error ? error.cause : undefined;
  if (!(refusal instanceof ServiceError) || refusal.operation === "Get Blob Tags") return undefined;
  const clues = cluesOf(refusal);
  return isOfMissingRole(clues) ? { refusal, side: clues.side } : undefined;
}

/**
 * After a refusal for a missing role, as in a deploy that assigns the role itself: waits a little,
 * and resolves to whether to try again. false: the refusal had another reason, or has lasted so
 * long that the role is not on its way.
 */
export async function mayGetRole(error: unknown, { until, clock, emit, stop }: RoleWaitRequest): Promise<boolean> {
  const found = refusalOf(error);
  if (found === undefined) return false;
  const { refusal, side } = found;
  const key = `${side} ${new URL(refusal.url).host}`;
  const since = refusedSince.get(key) ?? clock.now();
  const end = Math.min(since + MAX_SPREAD, until);
  if (clock.now() + PAUSE > end) return false;
  if (!refusedSince.has(key)) {
    refusedSince.set(key, since);
    const minutes = Math.ceil((end - clock.now()) / 60_000);
    emit({
      type: "warning",
      text: `${refusal.url}: the identity lacks a role on the ${side} (${refusal.operation} was answered ${refusal.status}); one that was assigned just now takes minutes to reach the service, so this is tried again for up to ${minutes} ${minutes === 1 ? "minute" : "minutes"}`,
    });
  }
  await clock.sleep(PAUSE, stop);
  return true;
}
