import type { Evidence, Side } from "./diagnosis/clues";

export type { Side } from "./diagnosis/clues";

export interface ServiceErrorDetails {
  readonly side: Side;
  /** The REST operation, in the service's words: `Copy Blob`, `Get Blob Properties`, … */
  readonly operation: string;
  /** Without any query. */
  readonly url: string;
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  /** `x-ms-error-code`, or the network's code such as `ECONNRESET` when no answer came. */
  readonly code: string;
  /** The service's sentence, redacted. */
  readonly message: string;
  /** `x-ms-copy-source-status-code`. */
  readonly copySourceStatus?: number;
  /** `x-ms-copy-source-error-code`. */
  readonly copySourceCode?: string;
  /** `QueryParameterName`: of which parameter of the request the code is. */
  readonly queryParameter?: string | undefined;
  /** `x-ms-request-id`, for Azure support. */
  readonly requestId?: string;
  /** The request may have taken effect although no usable answer came: no answer at all, or a 5xx. */
  readonly outcomeUnknown: boolean;
  /** Absent where no answer came. */
  readonly evidence?: Evidence | undefined;
  readonly cause?: unknown;
}

/** What the service, or the network before it, answered instead of doing what was asked. */
export class ServiceError extends Error implements ServiceErrorDetails {
  readonly side: Side;
  readonly operation: string;
  readonly url: string;
  readonly status: number;
  readonly code: string;
  readonly copySourceStatus: number | undefined;
  readonly copySourceCode: string | undefined;
  readonly queryParameter: string | undefined;
  readonly requestId: string | undefined;
  readonly outcomeUnknown: boolean;
  readonly evidence: Evidence | undefined;

  constructor(details: ServiceErrorDetails) {
    super(details.message, { cause: details.cause });
    this.name = "ServiceError";
    this.side = details.side;
    this.operation = details.operation;
    this.url = details.url;
    this.status = details.status;
    this.code = details.code;
    this.copySourceStatus = details.copySourceStatus;
    this.copySourceCode = details.copySourceCode;
    this.queryParameter = details.queryParameter;
    this.requestId = details.requestId;
    this.outcomeUnknown = details.outcomeUnknown;
    this.evidence = details.evidence;
  }
}
