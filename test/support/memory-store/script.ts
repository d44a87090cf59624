import { ServiceError, type Side } from "../../../src/failure/service-error";

/** Changes how one request is served. Milliseconds. */
export interface Script {
  /** Time until it takes effect. */
  readonly delay?: number;
  /**
   * - `none`: the request never reaches the service.
   * - `twice`: its answer is lost, so a request that is safe to repeat is sent again.
   * - `sent again`: an intermediary duplicates it, and returns the answer to the second one.
   * - `late`: it takes effect only after its answer was lost.
   */
  readonly effect?: "none" | "twice" | "sent again" | { readonly late: number };
  /** Time from the effect to the answer. */
  readonly answerDelay?: number;
  /** Replaces the service's own answer. */
  readonly answer?:
    "lost" | { readonly status: number; readonly code: string; readonly copySourceStatus?: number; readonly copySourceCode?: string };
  /** An action of another client right before the effect. */
  readonly meanwhile?: () => void;
  /** An action of another client right after the effect. */
  readonly afterwards?: () => void;
}

export const LOST_BEFORE: Script = { effect: "none", answer: "lost" };
export const LOST_AFTER: Script = { answer: "lost" };
/** A proxy that repeats a request without an answer. */
export const SENT_AGAIN: Script = { effect: "sent again" };

/** Answers with an error, without any effect. */
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

/** An error response of the service. */
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
