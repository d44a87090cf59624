import { cluesOf } from "../../failure/explain";
import type { ServiceError } from "../../failure/service-error";

export const SOURCE = "x-ms-copy-source";
export const SOURCE_AUTHORIZATION = "x-ms-copy-source-authorization";

/** Headers that were sent. */
export type Sent = Readonly<Record<string, string>>;

export interface Refused {
  readonly header: "authorization" | typeof SOURCE_AUTHORIZATION | typeof SOURCE;
  readonly value: string;
}

/** The header to which the service, or the source that it reads, answered 401. */
export function refusedAuthorization(error: ServiceError, headers: Sent | undefined): Refused | undefined {
  const isOfSource = error.copySourceStatus === 401 || (error.code === "CannotVerifyCopySource" && error.status === 401);
  if (!isOfSource && error.status !== 401) return undefined;
  const header = isOfSource ? SOURCE_AUTHORIZATION : "authorization";
  const value = headers?.[header];
  return value === undefined ? undefined : { header, value };
}

/** The SAS whose signature the source did not accept: the key that signed it can be revoked. */
export function refusedSas(error: ServiceError, headers: Sent | undefined): Refused | undefined {
  const value = headers?.[SOURCE];
  if (value === undefined || error.status !== 403) return undefined;
  const { side, code } = cluesOf(error);
  return side === "source" && code === "AuthenticationFailed" ? { header: SOURCE, value } : undefined;
}
