import { CERTIFICATE_REFUSED } from "./diagnosis/refused-certificates";
import type { ServiceError } from "./service-error";

/** The code of a request that its caller gave up. */
export const ABORTED = "ABORT_ERR";

/** The code of a request that got no answer in the time it had. */
export const TIMED_OUT = "ETIMEDOUT";

/** Codes of requests that were not answered, and never would be: not sent at all, given up, or refused on this machine. */
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

/** No answer, or one that says that the same request may succeed a moment later. */
export function isTransient({ status, code, copySourceStatus, copySourceCode }: ServiceError): boolean {
  if (status === 0) return !NEVER_ANSWERED.includes(code);
  // Of a source that cannot be read, the source's own answer decides: a missing SAS is a 4xx behind a 500.
  if (copySourceCode !== undefined) return TRANSIENT_SOURCE_CODES.includes(copySourceCode);
  return isTransientStatus(copySourceStatus ?? status);
}

function isTransientStatus(status: number): boolean {
  return status === 408 || status === 429 || (status >= 500 && status !== 501);
}
