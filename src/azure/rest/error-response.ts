import { STATUS_CODES } from "node:http";
import { ServiceError, type Side } from "../../failure/service-error";
import { ABORTED } from "../../failure/transient";
import { type HttpAnswer, MALFORMED, NoAnswer } from "../http/exchange";
import { rememberMade } from "../../util/secrets/known-secrets";
import { redactForeign } from "../../util/secrets/redact-foreign";
import { withoutQuery } from "../../util/secrets/redaction";
import { evidenceOf, type Sent } from "./evidence";
import { word } from "./values/word";
import { elementText } from "./xml";

/** Describes a request in its error. */
export interface RequestIdentity {
  readonly side: Side;
  readonly operation: string;
  /** Without the query. */
  readonly url: string;
  /** Only a write can have an unknown outcome. */
  readonly writes: boolean;
}

/**
 * This program's own code. The service answers InvalidHeaderValue, which also stands for many other
 * problems.
 */
export const UNSUPPORTED_VERSION = "UnsupportedServiceVersion";
/** Characters. */
const MAX_SENTENCE = 500;

/**
 * The error for a response with a status of 300 or more. `now`: this machine's time, milliseconds
 * since the epoch.
 */
export function errorFromAnswer(request: RequestIdentity, answer: HttpAnswer, now: number, sent: Sent): ServiceError {
  const { status, headers, body } = answer;
  // Each request has its own signature. It is redacted from here on, because the server can quote
  // it in its response.
  rememberMade(/^SharedKey [^:]+:(.+)$/.exec(sent.headers["authorization"] ?? "")?.[1] ?? "");
  const header = (name: string) => (typeof headers[name] === "string" ? headers[name] : undefined);
  const serviceCode = word(header("x-ms-error-code")) ?? word(elementText(body, "Code")) ?? `HTTP ${status}`;
  const code = isOtherVersion(request, serviceCode, body) ? UNSUPPORTED_VERSION : serviceCode;
  const copySourceStatus = word(header("x-ms-copy-source-status-code") ?? elementText(body, "CopySourceStatusCode"));
  const copySourceCode = word(header("x-ms-copy-source-error-code") ?? elementText(body, "CopySourceErrorCode"));
  const said = firstLine(elementText(body, "Message")) ?? STATUS_CODES[status] ?? `HTTP ${status}`;
  const isSourceError = code === "CannotVerifyCopySource" || copySourceCode !== undefined;
  return new ServiceError({
    side: request.side,
    operation: request.operation,
    url: request.url,
    status,
    code,
    message: [
      said,
      redirection(status, header("location")),
      timeFrame(elementText(body, "AuthenticationErrorDetail")),
      sourceReason(elementText(body, "CopySourceErrorMessage"), said),
    ].join(""),
    copySourceStatus: copySourceStatus === undefined ? undefined : Number(copySourceStatus),
    copySourceCode,
    queryParameter: word(elementText(body, "QueryParameterName")),
    requestId: word(header("x-ms-request-id")),
    evidence: evidenceOf(sent, answer, now),
    // A throttled request was not processed. One whose source could not be read had no effect, nor
    // had an unknown operation.
    outcomeUnknown: request.writes && status >= 500 && status !== 501 && code !== "ServerBusy" && !isSourceError,
  });
}

/**
 * The error for a response below 300 that does not show the outcome. It may come from a server that
 * does not know the operation.
 */
export function errorFromBareAnswer(request: RequestIdentity, lacking: string): ServiceError {
  return errorFromNoAnswer(request, new NoAnswer(MALFORMED, true, new Error(`the answer has no ${lacking}`)));
}

/** The error for a request without a response. */
export function errorFromNoAnswer(request: RequestIdentity, failure: NoAnswer): ServiceError {
  return new ServiceError({
    side: request.side,
    operation: request.operation,
    url: request.url,
    status: 0,
    code: failure.code,
    message: failure.code === ABORTED ? "given up" : printable(failure.message),
    outcomeUnknown: request.writes && failure.sent,
    cause: failure.cause,
  });
}

/** The same error, for a request of which an earlier try may have taken effect. */
export function withUnknownOutcome(error: ServiceError): ServiceError {
  if (error.outcomeUnknown) return error;
  const { side, operation, url, status, code, message, copySourceStatus, copySourceCode, queryParameter, requestId, evidence, cause } =
    error;
  return new ServiceError({
    side,
    operation,
    url,
    status,
    code,
    message,
    copySourceStatus,
    copySourceCode,
    queryParameter,
    requestId,
    evidence,
    cause,
    outcomeUnknown: true,
  });
}

/** The service's sentence is followed by lines with the request id and the time. */
function firstLine(message: string | undefined): string | undefined {
  const line = printable(redactForeign(message ?? "").split("\n", 1)[0] ?? "");
  return line === "" ? undefined : line;
}

/**
 * Another machine's text in a form that can be printed: without secrets and control characters, and
 * no longer than a sentence.
 */
function printable(text: string): string {
  // Redacted before it is cut, because a part of a secret would not be recognised.
  const shown = redactForeign(text)
    .slice(0, 4 * MAX_SENTENCE)
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, " ")
    .trim();
  return shown.length <= MAX_SENTENCE ? shown : `${shown.slice(0, MAX_SENTENCE)}…`;
}

/** Whether the service is older than the version that all requests ask for. */
function isOtherVersion({ writes }: RequestIdentity, code: string, body: string): boolean {
  if (code !== "InvalidHeaderValue") return false;
  // A response to HEAD does not name the header, and no other header of a read can be wrong.
  return (body === "" && !writes) || elementText(body, "HeaderName") === "x-ms-version" || /\bAPI version\b/i.test(body);
}

function redirection(status: number, location: string | undefined): string {
  return location === undefined || status < 300 || status >= 400
    ? ""
    : `; it redirects to ${printable(withoutQuery(location))}, which the service would not follow`;
}

/** Other details quote the string to sign, which can contain secrets. */
function timeFrame(detail: string | undefined): string {
  return detail !== undefined && /time frame|expire/i.test(detail) ? `; ${printable(detail)}` : "";
}

/** Most operations repeat the source's sentence as their own. */
function sourceReason(message: string | undefined, said: string): string {
  const line = firstLine(message);
  return line === undefined || line === said ? "" : `; the source answered: ${line}`;
}
