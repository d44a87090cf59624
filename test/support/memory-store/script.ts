import { ServiceError, type Side } from "../../../src/failure/service-error";

/** What happens to one request, instead of being served at once. Milliseconds. */
export interface Script {
  /** Until it takes effect. */
  readonly delay?: number;
  /**
   * `none`: it never reaches the service. `twice`: its answer is lost, so it is made again, as it is for requests that are
   * safe to repeat. `sent again`: something on the way makes two of it, and passes on what the second is answered. `late`: it takes
   * effect only after its answer was lost.
   */
  readonly effect?: "none" | "twice" | "sent again" | { readonly late: number };
  /** From the effect to the answer. */
  readonly answerDelay?: number;
  /** Instead of the service's own answer. */
  readonly answer?:
    "lost" | { readonly status: number; readonly code: string; readonly copySourceStatus?: number; readonly copySourceCode?: string };
  /** Something somebody else does right before the effect. */
  readonly meanwhile?: () => void;
  /** Something somebody else does right after the effect. */
  readonly afterwards?: () => void;
}

export const LOST_BEFORE: Script = { effect: "none", answer: "lost" };
export const LOST_AFTER: Script = { answer: "lost" };
/** A proxy that repeats what it got no answer to. */
export const SENT_AGAIN: Script = { effect: "sent again" };

/** Answered with an error, without any effect. */
export function refused(
  status: number,
  code: string,
  source: { readonly copySourceStatus?: number; readonly copySourceCode?: string } = {},
): Script {
  return { effect: "none", answer: { status, code, ...source } };
}

export interface RequestNote {
  readonly operation: string;
  readonly url: string;
  readonly at: number;
}

/** What the service refuses a request with. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly copySourceStatus?: number,
  ) {
    super(`${status} ${code}`);
  }
}

export interface RequestIdentity {
  readonly side: Side;
  readonly operation: string;
  readonly url: string;
  readonly writes: boolean;
}

export function errorOf(
  identity: RequestIdentity,
  answer: {
    readonly status: number;
    readonly code: string;
    readonly copySourceStatus?: number | undefined;
    readonly copySourceCode?: string | undefined;
  },
  earlierTryUnknown = false,
): ServiceError {
  const { status, code, copySourceStatus, copySourceCode } = answer;
  const nothingDone = status === 501 || code === "ServerBusy" || code === "CannotVerifyCopySource";
  return new ServiceError({
    side: identity.side,
    operation: identity.operation,
    url: identity.url,
    status,
    code,
    message: status === 0 ? "no answer" : "refused",
    ...(copySourceStatus === undefined ? {} : { copySourceStatus }),
    ...(copySourceCode === undefined ? {} : { copySourceCode }),
    outcomeUnknown: identity.writes && (earlierTryUnknown || status === 0 || (status >= 500 && !nothingDone)),
  });
}
