import type { Evidence, Side } from "./diagnosis/clues";

export type { Side } from "./diagnosis/clues";

export interface ServiceErrorDetails {
  readonly side: Side;
  /** Name of the REST operation: `Copy Blob`, `Get Blob Properties`, … */
  readonly operation: string;
  /** Without the query. */
  readonly url: string;
  /** HTTP status; 0 if there was no response. */
  readonly status: number;
  /** `x-ms-error-code`, or the network's code such as `ECONNRESET` if there was no response. */
  readonly code: string;
  /** The service's sentence, redacted. */
  readonly message: string;
  /** `x-ms-copy-source-status-code`. */
  readonly copySourceStatus?: number;
  /** `x-ms-copy-source-error-code`. */
  readonly copySourceCode?: string;
  /** `QueryParameterName`: the parameter of the request that the code is about. */
  readonly queryParameter?: string | undefined;
  /** `x-ms-request-id`, for Azure support. */
  readonly requestId?: string;
  /**
   * The request may have taken effect although there was no usable response: none at all, or a 5xx.
   */
  readonly outcomeUnknown: boolean;
  /** Absent if there was no response. */
  readonly evidence?: Evidence | undefined;
  readonly cause?: unknown;
}

/** The failure of a request, as the service or the network on the way reported it. */
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
