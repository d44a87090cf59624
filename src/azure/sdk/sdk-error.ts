import { CopyFailure } from "../../failure/copy-failure";
import { ServiceError } from "../../failure/service-error";
import { firstLine } from "../rest/error-response";
import { ABORTED } from "../http/exchange";
import type { Target } from "../rest/rest-client";

/** What the SDK's errors have; read without loading the SDK. Its calls only read, so their outcome is never unknown. */
interface SdkError extends Error {
  readonly statusCode?: number;
  readonly code?: string;
  readonly response?: { readonly headers: { get(name: string): string | undefined } };
}

/** The engine's own errors pass. */
export function serviceErrorFromSdk(error: unknown, target: Target, operation: string): ServiceError | CopyFailure {
  if (error instanceof ServiceError || error instanceof CopyFailure) return error;
  const { name, statusCode, code, message, response } = error as SdkError;
  return new ServiceError({
    side: target.side,
    operation,
    url: target.blob.url,
    status: statusCode ?? 0,
    code: name === "AbortError" ? ABORTED : (response?.headers.get("x-ms-error-code") ?? code ?? name),
    message: firstLine(message) ?? "no answer",
    requestId: response?.headers.get("x-ms-request-id"),
    outcomeUnknown: false,
    cause: error,
  });
}
