import type { IncomingHttpHeaders } from "node:http";
import { type Parameter, parametersOf } from "./document";
import { NEWER_PARAMETERS, NEWER_VALUES, VERSION } from "./newer";
import { operationIdOf } from "./operation-id";

export interface SentRequest {
  /** Name in the REST reference. */
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  /** Decoded, names in lower case. */
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingHttpHeaders;
  readonly hasBody: boolean;
}

/**
 * Headers of HTTP itself, and those for authorisation, which the document describes only in its
 * introduction.
 */
const ALWAYS_ALLOWED = new Set([
  ...["accept", "accept-encoding", "authorization", "connection", "content-length", "content-type", "date", "host"],
  ...["keep-alive", "transfer-encoding", "user-agent", "x-ms-date"],
]);
const SAS_PARAMETERS = new Set(
  "sv sr sig se sp st spr sip si ss srt sdd ses skoid sktid skt ske sks skv saoid suoid scid rscc rscd rsce rscl rsct snapshot".split(" "),
);
const RFC_1123 = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d GMT$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The parameters that an operation accepts. Names in lower case. */
interface Allowed {
  readonly parameters: readonly { readonly parameter: Parameter; readonly name: string }[];
  readonly query: ReadonlySet<string>;
  readonly headers: ReadonlySet<string>;
  readonly headerPrefixes: readonly string[];
}

/** Cached by operation: nearly all requests of thousands of tests are checked. */
const known = new Map<string, Allowed | undefined>();

/** Lists the parts of a request that the published description of the API does not allow. */
export function checkRequest(request: SentRequest): string[] {
  const header = (name: string) => {
    const value = request.headers[name];
    return typeof value === "string" ? value : undefined;
  };
  const id = operationIdOf(request.operation, header, "delimiter" in request.query);
  const allowed = id === undefined ? undefined : allowedOf(id);
  if (id === undefined || allowed === undefined) return [`${request.operation} is not in the document`];
  const problems: string[] = [];
  for (const { parameter, name } of allowed.parameters) {
    const problem = problemOf(parameter, name, request, header);
    if (problem !== undefined) problems.push(problem);
  }
  for (const name of Object.keys(request.query))
    if (!SAS_PARAMETERS.has(name) && !allowed.query.has(name)) problems.push(`it has no parameter ${name}`);
  for (const name of Object.keys(request.headers)) {
    if (ALWAYS_ALLOWED.has(name) || allowed.headers.has(name) || allowed.headerPrefixes.some((prefix) => name.startsWith(prefix))) continue;
    problems.push(`it has no header ${name}`);
  }
  return problems.map((problem) => `${request.operation} (${id}): ${problem}`);
}

function allowedOf(id: string): Allowed | undefined {
  if (!known.has(id)) known.set(id, readAllowed(id));
  return known.get(id);
}

function readAllowed(id: string): Allowed | undefined {
  const parameters = parametersOf(id);
  if (parameters === undefined) return undefined;
  const newer = NEWER_PARAMETERS.filter(({ operations }) => operations.includes(id));
  const prefixOf = (one: { readonly "x-ms-header-collection-prefix"?: string }) => one["x-ms-header-collection-prefix"];
  const named = (place: "query" | "header") => [
    ...newer.filter((one) => one.in === place).map(({ name }) => name),
    ...parameters.filter((one) => one.in === place && prefixOf(one) === undefined).map(({ name }) => name.toLowerCase()),
  ];
  return {
    parameters: parameters.filter((one) => one.in !== "path").map((parameter) => ({ parameter, name: parameter.name.toLowerCase() })),
    query: new Set(named("query")),
    headers: new Set(named("header")),
    headerPrefixes: parameters.flatMap((one) => prefixOf(one) ?? []),
  };
}

function problemOf(
  parameter: Parameter,
  name: string,
  request: SentRequest,
  header: (name: string) => string | undefined,
): string | undefined {
  if (parameter.in === "body") {
    // Content may be empty.
    const isMissing = parameter.required === true && !request.hasBody && parameter.schema?.format !== "file";
    return isMissing ? "its body is missing" : undefined;
  }
  const value = parameter.in === "query" ? request.query[name] : header(name);
  if (value === undefined) return parameter.required === true ? `${parameter.name} is missing` : undefined;
  return isAllowed(parameter, name, value) ? undefined : `${parameter.name} cannot be "${value}"`;
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
