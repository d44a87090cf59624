import type { IncomingHttpHeaders } from "node:http";
import { type Parameter, parametersOf } from "./document";
import { NEWER_PARAMETERS, NEWER_VALUES, VERSION } from "./newer";
import { operationIdOf } from "./operation-id";

export interface SentRequest {
  /** REST name. */
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  /** Decoded, names in lower case. */
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingHttpHeaders;
  readonly hasBody: boolean;
}

/** HTTP's own, and those of authorisation, which the document leaves to its introduction. */
const ALWAYS_ALLOWED = new Set([
  ...["accept", "accept-encoding", "authorization", "connection", "content-length", "content-type", "date", "host"],
  ...["keep-alive", "transfer-encoding", "user-agent", "x-ms-date"],
]);
const SAS_PARAMETERS = new Set(
  "sv sr sig se sp st spr sip si ss srt sdd ses skoid sktid skt ske sks skv saoid suoid scid rscc rscd rsce rscl rsct snapshot".split(" "),
);
const RFC_1123 = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d GMT$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** What the published description of the API does not allow in a request; empty when all is well. */
export function checkRequest(request: SentRequest): string[] {
  const header = (name: string) => {
    const value = request.headers[name];
    return typeof value === "string" ? value : undefined;
  };
  const id = operationIdOf(request.operation, header, "delimiter" in request.query);
  const parameters = id === undefined ? undefined : parametersOf(id);
  if (id === undefined || parameters === undefined) return [`${request.operation} is not in the document`];
  const newer = NEWER_PARAMETERS.filter(({ operations }) => operations.includes(id));
  const problems = [
    ...parameters.flatMap((parameter) => checkParameter(parameter, request, header)),
    ...Object.keys(request.query)
      .filter((name) => !SAS_PARAMETERS.has(name) && !isKnown(name, "query", parameters, newer))
      .map((name) => `it has no parameter ${name}`),
    ...Object.keys(request.headers)
      .filter((name) => !ALWAYS_ALLOWED.has(name) && !isKnown(name, "header", parameters, newer))
      .map((name) => `it has no header ${name}`),
  ];
  return problems.map((problem) => `${request.operation} (${id}): ${problem}`);
}

function isKnown(
  name: string,
  place: "query" | "header",
  parameters: readonly Parameter[],
  newer: readonly { readonly name: string; readonly in: string }[],
): boolean {
  return (
    newer.some((one) => one.in === place && one.name === name) ||
    parameters.some((one) => {
      const prefix = one["x-ms-header-collection-prefix"];
      return one.in === place && (prefix === undefined ? one.name.toLowerCase() === name : name.startsWith(prefix));
    })
  );
}

function checkParameter(parameter: Parameter, request: SentRequest, header: (name: string) => string | undefined): string[] {
  const name = parameter.name.toLowerCase();
  if (parameter.in === "path") return [];
  if (parameter.in === "body") {
    // Content can be empty.
    const isMissing = parameter.required === true && !request.hasBody && parameter.schema?.format !== "file";
    return isMissing ? ["its body is missing"] : [];
  }
  const value = parameter.in === "query" ? request.query[name] : header(name);
  if (value === undefined) return parameter.required === true ? [`${parameter.name} is missing`] : [];
  return isAllowed(parameter, name, value) ? [] : [`${parameter.name} cannot be "${value}"`];
}

function isAllowed({ type, format, enum: values, items, minimum }: Parameter, name: string, value: string): boolean {
  if (name === "x-ms-version") return value === VERSION;
  if (values !== undefined) return values.includes(value) || NEWER_VALUES[name]?.includes(value) === true;
  if (type === "array") return value.split(",").every((item) => items?.enum?.includes(item) !== false);
  if (type === "integer") return /^-?\d+$/.test(value) && (minimum === undefined || Number(value) >= minimum);
  if (type === "boolean") return value === "true" || value === "false";
  if (format === "date-time-rfc1123") return RFC_1123.test(value) && !Number.isNaN(Date.parse(value));
  if (format === "byte") return BASE64.test(value);
  return true;
}
