import { CERTIFICATE_REFUSED } from "./diagnosis/refused-certificates";
import type { ServiceError } from "./service-error";

/** Code of a request that its caller gave up. */
export const ABORTED = "ABORT_ERR";

/** Code of a request that got no response within its time. */
export const TIMED_OUT = "ETIMEDOUT";

/**
 * Codes of requests that had no response and never would have: not sent at all, given up, or
 * refused on this machine.
 */
const NEVER_ANSWERED: readonly string[] = [
  ABORTED,
  "InvalidMetadata",
  "InvalidHeaderValue",
  "EMSGSIZE",
  "CERT_HAS_EXPIRED",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  ...CERTIFICATE_REFUSED,
];
const TRANSIENT_SOURCE_CODES: readonly string[] = ["InternalError", "OperationTimedOut", "ServerBusy"];

/** There was no response, or it shows that the same request may succeed a moment later. */
export function isTransient({ status, code, copySourceStatus, copySourceCode }: ServiceError): boolean {
  if (status === 0) return !NEVER_ANSWERED.includes(code);
  // If a source cannot be read, the source's own response decides: a missing SAS is a 4xx behind a
  // 500.
  if (copySourceCode !== undefined) return TRANSIENT_SOURCE_CODES.includes(copySourceCode);
  return isTransientStatus(copySourceStatus ?? status);
}

function isTransientStatus(status: number): boolean {
  return status === 408 || status === 429 || (status >= 500 && status !== 501);
}
