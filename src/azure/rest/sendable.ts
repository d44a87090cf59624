import { ServiceError } from "../../failure/service-error";
import { isPrintable } from "../../intent";
import type { RequestIdentity } from "./error-response";

/** The service signs and stores only ASCII, and trims values. */
export function sendable(name: string, value: string, identity: RequestIdentity): string {
  if (!isPrintable(value)) throw notSendable(name, identity);
  return value.trim();
}

export function notSendable(name: string, identity: RequestIdentity): ServiceError {
  return new ServiceError({
    ...identity,
    status: 0,
    code: name.startsWith("x-ms-meta-") ? "InvalidMetadata" : "InvalidHeaderValue",
    message: `the value of ${name} has characters that are not printable ASCII, which the service does not accept in a header`,
    outcomeUnknown: false,
  });
}

/**
 * The same headers as they can be sent.
 *
 * @throws ServiceError for a value that cannot
 */
export function sendableHeaders(headers: Readonly<Record<string, string>>, identity: RequestIdentity): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, sendable(name, value, identity)]));
}

let lastSecond = -1;
let lastDate = "";

/** RFC 1123. Made once for all requests of the same second. */
export function httpDate(now: number): string {
  const second = Math.floor(now / 1_000);
  if (second !== lastSecond) {
    lastSecond = second;
    lastDate = new Date(now).toUTCString();
  }
  return lastDate;
}
